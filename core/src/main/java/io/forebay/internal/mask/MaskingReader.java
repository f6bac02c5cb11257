// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.DamagedRowsException;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.stream.Failures;
import io.forebay.spi.RowRange;
import io.forebay.spi.UnitReader;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads a unit on behind rows that cannot be read: these get placeholders, and are noted. A row is bad in a column if a reader of that
 * column alone, just opened, fails to read just the row. Until a lane fails it is read as ever; after that each of its columns has
 * readers of its own, and what fails is halved down to the bad rows, unless the failure tells which they are.
 */
public final class MaskingReader implements UnitReader {
    private final ManifestUnit unit;
    private final List<Field> fields;
    private final BufferAllocator allocator;
    private final BadRowLog log;
    private final Lane[] lanes;

    /** Guards the readers that are open, and the bytes read by those that are not any more. */
    private final Object life = new Object();

    private final Set<UnitReader> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytesRead;
    private boolean cancelled;

    /** The reader of all lanes; null where they cannot be opened together. */
    private final @Nullable UnitReader whole;

    private MaskingReader(ManifestUnit unit, List<Field> fields, BufferAllocator allocator, BadRowLog log) {
        this.unit = unit;
        this.fields = fields;
        this.allocator = allocator;
        this.log = log;
        UnitReader together = openTogether();
        this.whole = together;
        int laneCount = together == null ? fields.size() : together.laneCount();
        this.lanes = IntStream.range(0, laneCount)
                .mapToObj(lane -> new Lane(together == null ? new int[] {lane} : together.columnsOf(lane)))
                .toArray(Lane[]::new);
    }

    /**
     * Opens a unit.
     *
     * @param log where bad rows are noted, or null where they are failures
     */
    public static UnitReader open(
            ManifestUnit unit, List<Field> fields, BufferAllocator allocator, @Nullable BadRowLog log) {
        return log == null
                ? unit.file().openUnit(unit.ordinal(), fields, allocator)
                : new MaskingReader(unit, fields, allocator, log);
    }

    /** A lane: where it stands and, once it has failed, its columns. */
    private final class Lane {
        final int[] columns;
        long row;
        Column @Nullable [] apart;

        Lane(int[] columns) {
            this.columns = columns;
        }

        Column[] apart() {
            Column[] made = apart;
            if (made == null) {
                made = IntStream.of(columns).mapToObj(Column::new).toArray(Column[]::new);
                apart = made;
            }
            return made;
        }
    }

    private @Nullable UnitReader openTogether() {
        try {
            return opened(fields);
        } catch (RuntimeException e) {
            damage(e);
            return null;
        }
    }

    private UnitReader opened(List<Field> columns) {
        UnitReader reader = unit.file().openChecked(unit.ordinal(), columns, allocator);
        synchronized (life) {
            open.add(reader);
            if (cancelled) {
                reader.cancel();
            }
        }
        return reader;
    }

    private void closeOne(UnitReader reader) {
        synchronized (life) {
            open.remove(reader);
            bytesRead += reader.bytesRead();
        }
        reader.close();
    }

    /** What makes rows bad; any other failure is thrown. */
    private ForebayException damage(RuntimeException e) {
        synchronized (life) {
            if (cancelled) {
                throw e;
            }
        }
        ForebayException located = Failures.located(e, unit.place());
        if (located.kind() != Kind.CORRUPT && located.kind() != Kind.UNSUPPORTED) {
            throw located;
        }
        if (located instanceof DamagedRowsException some && some.rows().rows() == 0) {
            throw located;
        }
        return located;
    }

    @Override
    public int laneCount() {
        return lanes.length;
    }

    @Override
    public int[] columnsOf(int lane) {
        return lanes[lane].columns.clone();
    }

    @Override
    public void skip(int lane, long rows) {
        Lane skipped = lanes[lane];
        UnitReader together = whole;
        if (together != null && skipped.apart == null) {
            try {
                together.skip(lane, rows);
            } catch (RuntimeException e) {
                damage(e);
                skipped.apart();
            }
        }
        skipped.row += rows;
    }

    @Override
    public FieldVector[] read(int lane, int rows) {
        Lane wanted = lanes[lane];
        FieldVector[] vectors = readTogether(lane, rows);
        if (vectors == null) {
            vectors = readApart(wanted, rows);
        }
        wanted.row += rows;
        return vectors;
    }

    private FieldVector @Nullable [] readTogether(int lane, int rows) {
        UnitReader together = whole;
        if (together == null || lanes[lane].apart != null) {
            return null;
        }
        try {
            return together.read(lane, rows);
        } catch (RuntimeException e) {
            damage(e);
            lanes[lane].apart();
            return null;
        }
    }

    private FieldVector[] readApart(Lane lane, int rows) {
        Column[] columns = lane.apart();
        FieldVector[] vectors = new FieldVector[columns.length];
        int done = 0;
        try {
            for (; done < columns.length; done++) {
                vectors[done] = columns[done].read(lane.row, rows);
            }
            return vectors;
        } catch (RuntimeException | Error e) {
            for (int i = 0; i < done; i++) {
                vectors[i].close();
            }
            throw e;
        }
    }

