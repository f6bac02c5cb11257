// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import io.forebay.DictionaryVector;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.spi.UnitReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Reads a unit with the columns of the data set; those that the unit lacks come in one lane, the last. */
final class UnifiedReader implements UnitReader {
    private final UnitReader reader;
    private final List<Field> fields;
    private final List<Reshaping> columns;
    private final @Nullable Object[] constants;
    private final BufferAllocator allocator;

    /** Of each lane its columns; the last one's are those that the file lacks, if there are any. */
    private final List<int[]> lanes = new ArrayList<>();

    /**
     * @param fields the columns, some of them with a dictionary
     * @param columns how the values of each come about
     * @param constants the value of each column, or null for one that the file has or that is null
     */
    UnifiedReader(
            UnitReader reader,
            List<Field> fields,
            List<Reshaping> columns,
            @Nullable Object[] constants,
            BufferAllocator allocator) {
        this.reader = reader;
        this.fields = fields;
        this.columns = columns;
        this.constants = constants;
        this.allocator = allocator;
        int[] present = ordinals(true);
        for (int lane = 0; lane < reader.laneCount(); lane++) {
            lanes.add(IntStream.of(reader.columnsOf(lane))
                    .map(column -> present[column])
                    .toArray());
        }
        int[] absent = ordinals(false);
        if (absent.length > 0) {
            lanes.add(absent);
        }
    }

    private int[] ordinals(boolean inFile) {
        return IntStream.range(0, columns.size())
                .filter(column -> (columns.get(column).source() != null) == inFile)
                .toArray();
    }

    @Override
    public int laneCount() {
        return lanes.size();
    }

    @Override
    public int[] columnsOf(int lane) {
        return lanes.get(lane).clone();
    }

    @Override
    public void skip(int lane, long rows) {
        if (lane < reader.laneCount()) {
            reader.skip(lane, rows);
        }
    }

    @Override
    public FieldVector[] read(int lane, int rows) {
        return lane == reader.laneCount() ? constants(rows) : unified(lane, reader.read(lane, rows), rows);
    }

    @Override
    public FieldVector @Nullable [] readSelected(int lane, int rows, int[] selected) {
        if (lane == reader.laneCount()) {
            return constants(selected.length);
        }
        FieldVector[] some = reader.readSelected(lane, rows, selected);
        return some == null ? null : unified(lane, some, selected.length);
    }

    private FieldVector[] constants(int rows) {
        int lane = reader.laneCount();
        return unified(lane, new FieldVector[lanes.get(lane).length], rows);
    }

    /** Takes the vectors of a lane over and makes them what is wanted. */
    private FieldVector[] unified(int lane, FieldVector[] vectors, int rows) {
        int[] yielded = lanes.get(lane);
        int done = 0;
        try {
            for (; done < vectors.length; done++) {
                vectors[done] = unified(yielded[done], vectors[done], rows);
            }
            return vectors;
        } catch (RuntimeException | Error e) {
            for (int i = 0; i < vectors.length; i++) {
                if (i != done && vectors[i] != null) { // what failed has closed its own
                    vectors[i].close();
                }
            }
            throw e;
        }
    }

    private FieldVector unified(int column, @Nullable FieldVector read, int rows) {
        Field field = fields.get(column);
        if (read instanceof DictionaryVector) {
            return Dictionaries.encode(read, field, allocator);
        }
        Reshaping reshaping = columns.get(column);
        FieldVector plain =
                read == null ? constant(reshaping.wanted(), constants[column], rows) : reshaping.apply(read, allocator);
        return field.getDictionary() == null ? plain : Dictionaries.encode(plain, field, allocator);
    }

    private FieldVector constant(Field field, @Nullable Object value, int rows) {
        FieldVector vector = Reshaping.nulls(field, rows, allocator);
        try {
            for (int row = 0; row < rows && value != null; row++) {
                if (vector instanceof VarCharVector strings) {
                    strings.setSafe(row, (byte[]) value);
                } else if (vector instanceof DateDayVector dates) {
                    dates.set(row, ((Long) value).intValue());
                } else {
                    ((BigIntVector) vector).set(row, (Long) value);
                }
            }
            vector.setValueCount(rows);
            return vector;
        } catch (RuntimeException | Error e) {
            vector.close();
            throw e;
        }
    }

    @Override
    public @Nullable UnitReader another() {
        UnitReader another = reader.another();
        return another == null ? null : new UnifiedReader(another, fields, columns, constants, allocator);
    }

    @Override
    public long bytesRead() {
        return reader.bytesRead();
    }

    @Override
    public void cancel() {
        reader.cancel();
    }

    @Override
    public void close() {
        reader.close();
    }
}
