// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.forebay.inference.Device;
import io.forebay.inference.RefusedDeviceException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts the execution provider of a device into a session's settings. Tests have others, which fail as GPUs do. */
@FunctionalInterface
interface Providers {
    /** Those of ONNX Runtime; a list of them says what it was built with, only trying tells what works. */
    Providers INSTALLED = Providers::addInstalled;

    /**
     * Adds the provider of {@code device}; of the CPU there is nothing to add.
     *
     * @throws RefusedDeviceException when this ONNX Runtime was built without it
     * @throws OrtException when it does not load
     */
    void add(SessionOptions settings, Device device, OnnxGpuOptions options)
            throws RefusedDeviceException, OrtException;

    private static void addInstalled(SessionOptions settings, Device device, OnnxGpuOptions options)
            throws RefusedDeviceException, OrtException {
        switch (device.kind()) {
            case CUDA -> addCuda(settings, device, options);
            case TENSORRT -> {
                require(OrtProvider.TENSOR_RT, "TensorRT");
                try (OrtTensorRTProviderOptions provider = new OrtTensorRTProviderOptions(device.ordinal())) {
                    for (Map.Entry<String, String> option :
                            tensorRtOptions(options).entrySet()) {
                        provider.add(option.getKey(), option.getValue());
                    }
                    settings.addTensorrt(provider);
                }
                addCuda(settings, device, options); // for what TensorRT does not compile
            }
            case CPU, AUTO -> {}
        }
    }

    private static void addCuda(SessionOptions settings, Device device, OnnxGpuOptions options)
            throws RefusedDeviceException, OrtException {
        require(OrtProvider.CUDA, "CUDA");
        try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(device.ordinal())) {
            for (Map.Entry<String, String> option : cudaOptions(options).entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            settings.addCUDA(provider);
        }
    }

    private static void require(OrtProvider provider, String name) throws RefusedDeviceException {
        if (!OrtEnvironment.getAvailableProviders().contains(provider)) {
            throw new RefusedDeviceException("this ONNX Runtime has no " + name + " provider: put"
                    + " com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime");
        }
    }

    /** The options by the names that the CUDA provider knows them by. */
    static Map<String, String> cudaOptions(OnnxGpuOptions options) {
        Map<String, String> named = new LinkedHashMap<>();
        if (options.memoryLimitBytes() > 0) {
            named.put("gpu_mem_limit", Long.toString(options.memoryLimitBytes()));
        }
        named.put(
                "arena_extend_strategy",
                switch (options.arenaGrowth()) {
                    case POWERS_OF_TWO -> "kNextPowerOfTwo";
                    case AS_REQUESTED -> "kSameAsRequested";
                });
        named.put("cudnn_conv_algo_search", options.cudnnSearch().name());
        named.put("use_tf32", options.tf32() ? "1" : "0");
        return named;
    }

    /** The options by the names that the TensorRT provider knows them by. */
    static Map<String, String> tensorRtOptions(OnnxGpuOptions options) {
        Map<String, String> named = new LinkedHashMap<>();
        if (options.memoryLimitBytes() > 0) {
            named.put("trt_max_workspace_size", Long.toString(options.memoryLimitBytes()));
        }
        Path cache = options.engineCache();
        if (cache != null) {
            named.put("trt_engine_cache_enable", "1");
            named.put("trt_engine_cache_path", cache.toString());
            named.put("trt_timing_cache_enable", "1");
        }
        return named;
    }
}
