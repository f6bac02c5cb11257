// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.Engine;
import io.forebay.inference.ModelFile;

/** ONNX Runtime as an engine on the class path. */
public final class OnnxEngine implements Engine {
    static final String NAME = "onnx";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String fileEnding() {
        return ".onnx";
    }

    @Override
    public ModelFile<?> file(String location) {
        return OnnxModel.of(location);
    }
}
