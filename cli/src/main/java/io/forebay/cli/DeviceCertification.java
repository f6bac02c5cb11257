// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec.Element;
import io.forebay.cli.Certificate.Check;
import io.forebay.cli.Certificate.Outcome;
import io.forebay.inference.Device;
import io.forebay.inference.FeedEfficiency;
import io.forebay.inference.Model;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ScoreSummary;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Preparation;
import io.forebay.onnx.OnnxModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Tries an engine on devices: the same networks over the same rows, and what GPUs alone know. */
final class DeviceCertification {
    private static final long ROWS = 40_000;
    private static final String LOADS = "loads";
    private static final int CYCLES = 20;
    private static final long TOO_LITTLE_BYTES = 1 << 20;

    /** GPUs round 32-bit floats to ten bits before they multiply matrices, unless told not to. */
    private static final double TF32_TOLERANCE = 2e-2;

    private static final double TOLERANCE = 1e-4;

    private final Path home;
    private final Forebay forebay;
    private final Dataset flights;
    private final int gpus;
    private final Duration measured;
    private final Consumer<Check> notes;

    /** The engines whose libraries are here: something has loaded. */
    private final Set<String> engines = new HashSet<>();

    /** What the CPU made of each network. */
    private final Map<String, float[]> expected = new HashMap<>();

    /** @param gpus how many the driver lists */
    DeviceCertification(
            Path home, Forebay forebay, Dataset flights, int gpus, Duration measured, Consumer<Check> notes) {
        this.home = home;
        this.forebay = forebay;
        this.flights = flights.limit(ROWS);
        this.gpus = gpus;
        this.measured = measured;
        this.notes = notes;
    }

    /** Tries everything, or nothing more than to load where that fails. */
    void check(String engine, List<Device> devices) {
        boolean gpu = devices.get(0).kind().isGpu();
        boolean onnx = engine.equals("onnx");
        ModelFile<?> mlp = on(devices, network(engine, "mlp").preparation(columns()));
        if (!attempt(engine, devices, LOADS, () -> load(mlp))) {
            return;
        }
        engines.add(engine);
        double tolerance = gpu ? TF32_TOLERANCE : TOLERANCE;
        attempt(engine, devices, "scores an MLP", () -> score("mlp", mlp, tolerance));
        attempt(
                engine,
                devices,
                "scores a CNN",
                () -> score("cnn", on(devices, network(engine, "cnn").preparation(image())), tolerance));
        if (onnx) {
            OnnxModel delay = OnnxModel.of(home.resolve("examples/flights/delay.onnx"));
            attempt(
                    engine,
                    devices,
                    "scores strings",
                    () -> score("delay", delay.device(devices.toArray(Device[]::new)), tolerance));
        }
        if (onnx && gpu) {
            OnnxModel exact = OnnxModel.of(models("mlp.onnx")).preparation(columns());
            attempt(
                    engine,
                    devices,
                    "scores without TF32",
                    () -> score(
                            "mlp",
                            on(devices, exact.onnxOptions(options -> options.withGpu(own -> own.withTf32(false)))),
                            TOLERANCE));
            attempt(
                    engine,
                    devices,
                    "keeps a memory limit",
                    () -> runOutOfMemory(on(
                            devices,
                            exact.onnxOptions(
                                    options -> options.withGpu(own -> own.withMemoryLimit(TOO_LITTLE_BYTES))))));
        }
        attempt(engine, devices, "opens and closes", () -> cycle(mlp));
        attempt(engine, devices, "is fed", () -> feed(mlp));
    }

    /** Something to try; returns what came out. */
    private interface Trial {
        String run();
    }

