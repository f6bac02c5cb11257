// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;

/** What the demo says about scored flights. */
final class DemoScores {
    private static final long LATE_MINUTES = 15;

    private DemoScores() {}

    /**
     * The area under the ROC curve of {@code delay_probability} against delays of more than 15 minutes: the chance that a
     * late flight scores higher than a punctual one, ties counted half.
     */
    static double auc(Dataset scored) {
        long[] sortable = new long[Math.toIntExact(scored.rows())];
        int count = 0;
        try (BatchStream batches = scored.select("delay", "delay_probability").stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    BigIntVector delay = (BigIntVector) batch.column("delay");
                    Float4Vector probability = (Float4Vector) batch.column("delay_probability");
                    for (int row = 0; row < batch.rows(); row++) {
                        int late = delay.get(row) > LATE_MINUTES ? 1 : 0;
                        // probabilities are not negative, so their bits sort as they do
                        sortable[count++] = ((long) Float.floatToIntBits(probability.get(row)) << 1) | late;
                    }
                }
            }
        }
        Arrays.sort(sortable);
        return auc(sortable);
    }

    /** @param sorted probabilities, ascending, each with its label in the lowest bit */
    private static double auc(long[] sorted) {
        double punctualBelow = 0;
        double pairsWon = 0;
        double lateTotal = 0;
        for (int from = 0; from < sorted.length; ) {
            int to = from;
            double late = 0;
            while (to < sorted.length && sorted[to] >> 1 == sorted[from] >> 1) {
                late += sorted[to++] & 1;
            }
            double punctual = to - from - late;
            pairsWon += late * (punctualBelow + punctual / 2);
            punctualBelow += punctual;
            lateTotal += late;
            from = to;
        }
        return pairsWon / (lateTotal * punctualBelow);
    }

    /** A hash of all rows that does not depend on their order or on how they lie in files. */
    static long orderFreeHash(Dataset rows) {
        LineHashes hashes = new LineHashes();
        write(rows, hashes);
        return hashes.sum;
    }

    static void printRows(Dataset rows, PrintStream console) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        write(rows, text);
        text.toString(StandardCharsets.UTF_8).lines().forEach(line -> console.println("  " + line));
    }

    private static void write(Dataset rows, OutputStream out) {
        try (BatchStream batches = rows.stream();
                JsonLines json = new JsonLines(out)) {
            for (Batch batch : batches) {
                try (batch) {
                    json.write(batch);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds up a hash (FNV-1a) of each line. */
    private static final class LineHashes extends OutputStream {
        private static final long START = 0xcbf29ce484222325L;
        private static final long PRIME = 0x100000001b3L;

        private long sum;
        private long line = START;

        @Override
        public void write(int octet) {
            if (octet == '\n') {
                sum += line;
                line = START;
            } else {
                line = (line ^ (octet & 0xFF)) * PRIME;
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }
    }
}