    @Override
    public FieldVector @Nullable [] readSelected(int lane, int rows, int[] selected) {
        UnitReader together = whole;
        Lane wanted = lanes[lane];
        if (together == null || wanted.apart != null) {
            return null;
        }
        try {
            FieldVector[] some = together.readSelected(lane, rows, selected);
            wanted.row += some == null ? 0 : rows;
            return some;
        } catch (RuntimeException e) {
            damage(e);
            wanted.apart();
            return null;
        }
    }

    @Override
    public long bytesRead() {
        synchronized (life) {
            return bytesRead + open.stream().mapToLong(UnitReader::bytesRead).sum();
        }
    }

    @Override
    public void cancel() {
        synchronized (life) {
            cancelled = true;
            open.forEach(UnitReader::cancel);
        }
    }

    @Override
    public void close() {
        synchronized (life) {
            try {
                Failures.closeAll(open, UnitReader::close);
            } finally {
                open.clear();
            }
        }
    }

    /** How an attempt to read rows has ended. */
    private enum Attempt {
        READ,
        /** It failed: now more is known of them, or a reader that was just opened may fare better. */
        TO_REPEAT,
        HOLDS_BAD
    }

    /** A column that is read on its own. */
    private final class Column {
        private final int ordinal;
        private final Field field;

        /** A reader of this column, and the row that it stands before; null before the first read and after a failure. */
        private @Nullable UnitReader reader;

        private long row;

        Column(int ordinal) {
            this.ordinal = ordinal;
            this.field = fields.get(ordinal);
        }

        /** Reads rows of the unit, bad ones as placeholders. */
        FieldVector read(long first, int rows) {
            try (RowParts parts = new RowParts(field, rows, allocator)) {
                recover(parts, first, first + rows);
                return parts.finish();
            }
        }

        /** Reads the rows {@code [from, to)}, and finds the bad ones among them; returns whether there is one. */
        private boolean recover(RowParts parts, long from, long to) {
            boolean found = false;
            long suspectEnd = from; // the rows up to here are known to hold a bad one
            for (long at = from; at < to; ) {
                BadRowLog.Run bad = log.next(ordinal, unit.firstRow() + at, unit.firstRow() + to);
                long goodEnd = bad == null ? to : Math.max(at, bad.first() - unit.firstRow());
                if (bad != null && goodEnd == at) {
                    long badEnd = Math.min(to, bad.end() - unit.firstRow());
                    parts.addBad((int) (badEnd - at));
                    at = badEnd;
                    suspectEnd = at;
                    found = true;
                } else if (suspectEnd - at > 1 && suspectEnd <= goodEnd) {
                    long middle = at + (suspectEnd - at) / 2;
                    boolean inFirstHalf = recover(parts, at, middle);
                    at = middle;
                    suspectEnd = inFirstHalf ? at : suspectEnd;
                    found |= inFirstHalf;
                } else {
                    long end = suspectEnd > at ? Math.min(goodEnd, suspectEnd) : goodEnd;
                    Attempt attempt = attempt(parts, at, end);
                    at = attempt == Attempt.READ ? end : at;
                    suspectEnd = attempt == Attempt.HOLDS_BAD ? end : suspectEnd;
                }
            }
            return found;
        }

        /** Reads rows, or notes those that a failure makes bad; a reader that was not just opened fails for others, too. */
        private Attempt attempt(RowParts parts, long from, long to) {
            boolean fresh = reader == null || row > from;
            try {
                parts.add(readAlone(from, to));
                return Attempt.READ;
            } catch (RuntimeException e) {
                ForebayException damage = damage(e);
                RowRange bad = unreadable(damage, from, to);
                if (bad == null && fresh && to - from == 1) {
                    bad = new RowRange(from, to);
                }
                if (bad == null) {
                    return fresh ? Attempt.HOLDS_BAD : Attempt.TO_REPEAT;
                } else {
                    String error =
                            Objects.requireNonNull(damage.movedTo(Place.NOWHERE).getMessage());
                    log.note(ordinal, unit.firstRow() + bad.first(), unit.firstRow() + bad.end(), error);
                    return Attempt.TO_REPEAT;
                }
            }
        }

        /** The unreadable rows that a failure to read rows {@code [from, to)} tells of, if some of these are among them, else null. */
        private @Nullable RowRange unreadable(ForebayException damage, long from, long to) {
            if (damage instanceof DamagedRowsException some
                    && some.rows().first() < to
                    && some.rows().end() > from) {
                return new RowRange(
                        Math.max(0, some.rows().first()),
                        Math.min(unit.rows(), some.rows().end()));
            }
            return null;
        }

        /** Reads rows with a reader of this column; one that fails is gone. */
        private FieldVector readAlone(long from, long to) {
            UnitReader own = readerBefore(from);
            try {
                if (row < from) {
                    own.skip(0, from - row);
                }
                FieldVector read = own.read(0, (int) (to - from))[0];
                row = to;
                return read;
            } catch (RuntimeException | Error e) {
                reader = null;
                closeOne(own);
                throw e;
            }
        }

        /** A reader that stands at {@code from} or before it. A column that cannot be opened has no row that can be read. */
        private UnitReader readerBefore(long from) {
            UnitReader own = reader;
            if (own != null && row <= from) {
                return own;
            }
            if (own != null) {
                reader = null;
                closeOne(own);
            }
            try {
                own = opened(List.of(field));
            } catch (RuntimeException e) {
                throw new DamagedRowsException(damage(e), new RowRange(0, unit.rows()));
            }
            reader = own;
            row = 0;
            return own;
        }
    }
}
