// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Device;
import io.forebay.inference.EngineSession;
import io.forebay.inference.RefusedDeviceException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A module of PyTorch, loaded on a device. Thread-safe, as modules are that are only run. */
final class TorchSession implements EngineSession {
    private final Model model;
    private final Signature signature;
    private final String modelIdentity;
    private final Lanes lanes;

    private TorchSession(Model model, Signature signature, String modelIdentity, boolean reused) {
        this.model = model;
        this.signature = signature;
        this.modelIdentity = modelIdentity;
        this.lanes = new Lanes(model, signature.inputs().size(), reused);
    }

    static EngineSession open(Path file, String identity, Signature signature, Device device)
            throws RefusedDeviceException {
        requireGpu(TorchRuntime.get(), device);
        // on another device arguments are copies, and a model may turn or reshape what it is given
        boolean reused = device.kind() == Device.Kind.CPU && !TorchFile.changesInPlace(file);
        return new TorchSession(load(file, device), signature, identity, reused);
    }

    static void requireGpu(Engine engine, Device device) throws RefusedDeviceException {
        if (device.kind() == Device.Kind.TENSORRT) {
            throw new RefusedDeviceException("PyTorch does not know TensorRT");
        }
        if (device.kind() == Device.Kind.CUDA && device.ordinal() >= engine.getGpuCount()) {
            throw new RefusedDeviceException(
                    "this PyTorch sees " + engine.getGpuCount() + " GPUs: on a machine with one, put"
                            + " ai.djl.pytorch:pytorch-native-cu124 in place of pytorch-native-cpu");
        }
    }

    private static Model load(Path file, Device device) throws RefusedDeviceException {
        Model model = Model.newInstance(file.toString(), torchDevice(device), TorchRuntime.NAME);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            model.load(in);
            JniUtils.enableInferenceMode((PtSymbolBlock) model.getBlock());
            return model;
        } catch (EngineException e) {
            model.close();
            if (device.kind() == Device.Kind.CUDA) {
                throw new RefusedDeviceException(TorchErrors.message(e));
            }
            throw new ForebayException(Kind.CORRUPT, "a model must be valid TorchScript: " + TorchErrors.message(e), e);
        } catch (MalformedModelException | IOException e) {
            model.close();
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, e);
        }
    }

    static ai.djl.Device torchDevice(Device device) {
        return device.kind() == Device.Kind.CUDA ? ai.djl.Device.gpu(device.ordinal()) : ai.djl.Device.cpu();
    }

    static DataType dataType(Element element) {
        return switch (element) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT64 -> DataType.FLOAT64;
            case FLOAT16 -> DataType.FLOAT16;
            case INT8 -> DataType.INT8;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case UINT8 -> DataType.UINT8;
            case BOOL -> DataType.BOOLEAN;
            case STRING -> throw new IllegalArgumentException("PyTorch has no tensors of strings");
        };
    }

    @Override
    public String engine() {
        return TorchEngine.NAME;
    }

    @Override
    public String modelIdentity() {
        return modelIdentity;
    }

    @Override
    public List<TensorSpec> inputs() {
        return signature.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
        return signature.outputs();
    }

    @Override
    public Runner newRunner() {
        return new TorchRunner((PtSymbolBlock) model.getBlock(), lanes);
    }

    @Override
    public void close() {
        lanes.close();
        model.close();
    }
}
