// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Sink;
import io.forebay.arrow.internal.write.ArrowParts;
import io.forebay.internal.sink.PartWriter;
import java.nio.file.Path;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A folder of Arrow IPC files that nobody sees half-written. Each part appears whole, as {@code part-<first row>.arrow}; its
 * footer carries the checkpoint that it stands for. An empty file {@code _SUCCESS} comes last. Buffers are not compressed, so that the files can be
 * mapped. An immutable value.
 */
public final class ArrowSink implements Sink {
    private static final long PART_ROWS_DEFAULT = 1 << 18;

    private final String location;
    private final long partRows;

    private ArrowSink(String location, long partRows) {
        this.location = location;
        this.partRows = partRows;
    }

    /** Writes into {@code folder}, which is made if it is absent. */
    public static ArrowSink at(Path folder) {
        return at(folder.toString());
    }

    /** Writes into the folder at {@code location}, of any storage that can be written to; it is made if it is absent. */
    public static ArrowSink at(String location) {
        return new ArrowSink(location, PART_ROWS_DEFAULT);
    }

    /** Commits a part as soon as it has this many rows: the most that a crash can make a rerun score again. */
    public ArrowSink partRows(long rows) {
        if (rows < 1) {
            throw ForebayException.usage("part rows must be positive: partRows=" + rows);
        }
        return new ArrowSink(location, rows);
    }

    @Override
    public Writer open(Forebay forebay, Schema schema, boolean resume) {
        return PartWriter.open(forebay, location, new ArrowParts(), schema, partRows, resume);
    }
}
