// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.cli.Certificate.Check;
import io.forebay.cli.Certificate.Outcome;
import io.forebay.inference.Device;
import io.forebay.inference.Doctor;
import io.forebay.inference.Gpu;
import io.forebay.inference.MachineReport;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.MachineReport.GpuReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tries whatever depends on hardware: the driver's answers, and each engine on each device, over the shipped flights. What the
 * first device, the CPU, makes of a network is what the others are held to. Used once.
 */
final class Certification {
    private final Path home;
    private final Duration measured;
    private final Consumer<Check> listener;
    private final List<Check> checks = new ArrayList<>();

    /**
     * @param home of the repository, which has the data and the networks
     * @param measured how long to measure the feed efficiency of each device
     * @param listener told of each check once it is made
     */
    Certification(Path home, Duration measured, Consumer<Check> listener) {
        this.home = home;
        this.measured = measured;
        this.listener = listener;
    }

    Certificate run() {
        MachineReport machine = Doctor.examine(Path.of("").toAbsolutePath());
        checkDriver(machine.gpus());
        try (Forebay forebay = Forebay.open()) {
            Dataset flights =
                    forebay.dataset(home.resolve("examples/flights/data").toString());
            DeviceCertification devices = new DeviceCertification(
                    home, forebay, flights, machine.gpus().found().size(), measured, this::note);
            for (EngineReport engine : machine.engines()) {
                devices.check(engine.engine(), List.of(Device.cpu()));
            }
            for (EngineReport engine : machine.engines()) {
                for (List<Device> gpus : gpus(machine.gpus(), engine)) {
                    devices.check(engine.engine(), gpus);
                }
            }
        }
        return new Certificate(Instant.now(), machine, List.copyOf(checks));
    }

    /** Each GPU, all together where there are several, and for each way to use them the first where there is none. */
    private static List<List<Device>> gpus(GpuReport gpus, EngineReport engine) {
        int count = Math.max(1, gpus.found().size());
        List<List<Device>> devices = new ArrayList<>();
        List<Device> all = new ArrayList<>();
        for (int gpu = 0; gpu < count; gpu++) {
            devices.add(List.of(Device.cuda(gpu)));
            all.add(Device.cuda(gpu));
        }
        if (count > 1) {
            devices.add(all);
        }
        if (engine.devices().stream().anyMatch(check -> check.device().kind() == Device.Kind.TENSORRT)) {
            devices.add(List.of(Device.tensorRt(0)));
        }
        return devices;
    }

    private void checkDriver(GpuReport gpus) {
        if (gpus.found().isEmpty()) {
            String cause = gpus.cause().isEmpty() ? "the driver lists no GPU" : gpus.cause();
            note(new Check("nvml", "", "lists GPUs", Outcome.SKIPPED, 0, cause));
            return;
        }
        String listed = gpus.found().size() + " GPUs, driver " + gpus.driver();
        note(new Check("nvml", "", "lists GPUs", Outcome.PASSED, 0, listed));
        for (Gpu gpu : gpus.found()) {
            Map<String, Double> figures = gpus.figures().getOrDefault(gpu.uuid(), Map.of());
            note(new Check("nvml", gpu.uuid(), "tells figures", Outcome.PASSED, 0, figures.toString()));
        }
    }

    private void note(Check check) {
        checks.add(check);
        listener.accept(check);
    }

    /** The message of a failure, with its kind. */
    static String described(ForebayException failure) {
        return failure.kind().label() + ": " + failure.getMessage();
    }
}
