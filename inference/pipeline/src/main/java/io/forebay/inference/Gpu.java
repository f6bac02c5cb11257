// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import org.jspecify.annotations.Nullable;

/**
 * A GPU as the driver describes it. Immutable.
 *
 * @param index NVML's, which is not CUDA's: CUDA has an order of its own and counts only what {@code CUDA_VISIBLE_DEVICES}
 *     shows. A device of CUDA is found by its UUID
 * @param uuid as in {@code GPU-…}, the same for NVML and CUDA
 * @param computeCapability major and minor version, as in {@code 9.0}
 * @param memoryTotalBytes of the GPU's own; null where it has none, or the driver cannot tell
 * @param memoryUsedBytes by all processes, when the GPU was listed
 * @param mig whether the GPU is split into instances; null when the driver cannot tell
 */
public record Gpu(
        int index,
        String uuid,
        String name,
        String computeCapability,
        @Nullable Long memoryTotalBytes,
        @Nullable Long memoryUsedBytes,
        @Nullable Boolean mig) {}
