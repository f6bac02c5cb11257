// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.internal.OneLine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ONNX Runtime says, on one line, and what it means. It has no codes for what happens to a device, only words. */
final class OnnxErrors {
    /** Of a long message both ends are kept: the innermost cause comes last. */
    private static final int CHARACTERS_MAX = 400;

    private static final Pattern CUDA_FAILURE = Pattern.compile("CUDA failure (\\d+)");
    private static final Pattern OUT_OF_MEMORY = Pattern.compile(
            "Failed to allocate memory|out of memory|bad_alloc|(CUBLAS|CUDNN)_STATUS_ALLOC_FAILED",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PARTIAL = Pattern.compile("fallback to CPU EP has been explicitly disabled");

    /** The code by which CUDA says that memory is short; all others are of a device that does not go on. */
    private static final int CUDA_OUT_OF_MEMORY = 2;

    private OnnxErrors() {}

    static String message(Exception e) {
        String text = OneLine.of(e);
        return text.length() <= CHARACTERS_MAX
                ? text
                : text.substring(0, CHARACTERS_MAX / 2) + " … " + text.substring(text.length() - CHARACTERS_MAX / 2);
    }

    /** True when a session could not be made because the device leaves operators to the CPU. */
    static boolean isPartial(Exception e) {
        return PARTIAL.matcher(OneLine.of(e)).find();
    }

    /** The failure of a run. */
    static ForebayException ofRun(Exception e) {
        String text = OneLine.of(e);
        Matcher cuda = CUDA_FAILURE.matcher(text);
        boolean failed = cuda.find();
        if (OUT_OF_MEMORY.matcher(text).find()
                || (failed && cuda.group(1).equals(Integer.toString(CUDA_OUT_OF_MEMORY)))) {
            return new ForebayException(
                    Kind.LIMIT,
                    "a run must fit the memory of its device, ask for fewer batch rows or fewer runs in flight: "
                            + message(e),
                    e);
        }
        return new ForebayException(
                Kind.IO,
                (failed ? "the device was lost, a new process may find it again: " : "the model failed to run: ")
                        + message(e),
                e);
    }
}
