// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.ForebayException;
import io.forebay.spi.ValueBounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A data set on the heap: one file whose units are lists of rows. A {@code mem:} location stands for it as long as the
 * test class is loaded. Set it up first; the counters may be read from any thread.
 */
public final class MemoryTable {
    private static final Map<String, MemoryTable> TABLES = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String location = "mem:" + NEXT.incrementAndGet();
    private final Schema schema;
    private final List<Object[][]> units = new ArrayList<>();
    private final AtomicInteger openReaders = new AtomicInteger();
    private final ConcurrentLinkedQueue<Integer> unitsOpened = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> readingThreads = new ConcurrentLinkedQueue<>();
    private boolean oneLane;
    private boolean bounded;
    private boolean remote;
    private boolean shared;
    private int indexedRows;
    private long valueBytes = Long.BYTES;
    private long openBytes = 1 << 10;
    private long claimedRows = -1;
    private String path = "table.memory";
    private volatile Hooks hooks = new Hooks() {};

    /** What happens around the calls of a unit reader: wait, or throw. */
    public interface Hooks {
        /** Before unit {@code unit} is opened. */
        default void opening(int unit) {}

        /** Before a lane decodes the rows from {@code row} on, counted within the unit. */
        default void reading(int unit, int lane, long row) {}

        /** Before a column decodes some rows, counted within the unit: where damage shows. */
        default void decoding(int unit, String column, long[] rows) {}

        /** After the reader of a unit was closed. */
        default void closed(int unit) {}
    }

    private MemoryTable(List<Field> fields) {
        this.schema = new Schema(fields);
        TABLES.put(location, this);
    }

    /** An empty table of these columns. */
    public static MemoryTable of(Field... fields) {
        return new MemoryTable(Arrays.asList(fields));
    }

    /** A table of one column {@code id} that counts the rows over units of these sizes. */
    public static MemoryTable counting(int... unitRows) {
        MemoryTable table = of(field("id", new ArrowType.Int(64, true)));
        long row = 0;
        for (int rows : unitRows) {
            table.unit(LongStream.range(row, row + rows)
                    .mapToObj(id -> new Object[] {id})
                    .toArray(Object[][]::new));
            row += rows;
        }
        return table;
    }

    /** A nullable column. */
    public static Field field(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    static MemoryTable at(String location) {
        MemoryTable table = TABLES.get(location);
        if (table == null) {
            throw new ForebayException(ForebayException.Kind.IO, "file must exist");
        }
        return table;
    }

    /** Adds a unit. */
    public MemoryTable unit(Object[]... rows) {
        units.add(rows);
        return this;
    }

    /** All columns come in one lane, as in row formats; otherwise each has its own. */
    public MemoryTable oneLane() {
        oneLane = true;
        return this;
    }

    /** The table pretends to lie behind a network. */
    public MemoryTable remote() {
        remote = true;
        return this;
    }

    /** The table's path below its location. */
    public MemoryTable path(String relativePath) {
        path = relativePath;
        return this;
    }

    String path() {
        return path;
    }

    boolean isRemote() {
        return remote;
    }

    /** Units claim the true minimum and maximum of their columns. */
    public MemoryTable withBounds() {
        bounded = true;
        return this;
    }

    /** Units have indexes that tell the truth: bounds for every {@code rows} rows, and which values columns have. */
    public MemoryTable withIndexes(int rows) {
        indexedRows = rows;
        return this;
    }

    int indexedRows() {
        return indexedRows;
    }

    /** Values claim to take this many bytes in the file. */
    public MemoryTable claimingBytes(long bytesOfValue) {
        valueBytes = bytesOfValue;
        return this;
    }

    /** Units claim to take this many bytes of memory for each column while they are open. */
    public MemoryTable claimingOpenBytes(long bytesOfColumn) {
        openBytes = bytesOfColumn;
        return this;
    }

    /** Readers of a unit that are open at one time have memory in common, as they say. */
    public MemoryTable sharingReaders() {
        shared = true;
        return this;
    }

    boolean sharesReaders() {
        return shared;
    }

    long openBytes() {
        return openBytes;
    }

    long valueBytes() {
        return valueBytes;
    }

    /** Every unit claims this many rows: to be planned with, not read. */
    public MemoryTable claimingRows(long rowsOfUnit) {
        claimedRows = rowsOfUnit;
        return this;
    }

    /** Rows of each unit. */
    public long[] unitRows() {
        return units.stream().mapToLong(rows -> rows.length).toArray();
    }

    long unitRows(int unit) {
        return claimedRows >= 0 ? claimedRows : rowsOf(unit).length;
    }

    public MemoryTable hooks(Hooks value) {
        hooks = value;
        return this;
    }

    public String location() {
        return location;
    }

    /** Readers that were opened and not closed. */
    public int openReaders() {
        return openReaders.get();
    }

    /** The ordinals of the units opened so far, in the order of their opening. */
    public List<Integer> unitsOpened() {
        return List.copyOf(unitsOpened);
    }

    /** Names of the threads that decoded. */
    public List<String> readingThreads() {
        return readingThreads.stream().distinct().toList();
    }

    /** All rows, in order. */
    public List<Object[]> rows() {
        return units.stream().flatMap(Arrays::stream).toList();
    }

    Schema schema() {
        return schema;
    }

    int unitCount() {
        return units.size();
    }

    Object[][] rowsOf(int unit) {
        return units.get(unit);
    }

    ValueBounds boundsOf(int unit, String column) {
        int ordinal = schema.getFields().indexOf(schema.findField(column));
        return bounded ? Bounds.of(schema.getFields().get(ordinal), units.get(unit), ordinal) : null;
    }

    int[][] lanes(int columnCount) {
        if (oneLane && columnCount > 0) {
            return new int[][] {IntStream.range(0, columnCount).toArray()};
        }
        return IntStream.range(0, columnCount)
                .mapToObj(column -> new int[] {column})
                .toArray(int[][]::new);
    }

    void opening(int unit) {
        hooks.opening(unit);
        unitsOpened.add(unit);
        openReaders.incrementAndGet();
    }

    /** One more reader of a unit that is open. */
    void joining() {
        openReaders.incrementAndGet();
    }

    void reading(int unit, int lane, long row) {
        readingThreads.add(Thread.currentThread().getName());
        hooks.reading(unit, lane, row);
    }

    void decoding(int unit, String column, long[] rows) {
        hooks.decoding(unit, column, rows);
    }

    void closed(int unit) {
        openReaders.decrementAndGet();
        hooks.closed(unit);
    }
}
