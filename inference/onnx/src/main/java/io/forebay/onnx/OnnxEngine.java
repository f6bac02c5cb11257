// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.OrtException;
import io.forebay.ForebayException;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceCheck;
import io.forebay.inference.Engine;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.NativeLibrary;
import io.forebay.inference.RefusedDeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ONNX Runtime as an engine on the class path. */
public final class OnnxEngine implements Engine {
    static final String NAME = "onnx";

    private static final String TOOLKIT = "the CUDA 12 toolkit's libraries";
    private static final List<NativeLibrary> GPU_LIBRARIES = List.of(
            new NativeLibrary("libcudart.so.12", TOOLKIT),
            new NativeLibrary("libcublasLt.so.12", TOOLKIT),
            new NativeLibrary("libcublas.so.12", TOOLKIT),
            new NativeLibrary("libcufft.so.11", TOOLKIT),
            new NativeLibrary("libcurand.so.10", TOOLKIT),
            new NativeLibrary("libcudnn.so.9", "cuDNN 9 for CUDA 12"),
            new NativeLibrary("libnvinfer.so.10", "TensorRT 10 for CUDA 12, only for tensorrt devices"));

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

    @Override
    public String library() {
        try {
            return "ONNX Runtime " + OnnxEnvironment.get().getVersion();
        } catch (ForebayException e) {
            return "ONNX Runtime";
        }
    }

    /** Those of the artifact for GPUs, which asks for CUDA 12. */
    @Override
    public List<NativeLibrary> gpuLibraries() {
        return GPU_LIBRARIES;
    }

    @Override
    public List<DeviceCheck> checkDevices() {
        return List.of(check(Device.cpu()), check(Device.cuda(0)), check(Device.tensorRt(0)));
    }

    private static DeviceCheck check(Device device) {
        OnnxLoader loader = new OnnxLoader(ModelOptions.defaults(), OnnxOptions.defaults(), Providers.INSTALLED);
        long started = System.nanoTime();
        try {
            Path file = Files.createTempFile("forebay-", ".onnx");
            try {
                Files.write(file, doubling());
                try (OnnxSession session = loader.load(file, "", device)) {
                    session.probe();
                }
            } finally {
                Files.delete(file);
            }
            return new DeviceCheck(device, true, "", (System.nanoTime() - started) / 1e9);
        } catch (ForebayException | RefusedDeviceException | IOException | OrtException e) {
            return DeviceCheck.refused(device, OnnxErrors.message(e));
        }
    }

    /** The smallest model: y = x + x. */
    private static byte[] doubling() {
        ProtoMessage node =
                new ProtoMessage().text(1, "x").text(1, "x").text(2, "y").text(4, "Add");
        ProtoMessage graph = new ProtoMessage()
                .message(1, node)
                .text(2, "doubling")
                .message(11, floats("x"))
                .message(12, floats("y"));
        ProtoMessage operators = new ProtoMessage().text(1, "").number(2, 13);
        return new ProtoMessage()
                .number(1, 7)
                .message(7, graph)
                .message(8, operators)
                .bytes();
    }

    private static ProtoMessage floats(String name) {
        ProtoMessage shape = new ProtoMessage().message(1, new ProtoMessage().text(2, "rows"));
        ProtoMessage tensor = new ProtoMessage().number(1, 1).message(2, shape);
        return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
    }
}
