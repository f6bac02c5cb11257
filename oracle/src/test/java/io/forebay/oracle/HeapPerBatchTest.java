// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.oracle.parquet.LargePageFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In steady state a batch leaves less than 1 KiB of heap for each leaf, beside the objects of Arrow's own vectors. */
class HeapPerBatchTest {
    private static final int ROWS = 400_000;
    private static final int BATCH_ROWS = 500;
    private static final int LEAVES = 4;
    private static final long VECTORS = (long) ROWS / BATCH_ROWS * LEAVES;
    private static final int WARM_UP_SCANS = 60;
    private static final int SCANS = 10;
    private static final long BYTES_MAX = 1_024;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    @Test
    void aBatchAllocatesLessThanOneKibibyteForEachLeaf() throws IOException {
        Path path = folder.resolve("flat.parquet");
        LargePageFile.write(path, ROWS, 1, false, 5);
        try (Forebay forebay = Forebay.builder().threads(1).build()) {
            Dataset dataset = forebay.dataset(path.toString()).batchRows(BATCH_ROWS);
            long scanned = allocatedBy(() -> scan(dataset));
            long vectors = allocatedBy(() -> makeVectors(forebay, dataset.schema()));
            assertThat((scanned - vectors) / VECTORS)
                    .as("%d B a leaf in a scan, of them %d B in Arrow's objects", scanned / VECTORS, vectors / VECTORS)
                    .isLessThan(BYTES_MAX);
        }
    }

    /** Bytes that all threads allocate in one run of {@code work}, once it has been compiled. */
    private long allocatedBy(Runnable work) {
        for (int i = 0; i < WARM_UP_SCANS; i++) {
            work.run();
        }
        long before = allocated();
        for (int i = 0; i < SCANS; i++) {
            work.run();
        }
        return (allocated() - before) / SCANS;
    }

    private long allocated() {
        long bytes = 0;
        for (long thread : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            bytes += Math.max(0, thread);
        }
        return bytes;
    }

    private static void scan(Dataset dataset) {
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                batch.close();
            }
        }
    }

    /** Makes as many vectors as a scan, and buffers for them, and no more. */
    private static void makeVectors(Forebay forebay, Schema schema) {
        try (BufferAllocator allocator = forebay.newAllocator("vectors")) {
            for (int batch = 0; batch < ROWS / BATCH_ROWS; batch++) {
                for (Field field : schema.getFields()) {
                    makeVector(field, allocator);
                }
            }
        }
    }

    private static void makeVector(Field field, BufferAllocator allocator) {
        List<ArrowBuf> buffers = new ArrayList<>();
        for (int i = 0; i < TypeLayout.getTypeBufferCount(field.getType()); i++) {
            buffers.add(allocator.buffer(BATCH_ROWS * Long.BYTES));
        }
        try (FieldVector vector = field.createVector(allocator)) {
            vector.loadFieldBuffers(new ArrowFieldNode(BATCH_ROWS, 1), buffers);
        }
        buffers.forEach(ArrowBuf::close);
    }
}
