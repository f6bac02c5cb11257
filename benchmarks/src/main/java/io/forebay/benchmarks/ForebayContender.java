// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Forebay itself, with the settings that its name says. The context stays from scan to scan, as it does in an
 * application, and with it the memory that it recycles; the other libraries' allocators are global to the process anyway.
 */
final class ForebayContender extends ArrowContender {
    static final String NAME = "forebay";
    static final String NAME_TWO_THREADS = "forebay-2";
    static final String NAME_MAPPED = "forebay-mapped";
    static final String NAME_DICTIONARIES = "forebay-dictionaries";

    private final String name;
    private final Forebay forebay;
    private final Function<Path, String> locations;

    /** Whether strings come as indices with a dictionary. */
    private final boolean dictionaries;

    ForebayContender(String name, Forebay.Builder settings) {
        this(name, settings, Path::toString);
    }

    /** @param locations where the files that are asked for lie */
    ForebayContender(String name, Forebay.Builder settings, Function<Path, String> locations) {
        this.name = name;
        this.dictionaries = name.equals(NAME_DICTIONARIES);
        this.forebay = settings.build();
        this.locations = locations;
    }

    @Override
    public String name() {
        return name;
    }

    /** The whole file as a data set. */
    Dataset dataset(Path data) {
        return forebay.dataset(locations.apply(data));
    }

    @Override
    void readBatches(ScanRequest request, BatchSink sink) {
        try (BatchStream batches = dataset(request).stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    sink.accept(
                            new VectorSchemaRoot(batch.schema(), batch.columns(), batch.rows()), batch.dictionaries());
                }
            }
        }
    }

    private Dataset dataset(ScanRequest request) {
        Dataset all = dataset(request.data());
        Dataset rows = request.isFiltered() ? all.filter(Filter.parse(request.where())) : all;
        Dataset wanted = request.columns().isEmpty()
                ? rows
                : rows.select(request.columns().stream().map(ColumnPath::ofName).toList());
        return dictionaries ? withDictionaries(wanted) : wanted;
    }

    private static Dataset withDictionaries(Dataset dataset) {
        Dataset encoded = dataset;
        for (Field field : dataset.schema().getFields()) {
            encoded = field.getType() instanceof ArrowType.Utf8 ? encoded.dictionary(field.getName()) : encoded;
        }
        return encoded;
    }

    @Override
    public void close() {
        forebay.close();
    }
}
