// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import com.sun.jna.NativeLibrary;
import io.forebay.inference.Gpu;
import io.forebay.inference.GpuInventory;
import io.forebay.inference.MachineReport.GpuReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What NVML knows, asked once for each examination. The installed driver's library, unless the system property
 * {@code forebay.nvml.library} names another file.
 */
public final class NvmlInventory implements GpuInventory {
    static final String LIBRARY_PROPERTY = "forebay.nvml.library";

    private static Nvml open() {
        String library = System.getProperty(LIBRARY_PROPERTY);
        return library == null ? Nvml.open() : Nvml.open(Path.of(library));
    }

    @Override
    public GpuReport examine() {
        try (Nvml nvml = open()) {
            List<Gpu> gpus = nvml.gpus();
            Map<String, Map<String, Double>> figures = new LinkedHashMap<>();
            gpus.forEach(gpu -> figures.put(gpu.uuid(), figures(nvml.sample(gpu))));
            return new GpuReport(nvml.driverVersion(), gpus, figures, "");
        }
    }

    private static Map<String, Double> figures(GpuSample sample) {
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
