// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.TensorSpec;
import io.forebay.inference.Device;
import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.RefusedDeviceException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript file, as {@code torch.jit.save} writes it, for PyTorch. TorchScript does not know what its tensors are called
 * and shaped: the file says it in an extra file {@code forebay.json}, or {@link #signature} does.
 */
public final class TorchModel extends ModelFile<TorchModel> {
    private final @Nullable Signature signature;

    private TorchModel(String location, ModelOptions options, @Nullable Signature signature) {
        super(location, options);
        this.signature = signature;
    }

    /** The model in {@code file}, with default options. */
    public static TorchModel of(Path file) {
        return of(file.toString());
    }

    /** The model at {@code location}, of any storage, with default options. */
    public static TorchModel of(String location) {
        return new TorchModel(location, ModelOptions.defaults(), null);
    }

    /**
     * What the model takes and yields, in the order of its arguments and results; in place of what the file says.
     *
     * @throws io.forebay.ForebayException of kind {@code usage} for strings, which PyTorch has no tensors of, and for names
     *     that occur twice
     */
    public TorchModel signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new TorchModel(location(), options(), new Signature(inputs, outputs));
    }

    @Override
    protected TorchModel with(ModelOptions changed) {
        return new TorchModel(location(), changed, signature);
    }

    @Override
    protected EngineSession open(Path file, String identity, ModelOptions options, Device device)
            throws RefusedDeviceException {
        Signature known = TorchFile.signature(file, signature);
        return TorchSession.open(file, identity, known, device);
    }
}
