// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.inference.Model;
import io.forebay.inference.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Scores a data set over and over, and prints the memory that the system says the process has, and by how much a minute it grows once
 * the first fifth of the time is over: {@code java -cp benchmarks.jar io.forebay.benchmarks.Soak MINUTES DATA MODEL}. On Linux.
 */
public final class Soak {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final int WARM_UP_PARTS = 5;
    private static final double MEBI = 1 << 20;

    private Soak() {}

    /** A reading. */
    record Reading(double minutes, double residentMebibytes) {}

    public static void main(String[] arguments) throws IOException {
        Duration length = Duration.ofSeconds(Math.round(60 * Double.parseDouble(arguments[0])));
        List<Reading> readings = run(length, arguments[1], arguments[2]);
        System.out.printf(
                Locale.ROOT,
                "slope %.3f MB a minute%n",
                slope(readings.subList(readings.size() / WARM_UP_PARTS, readings.size())));
    }

    static List<Reading> run(Duration length, String data, String file) throws IOException {
        List<Reading> readings = new ArrayList<>();
        long started = System.nanoTime();
        long next = started;
        long rows = 0;
        try (Forebay forebay = Forebay.open();
                Model model = ModelFile.of(file).load(forebay)) {
            Dataset dataset = forebay.dataset(data);
            do {
                rows += model.score(dataset).run().rows();
                if (System.nanoTime() >= next) {
                    next += EVERY.toNanos();
                    Reading reading = new Reading((System.nanoTime() - started) / 60e9, resident() / MEBI);
                    readings.add(reading);
                    System.out.printf(
                            Locale.ROOT,
                            "%6.2f min  %8.1f MiB  %,d rows%n",
                            reading.minutes,
                            reading.residentMebibytes,
                            rows);
                }
            } while (System.nanoTime() - started < length.toNanos());
        }
        return readings;
    }

    /** The second number of this file is in pages, of 4 KiB on the machines that this is run on. */
    private static long resident() throws IOException {
        String[] numbers = Files.readString(Path.of("/proc/self/statm")).split(" ", 3);
        return 4096 * Long.parseLong(numbers[1]);
    }

    /** By least squares, in MB (10^6) a minute. */
    static double slope(List<Reading> readings) {
        double meanX = readings.stream().mapToDouble(Reading::minutes).average().orElse(0);
        double meanY = readings.stream()
                .mapToDouble(Reading::residentMebibytes)
                .average()
                .orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Reading reading : readings) {
            covariance += (reading.minutes - meanX) * (reading.residentMebibytes - meanY);
            variance += (reading.minutes - meanX) * (reading.minutes - meanX);
        }
        return variance == 0 ? 0 : covariance / variance * MEBI / 1e6;
    }
}
