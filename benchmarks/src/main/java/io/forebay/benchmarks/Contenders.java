// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.List;

/** The contenders by name. Adding one is a line here and a value of {@link ScanBenchmark#contender}. */
final class Contenders {

    private static final List<ScanContender> ALL = List.of(
            new ForebayContender(ForebayContender.NAME, 1),
            new ForebayContender(ForebayContender.NAME_TWO_THREADS, 2),
            new ArrowDatasetContender(),
            new DuckDbContender(),
            new ParquetAvroContender());

    private Contenders() {}

    static List<ScanContender> all() {
        return ALL;
    }

    static ScanContender named(String name) {
        return ALL.stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("contender must be one of "
                        + ALL.stream().map(ScanContender::name).toList() + ": contender=" + name));
    }

    /** The contender whose values the others must reproduce; DuckDB itself is held against arrow-dataset. */
    static ScanContender referenceFor(ScanContender contender) {
        return named(contender.name().equals(DuckDbContender.NAME) ? ArrowDatasetContender.NAME : DuckDbContender.NAME);
    }
}
