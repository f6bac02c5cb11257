// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import com.sun.jna.NativeLibrary;
import io.forebay.inference.Gpu;
import io.forebay.inference.GpuInventory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What NVML knows, asked anew each time. The installed driver's library, unless the system property
 * {@code forebay.nvml.library} names another file.
 */
public final class NvmlInventory implements GpuInventory {
    static final String LIBRARY_PROPERTY = "forebay.nvml.library";

    private static Nvml open() {
        String library = System.getProperty(LIBRARY_PROPERTY);
        return library == null ? Nvml.open() : Nvml.open(Path.of(library));
    }

    @Override
    public String driverVersion() {
        try (Nvml nvml = open()) {
            return nvml.driverVersion();
        }
    }

    @Override
    public List<Gpu> gpus() {
        try (Nvml nvml = open()) {
            return nvml.gpus();
        }
    }

    @Override
    public Map<String, Double> figures(Gpu gpu) {
        try (Nvml nvml = open()) {
            GpuSample sample = nvml.sample(gpu);
            Map<String, Double> figures = new LinkedHashMap<>();
            put(figures, "residency", sample.residency());
            put(figures, "memoryBusy", sample.memoryBusy());
            put(figures, "memoryUsedBytes", sample.memoryUsedBytes());
            put(figures, "powerWatts", sample.powerWatts());
            put(figures, "energyJoules", sample.energyJoules());
            put(figures, "pcieSentBytesPerSecond", sample.pcieSentBytesPerSecond());
            put(figures, "pcieReceivedBytesPerSecond", sample.pcieReceivedBytesPerSecond());
            return figures;
        }
    }

    private static void put(Map<String, Double> figures, String name, @Nullable Number figure) {
        if (figure != null) {
            figures.put(name, figure.doubleValue());
        }
    }

    @Override
    public Optional<String> loadFailure(String library) {
        try {
            NativeLibrary.getInstance(library);
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of(NvmlLibrary.reason(e));
        }
    }
}
