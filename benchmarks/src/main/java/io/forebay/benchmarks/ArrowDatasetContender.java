// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Filter;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.dataset.scanner.Scanner;
import org.apache.arrow.dataset.source.Dataset;
import org.apache.arrow.dataset.source.DatasetFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Arrow C++'s dataset scanner through JNI.
 *
 * <p>It decodes on one thread, since the Java binding never asks for more; its I/O threads only read bytes ahead.
 */
final class ArrowDatasetContender extends ArrowContender {

    static final String NAME = "arrow-dataset";

    /** Its best size here: about a tenth faster than the 32,768 of the Arrow cookbook. */
    private static final long BATCH_ROWS = 122_880;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    @SuppressWarnings("try") // the native handles' close() declares Exception
    void readBatches(ScanRequest request, BatchSink sink) throws Exception {
        String uri = request.data().toAbsolutePath().toUri().toString();
        try (BufferAllocator allocator = new RootAllocator();
                DatasetFactory factory = new FileSystemDatasetFactory(
                        allocator, NativeMemoryPool.getDefault(), FileFormat.PARQUET, uri)) {
            Schema schema = factory.inspect(); // what finish() without one would do, and no more than once
            try (Dataset dataset = factory.finish(schema);
                    Scanner scanner = dataset.newScan(options(request, schema));
                    ArrowReader reader = scanner.scanBatches()) {
                drain(reader, sink);
            }
        }
    }

    private static ScanOptions options(ScanRequest request, Schema schema) {
        List<String> columns = request.columns();
        Optional<String[]> projection =
                columns.isEmpty() ? Optional.empty() : Optional.of(columns.toArray(new String[0]));
        ScanOptions.Builder options = new ScanOptions.Builder(BATCH_ROWS).columns(projection);
        if (request.isFiltered()) {
            options.substraitFilter(SubstraitFilter.of(Filter.parse(request.where()), schema));
        }
        return options.build();
    }
}
