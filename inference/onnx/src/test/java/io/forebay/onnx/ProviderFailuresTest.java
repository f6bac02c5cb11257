// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceReport.Refusal;
import io.forebay.inference.Model;
import io.forebay.inference.RefusedDeviceException;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ForebayTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a model where GPUs fail, on machines without one: providers that say what ONNX Runtime's say. A provider that adds
 * nothing leaves the whole model to the CPU, which is how the runtime itself comes to tell of a part that is left to it.
 */
class ProviderFailuresTest extends ForebayTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version",
                "Failed to load shared library: libcudnn.so.9: cannot open shared object file: No such file or directory",
                "CUDA failure 2: out of memory ; GPU=0",
                "CUDA failure 100: no CUDA-capable device is detected"
            })
    void aProviderThatFailsLeavesTheModelToTheCpuAndItsReason(String message) throws IOException {
        OnnxModel file = OnnxModel.of(doubling()).providers(failing(message));
        try (Model model = file.device(Device.cuda(1)).load(forebay)) {
            assertThat(model.device().used()).containsExactly(Device.cpu());
            assertThat(model.device().refused()).singleElement().satisfies(refusal -> {
                assertThat(refusal.device()).isEqualTo(Device.cuda(1));
                assertThat(refusal.cause()).contains(message);
            });
            requireScores(model);
        }
        OnnxModel strict = file.device(Device.cuda(1)).options(options -> options.withStrictDevice(true));
        assertThatThrownBy(() -> strict.load(forebay))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageStartingWith("one device must run the model: requested=cuda:1, refused=[cuda:1 (")
                .hasMessageContaining(message);
    }

    @Test
    void tensorRtFallsToCudaAndThenToTheCpu() throws IOException {
        OnnxModel file = OnnxModel.of(doubling()).providers(failing("no driver"));
        try (Model model = file.device(Device.tensorRt(0)).load(forebay)) {
            assertThat(model.device().refused())
                    .extracting(Refusal::device)
                    .containsExactly(Device.tensorRt(0), Device.cuda(0));
            assertThat(model.device().used()).containsExactly(Device.cpu());
        }
    }

    @Test
    void aPartThatRunsOnTheCpuIsToldOrRefused() throws IOException {
        OnnxModel file = OnnxModel.of(doubling())
                .providers((settings, device, options) -> {})
                .device(Device.cuda(0));
        try (Model model = file.load(forebay)) {
            assertThat(model.device().used()).containsExactly(Device.cuda(0));
            assertThat(model.device().refused()).singleElement().satisfies(refusal -> {
                assertThat(refusal.device()).isEqualTo(Device.cuda(0));
                assertThat(refusal.cause()).startsWith("parts of the model run on the CPU: ");
            });
            requireScores(model);
        }
        assertThatThrownBy(() ->
                        file.options(options -> options.withStrictDevice(true)).load(forebay))
                .hasMessageContaining("fallback to CPU EP has been explicitly disabled");
    }

    @Test
    void severalGpusShareTheBatches() throws IOException {
        OnnxModel file = OnnxModel.of(doubling()).providers((settings, device, options) -> {
            if (device.ordinal() == 1) {
                throw new RefusedDeviceException("it is away");
            }
        });
        try (Model model =
                file.device(Device.cuda(0), Device.cuda(1), Device.cuda(2)).load(forebay)) {
            assertThat(model.device().used()).containsExactly(Device.cuda(0), Device.cuda(2));
            assertThat(model.device().refused()).contains(new Refusal(Device.cuda(1), "it is away"));
            requireScores(model);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LIMIT|Non-zero status code returned: CUDA failure 2: out of memory ; GPU=0|must fit the memory of its device",
                "LIMIT|BFCArena: Failed to allocate memory for requested buffer of size 17179869184|must fit the memory",
                "LIMIT|CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0|must fit the memory of its device",
                "IO|CUDA failure 719: unspecified launch failure ; GPU=0|the device was lost",
                "IO|CUDA failure 700: an illegal memory access was encountered|the device was lost",
                "IO|Non-zero status code returned while running Gather node|the model failed to run"
            })
    void failuresOfRunsSayWhatToDo(Kind kind, String message, String says) {
        ForebayException failure = OnnxErrors.ofRun(new OrtException(OrtErrorCode.ORT_FAIL, message));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(says).hasMessageContaining(message);
    }

    @Test
    void optionsReachTheProvider() throws IOException {
        OnnxModel file = OnnxModel.of(doubling())
                .onnxOptions(options -> options.withGpu(gpu -> gpu.withMemoryLimit(1L << 30)
                        .withArenaGrowth(OnnxGpuOptions.ArenaGrowth.AS_REQUESTED)
                        .withCudnnSearch(OnnxGpuOptions.CudnnSearch.HEURISTIC)
                        .withEngineCache(Path.of("cache"))
                        .withTf32(false)))
                .providers((settings, device, options) -> {
                    assertThat(Providers.cudaOptions(options))
                            .isEqualTo(Map.of(
                                    "gpu_mem_limit", "1073741824",
                                    "arena_extend_strategy", "kSameAsRequested",
                                    "cudnn_conv_algo_search", "HEURISTIC",
                                    "use_tf32", "0"));
                    assertThat(Providers.tensorRtOptions(options))
                            .isEqualTo(Map.of(
                                    "trt_max_workspace_size", "1073741824",
                                    "trt_engine_cache_enable", "1",
                                    "trt_engine_cache_path", "cache",
                                    "trt_timing_cache_enable", "1"));
                    throw new RefusedDeviceException("seen");
                });
        assertThatThrownBy(() -> file.device(Device.cuda(0))
                        .options(options -> options.withStrictDevice(true))
                        .load(forebay))
                .hasMessageContaining("seen");
    }

    @Test
    void threadsNeverOutnumberTheCores() throws IOException {
        int cores = Runtime.getRuntime().availableProcessors();
        OnnxModel file = OnnxModel.of(doubling())
                .options(options -> options.withConcurrency(2))
                .onnxOptions(options -> options.withIntraOpThreads(cores));
        assertThatThrownBy(() -> file.load(forebay))
                .hasMessageStartingWith(
                        "the threads of all runs in flight must not be more than the cores: intraOpThreads=" + cores
                                + ", runs=2, cores=" + cores);
    }

    @Test
    void operatorsOfALibraryMustBeAllowedAndThere() throws IOException {
        OnnxModel file = OnnxModel.of(doubling())
                .onnxOptions(options -> options.withOperatorLibrary(folder.resolve("libown.so")));
        assertThatThrownBy(() -> file.load(forebay))
                .hasMessageStartingWith("a library of operators must be a file: library=");
    }

    private static Providers failing(String message) {
        return (settings, device, options) -> {
            if (device.kind().isGpu()) {
                throw new OrtException(OrtErrorCode.ORT_FAIL, message);
            }
        };
    }

    private Path doubling() throws IOException {
        return new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .node("Add", "y", "x", "x")
                .writeTo(folder.resolve("doubling.onnx"));
    }

    private void requireScores(Model model) {
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("x", 1f, 2f, 3f, 4f, 5f));
        CapturingSink sink = new CapturingSink("y");
        model.score(forebay.dataset(data.toString()).batchRows(1)).writeTo(sink).run();
        assertThat(sink.values()).isEqualTo(List.of(2f, 4f, 6f, 8f, 10f));
    }
}
