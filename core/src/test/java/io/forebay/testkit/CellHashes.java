// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.Batch;
import io.forebay.BatchStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** What tells whether two streams hold the same cells in the same batches. Stateless. */
public final class CellHashes {
    private CellHashes() {}

    /** The hash of every cell, batch by batch and column by column; closes the stream. */
    public static List<Integer> of(BatchStream stream) {
        List<Integer> hashes = new ArrayList<>();
        try (stream) {
            for (Batch batch : stream) {
                try (batch) {
                    for (FieldVector column : batch.columns()) {
                        for (int row = 0; row < batch.rows(); row++) {
                            hashes.add(column.hashCode(row));
                        }
                    }
                }
            }
        }
        return hashes;
    }

    /** The hash of every row, sorted, for streams whose order does not matter; closes the stream. */
    public static List<Integer> ofRows(BatchStream stream) {
        List<Integer> hashes = new ArrayList<>();
        try (stream) {
            for (Batch batch : stream) {
                try (batch) {
                    for (int row = 0; row < batch.rows(); row++) {
                        int hash = 1;
                        for (FieldVector column : batch.columns()) {
                            hash = 31 * hash + column.hashCode(row);
                        }
                        hashes.add(hash);
                    }
                }
            }
        }
        hashes.sort(null);
        return hashes;
    }
}
