// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import org.jspecify.annotations.Nullable;

/**
 * The figures of a GPU at one moment, over all processes that use it. Immutable. A figure is null when the device or its
 * driver cannot tell it, or may not tell it to this user.
 *
 * @param residency the share, 0 to 1, of the driver's last window (1/6 to 1 s) in which some kernel was resident: one that
 *     uses a single multiprocessor counts in full, so this is not how much of the GPU was used. Null on a GPU split by MIG
 * @param memoryBusy the share, 0 to 1, of the same window in which memory was read or written
 * @param memoryUsedBytes allocated, the driver's own part included
 * @param powerWatts drawn by the board, averaged over about a second by most GPUs
 * @param energyJoules drawn since the driver was loaded
 * @param pcieSentBytesPerSecond from the GPU to the host, over 20 ms
 * @param pcieReceivedBytesPerSecond from the host to the GPU, over 20 ms
 * @param clocksReasons the {@code nvmlClocksEventReason…} bits that say why clocks are not higher; 0 when nothing holds them
 */
public record GpuSample(
        @Nullable Double residency,
        @Nullable Double memoryBusy,
        @Nullable Long memoryUsedBytes,
        @Nullable Double powerWatts,
        @Nullable Double energyJoules,
        @Nullable Long pcieSentBytesPerSecond,
        @Nullable Long pcieReceivedBytesPerSecond,
        @Nullable Long clocksReasons) {}
