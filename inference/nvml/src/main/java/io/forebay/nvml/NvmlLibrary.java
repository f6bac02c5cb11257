// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import com.sun.jna.NativeLibrary;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.internal.OneLine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The native library, loaded. Functions are looked up when they are called, since drivers of different age have different
 * ones. It is never unloaded here: JNA shares it among all who load it.
 */
final class NvmlLibrary {
    private final NativeLibrary functions;

    private NvmlLibrary(NativeLibrary functions) {
        this.functions = functions;
    }

    /** The first of {@code names} that loads. */
    static NvmlLibrary load(List<String> names) {
        List<String> reasons = new ArrayList<>();
        @Nullable LinkageError last = null;
        for (String name : names) {
            try {
                return new NvmlLibrary(NativeLibrary.getInstance(name));
            } catch (LinkageError e) {
                reasons.add(reason(e));
                last = e;
            }
        }
        String rule = "NVIDIA's management library must load (it comes with the driver): ";
        throw new ForebayException(Kind.UNSUPPORTED, rule + String.join(", ", reasons), last);
    }

    /** What the system's loader said, file first; JNA's own message goes on to list the class path. */
    static String reason(LinkageError e) {
        Throwable[] attempts = e.getSuppressed();
        return OneLine.of(attempts.length == 0 ? e : attempts[0]);
    }

    /** Calls a function and returns its code; that of a missing function where the library has none of this name. */
    int call(String function, Object... arguments) {
        try {
            return functions.getFunction(function).invokeInt(arguments);
        } catch (UnsatisfiedLinkError e) {
            return NvmlErrors.FUNCTION_NOT_FOUND;
        }
    }

    /** Calls a function that must succeed. */
    void require(String function, Object... arguments) {
        NvmlErrors.check(call(function, arguments), function);
    }
}
