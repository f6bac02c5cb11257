// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The contenders by name. Adding one is a line here and a value of {@link ScanBenchmark#contender}. */
final class Contenders {

    private static final Map<String, Supplier<ScanContender>> ALL = Map.of(
            ForebayContender.NAME, () -> new ForebayContender(ForebayContender.NAME, 1),
            ForebayContender.NAME_TWO_THREADS, () -> new ForebayContender(ForebayContender.NAME_TWO_THREADS, 2),
            ArrowDatasetContender.NAME, ArrowDatasetContender::new,
            DuckDbContender.NAME, DuckDbContender::new,
            ParquetAvroContender.NAME, ParquetAvroContender::new);

    private Contenders() {}

    static List<String> names() {
        return ALL.keySet().stream().sorted().toList();
    }

    /** A new contender, which the caller closes. */
    static ScanContender named(String name) {
        Supplier<ScanContender> contender = ALL.get(name);
        if (contender == null) {
            throw new IllegalArgumentException("contender must be one of " + names() + ": contender=" + name);
        }
        return contender.get();
    }

    /** The contender whose values the others must reproduce; DuckDB itself is held against arrow-dataset. */
    static ScanContender referenceFor(ScanContender contender) {
        return named(contender.name().equals(DuckDbContender.NAME) ? ArrowDatasetContender.NAME : DuckDbContender.NAME);
    }
}
