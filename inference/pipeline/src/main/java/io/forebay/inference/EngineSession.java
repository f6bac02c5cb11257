// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model loaded by an engine on one device: what an engine implements. Thread-safe. {@link #close} comes after the last run has
 * returned; {@link Model} sees to that.
 */
public interface EngineSession extends AutoCloseable {
    /** The engine's name, such as {@code onnx}. */
    String engine();

    /** A digest of the model: the same for the same model, wherever it lies. */
    String modelIdentity();

    List<TensorSpec> inputs();

    List<TensorSpec> outputs();

    /** Of outputs of shape {@code [rows, k]} that are something of {@code k} classes: the names of these. By output. */
    default Map<String, List<String>> labels() {
        return Map.of();
    }

    /** Why parts of the model run on the CPU although the device is another; empty where none does. */
    default Optional<String> fallback() {
        return Optional.empty();
    }

    /** A new runner, for one thread at a time; several runners may run at once. */
    Runner newRunner();

    @Override
    void close();

    /** Runs the model, keeping what can be reused from run to run. */
    interface Runner {
        /**
         * Runs the model once: reads {@code inputs} and fills the buffers, or the strings, of {@code outputs}, both in the
         * order of the session's specs.
         *
         * @throws io.forebay.ForebayException when the engine fails
         */
        void run(List<Tensor> inputs, List<Tensor> outputs);
    }
}