    /** Notes how it went; true where it passed. */
    private boolean attempt(String engine, List<Device> devices, String name, Trial trial) {
        long started = System.nanoTime();
        Outcome outcome;
        String detail;
        try {
            detail = trial.run();
            outcome = Outcome.PASSED;
        } catch (ForebayException e) {
            detail = Certification.described(e);
            boolean absent = name.equals(LOADS) && e.kind() == Kind.UNSUPPORTED;
            outcome = absent && !isDue(engine, devices, detail) ? Outcome.SKIPPED : Outcome.FAILED;
        } catch (RuntimeException | LinkageError e) { // a defect of ours, or of a library
            detail = e.toString();
            outcome = Outcome.FAILED;
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        notes.accept(new Check(engine, Device.format(devices), name, outcome, seconds, detail));
        return outcome == Outcome.PASSED;
    }

    /** Whether the driver lists the devices, and an artifact for them is on the class path: then they have to work. */
    private boolean isDue(String engine, List<Device> devices, String cause) {
        return engines.contains(engine)
                && devices.stream().allMatch(device -> device.kind() == Device.Kind.CUDA && device.ordinal() < gpus)
                && !cause.contains(" in place of ");
    }

    private Path models(String name) {
        return home.resolve("benchmarks/models").resolve(name);
    }

    private ModelFile<?> network(String engine, String name) {
        return ModelFile.of(
                engine, models(name + (engine.equals("onnx") ? ".onnx" : ".pt")).toString());
    }

    private static ModelFile<?> on(List<Device> devices, ModelFile<?> file) {
        return file.options(options -> options.withDevices(devices).withStrictDevice(true));
    }

    /** 64 numbers of a flight. */
    private static Preparation columns() {
        Preparation preparation = Preparation.none();
        for (int i = 1; i <= 32; i++) {
            preparation = preparation
                    .withFeature(
                            Feature.of("distance").named("distance" + i).fill(0).minMax(0, 100.0 * i))
                    .withFeature(Feature.of("origin")
                            .named("origin" + i)
                            .fill("")
                            .hashBucket(1 + i)
                            .cast(Element.FLOAT32));
        }
        return preparation;
    }

    /** 784 numbers, one of which is 1: a picture of the distance. */
    private static Preparation image() {
        List<String> miles =
                IntStream.range(100, 100 + 28 * 28).mapToObj(Integer::toString).toList();
        return Preparation.none()
                .withFeature(Feature.of("distance").named("image").oneHot(miles));
    }

    private String load(ModelFile<?> file) {
        try (Model model = file.load(forebay)) {
            return "on " + Device.format(model.device().used());
        }
    }

    private String score(String network, ModelFile<?> file, double tolerance) {
        FloatsSink sink = new FloatsSink();
        ScoreSummary summary;
        try (Model model = file.load(forebay)) {
            summary = model.score(flights).writeTo(sink).run();
        }
        float[] scores = sink.values();
        if (summary.device().used().equals(List.of(Device.cpu()))) {
            expected.putIfAbsent(network, scores);
        }
        float[] reference = expected.get(network);
        if (reference == null) {
            throw ForebayException.unsupported(
                    "scores must be held to those of the CPU, which made none: network=" + network);
        }
        double difference = difference(reference, scores);
        if (!(difference <= tolerance)) {
            throw new ForebayException(
                    Kind.IO, "scores must be those of the CPU: difference=" + difference + ", tolerance=" + tolerance);
        }
        StringBuilder detail = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d rows, %,.0f rows/s, difference %.1e",
                summary.rows(),
                summary.rowsPerSecond(),
                difference));
        summary.device().refused().forEach(refusal -> detail.append("; ").append(refusal.cause()));
        return detail.toString();
    }

    private static double difference(float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            return Double.POSITIVE_INFINITY;
        }
        double most = 0;
        for (int i = 0; i < expected.length; i++) {
            double one = Math.abs((double) expected[i] - actual[i]);
            most = Double.isNaN(one) ? Double.POSITIVE_INFINITY : Math.max(most, one);
        }
        return most;
    }

    /** Passes where a limit of next to nothing holds, and is told in so many words. */
    private String runOutOfMemory(ModelFile<?> file) {
        try (Model model = file.load(forebay)) {
            model.score(flights).run();
        } catch (ForebayException e) {
            if (e.kind() == Kind.LIMIT || String.valueOf(e.getMessage()).contains("memory")) {
                return Certification.described(e);
            }
            throw e;
        }
        throw new ForebayException(Kind.IO, "a memory limit must hold: limitBytes=" + TOO_LITTLE_BYTES);
    }

    private String cycle(ModelFile<?> file) {
        for (int i = 0; i < CYCLES; i++) {
            try (Model model = file.load(forebay)) {
                model.score(flights.limit(100)).run();
            }
        }
        return CYCLES + " times";
    }

    private String feed(ModelFile<?> file) {
        try (Model model = file.load(forebay)) {
            FeedEfficiency fed = model.score(flights).measure(measured);
            return String.format(
                    Locale.ROOT,
                    "feed efficiency %.2f: loader %,.0f rows/s, model %,.0f, together %,.0f",
                    fed.ratio(),
                    fed.loaderRowsPerSecond(),
                    fed.modelRowsPerSecond(),
                    fed.pipelineRowsPerSecond());
        }
    }
}
