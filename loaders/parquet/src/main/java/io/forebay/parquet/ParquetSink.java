// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet;

import io.forebay.ForebayException;
import io.forebay.Sink;
import io.forebay.parquet.internal.write.PartWriter;
import java.nio.file.Path;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A folder of Parquet files that nobody sees half-written. Each part is written under a hidden name, forced to the
 * device, and renamed to {@code part-<first row>.parquet} in one step; its footer carries the checkpoint that it stands
 * for. An empty file {@code _SUCCESS} comes last. An immutable value.
 */
public final class ParquetSink implements Sink {
    private static final long PART_ROWS_DEFAULT = 1 << 18;

    private final Path folder;
    private final long partRows;
    private final Compression compression;

    private ParquetSink(Path folder, long partRows, Compression compression) {
        this.folder = folder;
        this.partRows = partRows;
        this.compression = compression;
    }

    /** Writes into {@code folder}, which is made if it is absent. */
    public static ParquetSink at(Path folder) {
        return new ParquetSink(folder, PART_ROWS_DEFAULT, Compression.ZSTD);
    }

    /** As {@link #at(Path)}. */
    public static ParquetSink at(String folder) {
        return at(Path.of(folder));
    }

    /** Commits a part as soon as it has this many rows: the most that a crash can make a rerun score again. */
    public ParquetSink partRows(long rows) {
        if (rows < 1) {
            throw ForebayException.usage("part rows must be positive: partRows=" + rows);
        }
        return new ParquetSink(folder, rows, compression);
    }

    public ParquetSink compression(Compression codec) {
        return new ParquetSink(folder, partRows, codec);
    }

    @Override
    public Writer open(Schema schema, boolean resume) {
        return PartWriter.open(folder, schema, partRows, compression, resume);
    }
}
