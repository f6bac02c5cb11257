// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.inference.MachineReport.DiskRate;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.MachineReport.GpuReport;
import io.forebay.inference.MachineReport.LibraryCheck;
import io.forebay.inference.internal.DiskProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Examines the machine. Stateless and thread-safe. */
public final class Doctor {
    private static final Path DRIVER_VERSION = Path.of("/proc/driver/nvidia/version");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

    private Doctor() {}

    /**
     * Looks at everything; takes some seconds, since engines load their libraries and a file is written and read.
     *
     * @param folder whose disk is measured
     */
    public static MachineReport examine(Path folder) {
        GpuReport gpus = gpus();
        List<EngineReport> engines =
                Engines.all().stream().map(engine -> examine(engine, gpus)).toList();
        DiskRate disk = DiskProbe.measure(folder);
        try (Forebay forebay = Forebay.open()) {
            return new MachineReport(
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.getRuntime().maxMemory(),
                    forebay.memory().limitBytes(),
                    disk,
                    gpus,
                    engines);
        }
    }

    private static EngineReport examine(Engine engine, GpuReport gpus) {
        List<LibraryCheck> libraries = gpus.driver() == null
                ? List.of()
                : Engines.gpuInventory()
                        .map(inventory -> engine.gpuLibraries().stream()
                                .map(library -> new LibraryCheck(
                                        library,
                                        inventory.loadFailure(library.name()).orElse("")))
                                .toList())
                        .orElse(List.of());
        return new EngineReport(engine.name(), engine.library(), engine.checkDevices(), libraries);
    }

    private static GpuReport gpus() {
        String driver = driver(DRIVER_VERSION);
        Optional<GpuInventory> inventory = Engines.gpuInventory();
        if (inventory.isEmpty()) {
            return new GpuReport(driver, List.of(), Map.of(), "add forebay-nvml to the class path");
        }
        try {
            return inventory.get().examine();
        } catch (ForebayException e) {
            return new GpuReport(driver, List.of(), Map.of(), String.valueOf(e.getMessage()));
        }
    }

    /** What the driver says of itself, on Linux. */
    static @Nullable String driver(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(text);
            return version.find() ? version.group() : text.strip();
        } catch (IOException e) {
            return null;
        }
    }
}
