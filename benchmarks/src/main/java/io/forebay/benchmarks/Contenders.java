// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Forebay;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The contenders by name. Adding one is a line here and a value of {@link ScanBenchmark#contender}. */
final class Contenders {

    private static final Map<String, Supplier<ScanContender>> ALL = Map.of(
            ForebayContender.NAME,
            () -> new ForebayContender(ForebayContender.NAME, Forebay.builder().threads(1)),
            ForebayContender.NAME_TWO_THREADS,
            () -> new ForebayContender(
                    ForebayContender.NAME_TWO_THREADS, Forebay.builder().threads(2)),
            ForebayContender.NAME_MAPPED,
            () -> new ForebayContender(
                    ForebayContender.NAME_MAPPED, Forebay.builder().threads(1).mapFiles(true)),
            ForebayContender.NAME_DICTIONARIES,
            () -> new ForebayContender(
                    ForebayContender.NAME_DICTIONARIES, Forebay.builder().threads(1)),
            ArrowFileContender.NAME,
            ArrowFileContender::new,
            ArrowDatasetContender.NAME,
            ArrowDatasetContender::new,
            DuckDbContender.NAME,
            DuckDbContender::new,
            ParquetAvroContender.NAME,
            ParquetAvroContender::new);

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

    /**
     * The contender whose values the others must reproduce: arrow-java for IPC files, and DuckDB for Parquet; what these
     * read is held against Forebay and, unless rows are filtered, arrow-dataset.
     */
    static ScanContender referenceFor(ScanContender contender, ScanRequest request) {
        boolean ipc = request.data().toString().endsWith(ArrowFileContender.FILE_ENDING);
        String reference = ipc ? ArrowFileContender.NAME : DuckDbContender.NAME;
        String second = ipc || request.isFiltered() ? ForebayContender.NAME : ArrowDatasetContender.NAME;
        return named(contender.name().equals(reference) ? second : reference);
    }
}
