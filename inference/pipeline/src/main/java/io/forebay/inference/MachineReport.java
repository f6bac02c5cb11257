// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a machine offers to a process that runs models, looked at on the spot.
 *
 * @param cores that this process may use; the JVM knows the limits of containers
 * @param heapBytes the heap's limit
 * @param bufferBytes what a context takes for its buffers unless told otherwise
 * @param disk how fast a folder's disk reads
 * @param gpus what NVIDIA's driver says
 * @param engines on the class path, with what runs on their devices
 */
public record MachineReport(
        int cores, long heapBytes, long bufferBytes, DiskRate disk, GpuReport gpus, List<EngineReport> engines) {
    /**
     * The rate of one thread that reads a file which it has just written.
     *
     * @param bytesPerSecond null where the folder cannot be written to
     * @param aroundTheCache whether it is the disk's own rate, or that of what the system keeps in memory
     */
    public record DiskRate(Path folder, @Nullable Double bytesPerSecond, boolean aroundTheCache) {}

    /**
     * The GPUs and their driver.
     *
     * @param driver its version, or null where there is none
     * @param found the GPUs that it lists
     * @param figures what it says of each of them now, by UUID and by name; what it cannot tell is absent
     * @param cause why it does not list them; empty where it does
     */
    public record GpuReport(
            @Nullable String driver, List<Gpu> found, Map<String, Map<String, Double>> figures, String cause) {}

    /**
     * An engine and its devices.
     *
     * @param libraries what it needs for GPUs, looked for where there is a driver
     */
    public record EngineReport(
            String engine, String library, List<DeviceCheck> devices, List<LibraryCheck> libraries) {}

    /**
     * Whether a native library loads.
     *
     * @param cause why not; empty where it does
     */
    public record LibraryCheck(NativeLibrary library, String cause) {
        public boolean loads() {
            return cause.isEmpty();
        }
    }

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
            for (LibraryCheck check : engine.libraries()) {
                if (!check.loads()) {
                    reasons.add(engine.engine() + " needs " + check.library().name() + " for GPUs: install "
                            + check.library().source());
                }
            }
        }
        if (gpus.driver() == null) {
            reasons.add("no driver of NVIDIA is loaded: models run on the CPU");
        } else if (!gpus.cause().isEmpty()) {
            reasons.add("the GPUs are not listed: " + gpus.cause());
        }
        if (disk.bytesPerSecond() == null) {
            reasons.add("the disk was not measured: " + disk.folder() + " cannot be written to");
        }
        return reasons;
    }
}
