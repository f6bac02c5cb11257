// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Forebay;
import io.forebay.internal.local.LocalStorage;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.meta.Footer;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.nio.file.Path;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The least that a scan of a Parquet file can take on one thread: {@link #pages} reads, verifies and decompresses every page, and
 * {@link #copy} moves as many bytes as the scan's Arrow vectors have into buffers that are used again. Pin it, as {@link
 * ScanBenchmark}.
 */
@State(Scope.Benchmark)
public class RooflineBenchmark extends ReadBenchmark {
    /** What is copied at once: the part of a batch that one column has. */
    private static final int COPY_BYTES = 64 << 10;

    @Param("data/lineitem-1-zstd.parquet")
    public String data;

    private Forebay forebay;
    private BufferAllocator allocator;
    private LocalStorage storage;
    private StorageObject object;
    private ArrowBuf from;
    private ArrowBuf to;

    /** The bytes of a scan's vectors, and those of one batch. */
    private long arrowBytes;

    private long batchBytes;

    @Setup(Level.Trial)
    public void measureVectors() {
        String location = Path.of(data).toAbsolutePath().toString();
        forebay = Forebay.builder().threads(1).build();
        storage = new LocalStorage(false);
        object = storage.list(location).get(0);
        try (BatchStream batches = forebay.dataset(location).stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    long bytes = batch.columns().stream()
                            .mapToLong(FieldVector::getBufferSize)
                            .sum();
                    arrowBytes += bytes;
                    batchBytes = Math.max(batchBytes, bytes);
                }
            }
        }
        allocator = forebay.newAllocator("roofline");
        from = allocator.buffer(COPY_BYTES);
        to = allocator.buffer(batchBytes + COPY_BYTES);
    }

    @TearDown(Level.Trial)
    public void close() {
        from.close();
        to.close();
        allocator.close();
        storage.close();
        forebay.close();
    }

    /** Reads all pages; returns how many bytes they have. */
    @Benchmark
    public long pages() {
        try (RangeReader file = storage.open(object)) {
            long bytes = 0;
            for (BlockMetaData rowGroup : Footer.read(file).metadata().getBlocks()) {
                for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
                    bytes += pagesOf(chunk, file);
                }
            }
            return bytes;
        }
    }

    private long pagesOf(ColumnChunkMetaData chunk, RangeReader file) {
        ByteRange range = new ByteRange(chunk.getStartingPos(), chunk.getTotalSize());
        long bytes = 0;
        try (PageSource pages = new PageSource(file, range, chunk.getCodec(), allocator)) {
            while (pages.peek() != null) {
                bytes += pages.load().dataBytes;
            }
        }
        return bytes;
    }

    /** Writes as many bytes as a scan does, over and over into the memory of one batch; returns how many. */
    @Benchmark
    public long copy() {
        for (long done = 0; done < arrowBytes; done += COPY_BYTES) {
            RawMemory.copy(from.memoryAddress(), to.memoryAddress() + done % batchBytes, COPY_BYTES);
        }
        return arrowBytes;
    }
}
