// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.util.Map;

/**
 * PyTorch, of which a process has one. DJL is told what to do by system properties, which it looks at when it loads; those
 * that nobody has set are set here: the only place in Forebay that changes the state of the process.
 */
final class TorchRuntime {
    static final String NAME = "PyTorch";

    private static final Map<String, String> PROPERTIES = Map.of(
            // Natives come from the class path alone, and nobody is told that they were used.
            "ai.djl.offline", "true",
            "OPT_OUT_TRACKING", "true",
            // Runs in flight share the cores; each has one of its own.
            "ai.djl.pytorch.num_threads", "1",
            "ai.djl.pytorch.num_interop_threads", "1");

    private TorchRuntime() {}

    /**
     * The engine, its natives loaded.
     *
     * @throws ForebayException of kind {@code unsupported} when they are not on the class path, or do not load
     */
    static synchronized Engine get() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        try {
            return Engine.getEngine(NAME);
        } catch (EngineException | IllegalArgumentException | LinkageError e) {
            throw new ForebayException(
                    Kind.UNSUPPORTED,
                    "PyTorch's native libraries must be on the class path (ai.djl.pytorch:pytorch-jni, and"
                            + " pytorch-native-cpu for this platform) and load: " + TorchErrors.message(e),
                    e);
        }
    }
}
