// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Lets a contender be timed only if it reads the same values as a reference contender. */
final class CorrectnessGate {

    private CorrectnessGate() {}

    /** Throws an {@link IllegalStateException} that names the contender, the column and both checksums. */
    static void check(ScanContender contender, ScanContender reference, ScanRequest request) {
        List<ColumnChecksum> actual = contender.checksums(request);
        List<ColumnChecksum> expected = reference.checksums(request);
        List<String> actualNames = names(actual);
        List<String> expectedNames = names(expected);
        if (!actualNames.equals(expectedNames)) {
            throw disagreement(contender, reference, request.data(), "the columns", actualNames, expectedNames);
        }
        for (int column = 0; column < actual.size(); column++) {
            if (!actual.get(column).equals(expected.get(column))) {
                String what = "column " + actualNames.get(column);
                throw disagreement(
                        contender, reference, request.data(), what, actual.get(column), expected.get(column));
            }
        }
    }

    private static List<String> names(List<ColumnChecksum> checksums) {
        return checksums.stream().map(ColumnChecksum::column).toList();
    }

    private static IllegalStateException disagreement(
            ScanContender contender, ScanContender reference, Path data, String what, Object actual, Object expected) {
        return new IllegalStateException("contenders must read equal values: they differ in " + what + " of " + data
                + ": " + contender.name() + " read " + actual + ", " + reference.name() + " read " + expected);
    }
}
