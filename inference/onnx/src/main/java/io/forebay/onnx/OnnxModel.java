// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.Device;
import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.RefusedDeviceException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** An ONNX file, for ONNX Runtime. */
public final class OnnxModel extends ModelFile<OnnxModel> {
    private final OnnxOptions onnx;
    private final Providers providers;

    private OnnxModel(String location, ModelOptions options, OnnxOptions onnx, Providers providers) {
        super(location, options);
        this.onnx = onnx;
        this.providers = providers;
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
        return new OnnxModel(location, ModelOptions.defaults(), OnnxOptions.defaults(), Providers.INSTALLED);
    }

    /** Changes what ONNX Runtime alone is told. */
    public OnnxModel onnxOptions(UnaryOperator<OnnxOptions> change) {
        return new OnnxModel(location(), options(), change.apply(onnx), providers);
    }

    /** Stands in for hardware that is not there. */
    OnnxModel providers(Providers others) {
        return new OnnxModel(location(), options(), onnx, others);
    }

    @Override
    protected OnnxModel with(ModelOptions changed) {
        return new OnnxModel(location(), changed, onnx, providers);
    }

    @Override
    protected EngineSession open(Path file, String identity, ModelOptions options, Device device)
            throws RefusedDeviceException {
        return new OnnxLoader(options, onnx, providers).load(file, identity, device);
    }
}
