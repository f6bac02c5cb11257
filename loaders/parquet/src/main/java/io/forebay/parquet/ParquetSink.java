// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Sink;
import io.forebay.internal.sink.PartWriter;
import io.forebay.parquet.internal.write.ParquetParts;
import java.nio.file.Path;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A folder of Parquet files that nobody sees half-written. Each part appears whole, as {@code part-<first row>.parquet};
 * its footer carries the checkpoint that it stands for. An empty file {@code _SUCCESS} comes last. An immutable value.
 */
public final class ParquetSink implements Sink {
    private static final long PART_ROWS_DEFAULT = 1 << 18;

    private final String location;
    private final long partRows;
    private final Compression compression;

    private ParquetSink(String location, long partRows, Compression compression) {
        this.location = location;
        this.partRows = partRows;
        this.compression = compression;
    }

    /** Writes into {@code folder}, which is made if it is absent. */
    public static ParquetSink at(Path folder) {
        return at(folder.toString());
    }

    /** Writes into the folder at {@code location}, of any storage that can be written to; it is made if it is absent. */
    public static ParquetSink at(String location) {
        return new ParquetSink(location, PART_ROWS_DEFAULT, Compression.ZSTD);
    }

    /** Commits a part as soon as it has this many rows: the most that a crash can make a rerun score again. */
    public ParquetSink partRows(long rows) {
        if (rows < 1) {
            throw ForebayException.usage("part rows must be positive: partRows=" + rows);
        }
        return new ParquetSink(location, rows, compression);
    }

    public ParquetSink compression(Compression codec) {
        return new ParquetSink(location, partRows, codec);
    }

    @Override
    public Writer open(Forebay forebay, Schema schema, boolean resume) {
        return PartWriter.open(forebay, location, new ParquetParts(compression), schema, partRows, resume);
    }
}
