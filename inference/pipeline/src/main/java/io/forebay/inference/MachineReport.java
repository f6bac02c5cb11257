// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine offers to a process that runs models, looked at on the spot.
 *
 * @param cores that this process may use; the JVM knows the limits of containers
 * @param heapBytes the heap's limit
 * @param bufferBytes what a context takes for its buffers unless told otherwise
 * @param disk how fast a folder's disk reads
 * @param gpuDriver the version of NVIDIA's driver, or null where there is none
 * @param engines on the class path, with what runs on their devices
 */
public record MachineReport(
        int cores,
        long heapBytes,
        long bufferBytes,
        DiskRate disk,
        @Nullable String gpuDriver,
        List<EngineReport> engines) {
    /**
     * The rate of one thread that reads a file which it has just written.
     *
     * @param bytesPerSecond null where the folder cannot be written to
     * @param aroundTheCache whether it is the disk's own rate, or that of what the system keeps in memory
     */
    public record DiskRate(Path folder, @Nullable Double bytesPerSecond, boolean aroundTheCache) {}

    /** An engine and its devices. */
    public record EngineReport(String engine, String library, List<DeviceCheck> devices) {}

    /** Whether any engine runs a model on any device. */
    public boolean isReady() {
        return engines.stream().flatMap(engine -> engine.devices().stream()).anyMatch(DeviceCheck::works);
    }

    /** What stands in the way of models, or of running them faster; sentences. */
    public List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        if (engines.isEmpty()) {
            reasons.add("no engine is on the class path: add forebay-onnx or forebay-djl");
        }
        for (EngineReport engine : engines) {
            for (DeviceCheck check : engine.devices()) {
                if (!check.works()) {
                    reasons.add(engine.engine() + " does not run on " + check.device() + ": " + check.cause());
                }
            }
        }
        if (gpuDriver == null) {
            reasons.add("no driver of NVIDIA is loaded: models run on the CPU");
        }
        if (disk.bytesPerSecond() == null) {
            reasons.add("the disk was not measured: " + disk.folder() + " cannot be written to");
        }
        return reasons;
    }
}
