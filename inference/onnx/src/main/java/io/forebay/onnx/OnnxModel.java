// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ModelOptions;
import java.nio.file.Path;

/** An ONNX file, for ONNX Runtime. */
public final class OnnxModel extends ModelFile<OnnxModel> {
    private OnnxModel(String location, ModelOptions options) {
        super(location, options);
    }

    /** The model in {@code file}, with default options. */
    public static OnnxModel of(Path file) {
        return of(file.toString());
    }

    /**
     * The model at {@code location}, of any storage, with default options. A model that lies elsewhere than on this machine
     * must hold its weights itself.
     */
    public static OnnxModel of(String location) {
        return new OnnxModel(location, ModelOptions.defaults());
    }

    @Override
    protected OnnxModel with(ModelOptions changed) {
        return new OnnxModel(location(), changed);
    }

    @Override
    protected EngineSession open(Path file, String identity, ModelOptions options) {
        return OnnxLadder.load(file, identity, options);
    }
}
