// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.dataset.scanner.Scanner;
import org.apache.arrow.dataset.source.Dataset;
import org.apache.arrow.dataset.source.DatasetFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowReader;

/** A Parquet file as an Arrow IPC file, read by Arrow C++ and written by Arrow Java: not compressed, a batch as large as told. */
final class ArrowCopy {

    private ArrowCopy() {}

    /** Returns the number of rows. */
    @SuppressWarnings("try") // the native handles' close() declares Exception
    static long write(Path from, Path out, long batchRows) throws Exception {
        String uri = from.toAbsolutePath().toUri().toString();
        long rowCount = 0;
        try (BufferAllocator allocator = new RootAllocator();
                DatasetFactory factory = new FileSystemDatasetFactory(
                        allocator, NativeMemoryPool.getDefault(), FileFormat.PARQUET, uri);
                Dataset dataset = factory.finish();
                Scanner scanner = dataset.newScan(new ScanOptions(batchRows));
                ArrowReader reader = scanner.scanBatches();
                FileChannel file = FileChannel.open(
                        out,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                ArrowFileWriter writer = new ArrowFileWriter(reader.getVectorSchemaRoot(), reader, file)) {
            while (reader.loadNextBatch()) {
                writer.writeBatch();
                rowCount += reader.getVectorSchemaRoot().getRowCount();
            }
            writer.end();
        }
        return rowCount;
    }
}
