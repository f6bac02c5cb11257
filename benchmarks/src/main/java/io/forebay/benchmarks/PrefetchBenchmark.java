// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What a stream finds by itself, for how far to decode ahead and with how many threads, against settings that are fixed: epochs in
 * turns, in an order that is drawn for each round, for consumers that take nothing, half of an epoch's time, and twice it; they wait
 * as for a device, or compute on a processor. Which fixed setting is the best is found in every other round, and judged, as what the
 * stream finds, in those between: luck that made it the best does not count.
 */
public final class PrefetchBenchmark {
    private static final int BATCH_ROWS = 8192;
    private static final int WARM_UP_EPOCHS = 6;
    private static final double[] LOADS = {0, 0.5, 2};
    private static final int[] THREADS = {1, 2};
    private static final int[] BATCHES_AHEAD = {0, 1, 4, 16};

    private PrefetchBenchmark() {}

    /** Arguments: file, {@code sequential} or {@code shuffled}, {@code waiting} or {@code computing}, rounds: two or more. */
    public static void main(String[] args) {
        try (Forebay forebay = Forebay.builder().threads(2).memoryLimit("1GiB").build()) {
            Dataset dataset = forebay.dataset(Path.of(args[0]).toAbsolutePath().toString())
                    .batchRows(BATCH_ROWS);
            Dataset read = args[1].equals("shuffled") ? dataset.shuffle(Shuffle.seed(1)) : dataset;
            run(read, args[2].equals("waiting"), Integer.parseInt(args[3]), System.out);
        }
    }

    private record Setting(String name, Dataset dataset, List<Double> rates) {
        /** Of every other round, from round {@code first} on. */
        double median(int first) {
            List<Double> some = IntStream.range(0, rates.size())
                    .filter(round -> round % 2 == first)
                    .mapToObj(rates::get)
                    .sorted()
                    .toList();
            return some.get(some.size() / 2);
        }
    }

    static void run(Dataset dataset, boolean waiting, int rounds, PrintStream out) {
        if (rounds < 2) {
            throw new IllegalArgumentException(
                    "one round finds the best fixed setting and another judges it: rounds=" + rounds);
        }
        double full = 0;
        for (int epoch = 0; epoch < WARM_UP_EPOCHS; epoch++) {
            full = rate(dataset, 0, waiting);
        }
        for (double load : LOADS) {
            measure(dataset, load, load * 1e9 / full, waiting, rounds, out);
        }
    }

    private static void measure(
            Dataset dataset, double load, double nanosPerRow, boolean waiting, int rounds, PrintStream out) {
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting("adaptive", dataset, new ArrayList<>()));
        for (int threads : THREADS) {
            for (int ahead : BATCHES_AHEAD) {
                settings.add(new Setting(
                        threads + " threads, " + ahead + " ahead",
                        dataset.threads(threads).prefetch(ahead),
                        new ArrayList<>()));
            }
        }
        List<Setting> turns = new ArrayList<>(settings);
        Random random = new Random(1);
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(turns, random);
            for (Setting setting : turns) {
                setting.rates.add(rate(setting.dataset, nanosPerRow, waiting));
            }
        }
        Setting best = settings.stream()
                .skip(1)
                .max(Comparator.comparingDouble(setting -> setting.median(0)))
                .orElseThrow();
        out.printf(
                Locale.ROOT,
                "load %.1f: adaptive / best fixed (%s) = %.3f%n",
                load,
                best.name,
                settings.get(0).median(1) / best.median(1));
        for (Setting setting : settings) {
            out.printf(
                    Locale.ROOT,
                    "  %-20s median %.2f of %s million rows/s%n",
                    setting.name,
                    setting.median(1) / 1e6,
                    setting.rates.stream()
                            .map(rate -> Math.round(rate / 1e4) / 100.0)
                            .toList());
        }
    }

    private static double rate(Dataset dataset, double nanosPerRow, boolean waiting) {
        long started = System.nanoTime();
        long rows = 0;
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                long until = System.nanoTime() + (long) (nanosPerRow * batch.rows());
                rows += batch.rows();
                batch.close();
                consume(until, waiting);
            }
        }
        return rows * 1e9 / (System.nanoTime() - started);
    }

    private static void consume(long until, boolean waiting) {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            if (waiting) {
                LockSupport.parkNanos(left);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
