// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.inference.Engine;
import io.forebay.inference.ModelFile;

/** PyTorch as an engine on the class path. */
public final class TorchEngine implements Engine {
    static final String NAME = "djl";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String fileEnding() {
        return ".pt";
    }

    @Override
    public ModelFile<?> file(String location) {
        return TorchModel.of(location);
    }
}
