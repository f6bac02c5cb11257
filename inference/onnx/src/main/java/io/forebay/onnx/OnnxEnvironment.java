// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.OrtEnvironment;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The one environment that ONNX Runtime has in a process. It is never closed, as the runtime asks.
 *
 * <p>While it is made, the runtime (1.29 on Linux) matches the process's command line with a recursive regular
 * expression, about 250 bytes of stack for each character: a class path of 4,000 characters overflows a Java thread's
 * stack and kills the JVM. So it is made on a thread with room for any command line that is to be expected.
 */
final class OnnxEnvironment {
    /** Reserved as address space; only what is used becomes memory, and the thread ends at once. */
    private static final long STACK_BYTES = 512L << 20;

    private OnnxEnvironment() {}

    static OrtEnvironment get() {
        FutureTask<OrtEnvironment> making = new FutureTask<>(OrtEnvironment::getEnvironment);
        Thread maker = new Thread(null, making, "forebay-onnx-environment", STACK_BYTES);
        maker.setDaemon(true);
        maker.start();
        try {
            return making.get();
        } catch (ExecutionException e) {
            throw new ForebayException(
                    Kind.UNSUPPORTED,
                    "ONNX Runtime's native library must load (com.microsoft.onnxruntime:onnxruntime for this platform): "
                            + e.getCause(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForebayException(Kind.CANCELLED, "loading the model was interrupted", e);
        }
    }
}
