// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.ForebayException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How ONNX Runtime uses GPUs. An immutable value.
 *
 * @param memoryLimitBytes that the arena of each GPU, or the workspace of TensorRT, may take; 0 for no limit
 * @param arenaGrowth how the arena grows
 * @param cudnnSearch how the kernel of a convolution is chosen
 * @param tf32 whether 32-bit floats may be rounded to 10 bits of mantissa before matrices are multiplied
 * @param engineCache the folder in which TensorRT keeps what it has compiled; nowhere if null
 */
public record OnnxGpuOptions(
        long memoryLimitBytes,
        ArenaGrowth arenaGrowth,
        CudnnSearch cudnnSearch,
        boolean tf32,
        @Nullable Path engineCache) {
    public OnnxGpuOptions {
        if (memoryLimitBytes < 0) {
            throw ForebayException.usage(
                    "a GPU's memory limit must not be negative: memoryLimitBytes=" + memoryLimitBytes);
        }
    }

    /** How the arena of a GPU grows. */
    public enum ArenaGrowth {
        POWERS_OF_TWO,
        AS_REQUESTED
    }

    /** How the kernel of a convolution is chosen. */
    public enum CudnnSearch {
        /** All are tried out at the first run of each shape. */
        EXHAUSTIVE,
        HEURISTIC,
        /** None is looked for. */
        DEFAULT
    }

    /** As ONNX Runtime does unless told. */
    public static OnnxGpuOptions defaults() {
        return new OnnxGpuOptions(0, ArenaGrowth.POWERS_OF_TWO, CudnnSearch.EXHAUSTIVE, true, null);
    }

    public OnnxGpuOptions withMemoryLimit(long bytes) {
        return new OnnxGpuOptions(bytes, arenaGrowth, cudnnSearch, tf32, engineCache);
    }

    public OnnxGpuOptions withArenaGrowth(ArenaGrowth value) {
        return new OnnxGpuOptions(memoryLimitBytes, value, cudnnSearch, tf32, engineCache);
    }

    public OnnxGpuOptions withCudnnSearch(CudnnSearch value) {
        return new OnnxGpuOptions(memoryLimitBytes, arenaGrowth, value, tf32, engineCache);
    }

    public OnnxGpuOptions withTf32(boolean value) {
        return new OnnxGpuOptions(memoryLimitBytes, arenaGrowth, cudnnSearch, value, engineCache);
    }

    public OnnxGpuOptions withEngineCache(Path folder) {
        return new OnnxGpuOptions(memoryLimitBytes, arenaGrowth, cudnnSearch, tf32, folder);
    }
}
