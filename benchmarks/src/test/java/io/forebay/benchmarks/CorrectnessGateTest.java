// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorrectnessGateTest {

    private static final Path DATA = Path.of("f.parquet");
    private static final ColumnChecksum ID = new ColumnChecksum("id", 3, 3, 0xabc);

    @Test
    void equalChecksumsPass() {
        assertDoesNotThrow(() -> check(List.of(ID), List.of(new ColumnChecksum("id", 3, 3, 0xabc))));
    }

    @Test
    void aDifferentValueNamesContenderColumnAndBothChecksums() {
        ColumnChecksum other = new ColumnChecksum("id", 3, 2, 0xdef);
        var failure = assertThrows(IllegalStateException.class, () -> check(List.of(ID), List.of(other)));
        assertEquals(
                "contenders must read equal values: they differ in column id of f.parquet: "
                        + "mine read rows=3 values=3 hash=abc, theirs read rows=3 values=2 hash=def",
                failure.getMessage());
    }

    @Test
    void aMissingColumnNamesBothLists() {
        var failure = assertThrows(IllegalStateException.class, () -> check(List.of(), List.of(ID)));
        assertEquals(
                "contenders must read equal values: they differ in the columns of f.parquet: "
                        + "mine read [], theirs read [id]",
                failure.getMessage());
    }

    private static void check(List<ColumnChecksum> mine, List<ColumnChecksum> theirs) {
        CorrectnessGate.check(new Fixed("mine", mine), new Fixed("theirs", theirs), ScanRequest.all(DATA));
    }

    /** A contender that has already read its file. */
    private record Fixed(String name, List<ColumnChecksum> checksums) implements ScanContender {
        @Override
        public ScanResult scan(ScanRequest request) {
            return new ScanResult(0, 0, 0);
        }

        @Override
        public List<ColumnChecksum> checksums(ScanRequest request) {
            return checksums;
        }
    }
}
