// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Forebay;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Forebay itself, decoding on as many threads as its name says. The context stays from scan to scan, as it does in an
 * application, and with it the memory that it recycles; the other libraries' allocators are global to the process anyway.
 */
final class ForebayContender extends ArrowContender {
    static final String NAME = "forebay";
    static final String NAME_TWO_THREADS = "forebay-2";

    private final String name;
    private final Forebay forebay;

    ForebayContender(String name, int threads) {
        this.name = name;
        this.forebay = Forebay.builder().threads(threads).build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    void readBatches(Path data, List<String> columns, BatchSink sink) {
        DictionaryProvider noDictionaries = new DictionaryProvider.MapDictionaryProvider();
        try (BatchStream batches = project(forebay.dataset(data.toString()), columns).stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    sink.accept(new VectorSchemaRoot(batch.schema(), batch.columns(), batch.rows()), noDictionaries);
                }
            }
        }
    }

    private static Dataset project(Dataset dataset, List<String> columns) {
        return columns.isEmpty()
                ? dataset
                : dataset.select(columns.stream().map(ColumnPath::ofName).toList());
    }

    @Override
    public void close() {
        forebay.close();
    }
}
