// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.Forebay;
import io.forebay.inference.MachineReport.DiskRate;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.internal.DiskProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        List<EngineReport> engines = Engines.all().stream()
                .map(engine -> new EngineReport(engine.name(), engine.library(), engine.checkDevices()))
                .toList();
        DiskRate disk = DiskProbe.measure(folder);
        try (Forebay forebay = Forebay.open()) {
            return new MachineReport(
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.getRuntime().maxMemory(),
                    forebay.memory().limitBytes(),
                    disk,
                    driver(DRIVER_VERSION),
                    engines);
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
