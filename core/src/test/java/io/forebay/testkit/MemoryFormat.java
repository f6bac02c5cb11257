// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.spi.ByteRange;
import io.forebay.spi.DataFile;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.RowRange;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.Unit;
import io.forebay.spi.UnitIndex;
import io.forebay.spi.UnitReader;
import io.forebay.spi.ValueBounds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The format of {@link MemoryTable}s. */
public final class MemoryFormat implements DatasetFormat {
    private static final long BYTES_OF_A_VALUE = 8;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean recognizesName(String fileName) {
        return fileName.endsWith(".memory");
    }

    @Override
    public boolean recognizesHead(ByteBuffer head) {
        return false;
    }

    @Override
    public DataFile open(Storage storage, StorageObject object, BufferAllocator allocator) {
        return new File(object, MemoryTable.at(object.uri()));
    }

    private record File(StorageObject storageObject, MemoryTable table) implements DataFile {
        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public List<Unit> units() {
            return IntStream.range(0, table.unitCount())
                    .<Unit>mapToObj(unit -> new HeapUnit(table, unit))
                    .toList();
        }

        @Override
        public String contentIdentity() {
            return "memory";
        }

        @Override
        public void requireReadable(List<Field> fields) {}

        @Override
        public boolean isRemote() {
            return table.isRemote();
        }

        @Override
        public UnitIndex openIndex(int unit, BufferAllocator allocator) {
            return table.indexedRows() == 0 ? null : new Index(table, unit, allocator);
        }

        @Override
        public UnitReader openUnit(int unit, List<Field> fields, BufferAllocator allocator) {
            table.opening(unit);
            return new Reader(table, unit, fields, allocator, null);
        }
    }

    private record HeapUnit(MemoryTable table, int ordinal) implements Unit {
        @Override
        public long rows() {
            return table.unitRows(ordinal);
        }

        @Override
        public long sizeBytes(List<Field> fields) {
            return rows() * fields.size() * table.valueBytes();
        }

        @Override
        public long openBytes(List<Field> fields) {
            return fields.size() * table.openBytes();
        }

        @Override
        public List<ByteRange> ranges(List<Field> fields) {
            return List.of(new ByteRange(0, sizeBytes(fields)));
        }

        @Override
        public ValueBounds bounds(String column) {
            return table.boundsOf(ordinal, column);
        }
    }

    private record Index(MemoryTable table, int unit, BufferAllocator allocator) implements UnitIndex {
        private Field field(String column) {
            return table.schema().findField(column);
        }

        private int ordinal(String column) {
            return table.schema().getFields().indexOf(field(column));
        }

        @Override
        public List<RowBounds> rowBounds(String column) {
            Object[][] rows = table.rowsOf(unit);
            List<RowBounds> bounds = new ArrayList<>();
            for (int first = 0; first < rows.length; first += table.indexedRows()) {
                int end = Math.min(rows.length, first + table.indexedRows());
                Object[][] run = Arrays.copyOfRange(rows, first, end);
                bounds.add(new RowBounds(new RowRange(first, end), Bounds.of(field(column), run, ordinal(column))));
            }
            return bounds;
        }

        @Override
        public boolean mayContain(String column, List<Object> values) {
            return Arrays.stream(table.rowsOf(unit)).anyMatch(row -> {
                ValueBounds one = Bounds.of(field(column), new Object[][] {row}, ordinal(column));
                return one == null || values.stream().anyMatch(value -> !isOther(value, one.min()));
            });
        }

        private static boolean isOther(Object value, Object present) {
            return value instanceof byte[] bytes
                    ? !Arrays.equals(bytes, (byte[]) present)
                    : !(value instanceof Double) && !value.equals(present);
        }

        @Override
        public FieldVector distinctValues(String column) {
            Object[] values = Arrays.stream(table.rowsOf(unit))
                    .map(row -> row[ordinal(column)])
                    .filter(Objects::nonNull)
                    .toArray();
            return Vectors.of(field(column), allocator, values);
        }

        @Override
        public long sizeBytes(Field column, List<RowRange> rows) {
            return rows.stream().mapToLong(RowRange::rows).sum() * BYTES_OF_A_VALUE;
        }

        @Override
        public void close() {}
    }

    private static final class Reader implements UnitReader {
        private final MemoryTable table;
        private final int unit;
        private final List<Field> fields;
        private final BufferAllocator allocator;
        private final int[][] lanes;
        private final long[] rowOfLane;

        /** The reader that has memory in common with this and others, and how many of these are open. */
        private final @Nullable Reader common;

        private final AtomicInteger sharing = new AtomicInteger();

        Reader(MemoryTable table, int unit, List<Field> fields, BufferAllocator allocator, @Nullable Reader common) {
            this.common = common;
            this.table = table;
            this.unit = unit;
            this.fields = fields;
            this.allocator = allocator;
            this.lanes = table.lanes(fields.size());
            this.rowOfLane = new long[lanes.length];
        }

        @Override
        public int laneCount() {
            return lanes.length;
        }

        @Override
        public int[] columnsOf(int lane) {
            return lanes[lane].clone();
        }

        @Override
        public void skip(int lane, long rows) {
            rowOfLane[lane] += rows;
        }

        @Override
        public FieldVector[] read(int lane, int rows) {
            return read(lane, rows, IntStream.range(0, rows).toArray());
        }

        /** Every other lane does. */
        @Override
        public FieldVector @Nullable [] readSelected(int lane, int rows, int[] selected) {
            return lane % 2 == 0 ? null : read(lane, rows, selected);
        }

        @Override
        public @Nullable UnitReader another() {
            if (!table.sharesReaders()) {
                return null;
            }
            sharing.incrementAndGet();
            table.joining();
            return new Reader(table, unit, fields, allocator, this);
        }

        private FieldVector[] read(int lane, int rows, int[] selected) {
            if (sharing.get() > 0) {
                throw new IllegalStateException("a reader that others share with must not decode: unit=" + unit);
            }
            int from = (int) rowOfLane[lane];
            table.reading(unit, lane, from);
            FieldVector[] vectors = new FieldVector[lanes[lane].length];
            try {
                for (int i = 0; i < vectors.length; i++) {
                    vectors[i] = column(fields.get(lanes[lane][i]), from, selected);
                }
            } catch (RuntimeException e) {
                Arrays.stream(vectors).filter(Objects::nonNull).forEach(FieldVector::close);
                throw e;
            }
            rowOfLane[lane] += rows;
            return vectors;
        }

        private FieldVector column(Field field, int from, int[] selected) {
            Field whole = table.schema().findField(field.getName());
            int ordinal = table.schema().getFields().indexOf(whole);
            Object[][] source = table.rowsOf(unit);
            table.decoding(
                    unit,
                    field.getName(),
                    IntStream.of(selected).mapToLong(row -> from + row).toArray());
            Object[] values = IntStream.of(selected)
                    .mapToObj(row -> source[from + row][ordinal])
                    .toArray();
            return Vectors.of(field, allocator, values);
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public void close() {
            if (sharing.get() > 0) {
                throw new IllegalStateException("a reader must be closed after those that share with it: unit=" + unit);
            }
            if (common != null) {
                common.sharing.decrementAndGet();
            }
            table.closed(unit);
        }
    }
}
