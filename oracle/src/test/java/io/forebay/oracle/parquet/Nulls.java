// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/** A pattern of nulls in a test column. */
@FunctionalInterface
public interface Nulls {
    /** The rows below {@code rowCount} that are not null. */
    BitSet validity(int rowCount, RandomGenerator random);

    static Nulls none() {
        return (rowCount, random) -> {
            BitSet valid = new BitSet(rowCount);
            valid.set(0, rowCount);
            return valid;
        };
    }

    static Nulls all() {
        return (rowCount, random) -> new BitSet(rowCount);
    }

    /** Each row is null with this probability. */
    static Nulls random(double probability) {
        return (rowCount, random) -> {
            BitSet valid = new BitSet(rowCount);
            for (int row = 0; row < rowCount; row++) {
                valid.set(row, random.nextDouble() >= probability);
            }
            return valid;
        };
    }

    /** Alternating runs of values and nulls, of 1 to {@code longestRun} rows each. */
    static Nulls runs(int longestRun) {
        return (rowCount, random) -> {
            BitSet valid = new BitSet(rowCount);
            boolean isValid = random.nextBoolean();
            for (int row = 0; row < rowCount; isValid = !isValid) {
                int end = Math.min(rowCount, row + 1 + random.nextInt(longestRun));
                valid.set(row, end, isValid);
                row = end;
            }
            return valid;
        };
    }
}
