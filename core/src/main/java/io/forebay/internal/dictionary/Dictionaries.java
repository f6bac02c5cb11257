// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.dictionary;

import io.forebay.DictionaryVector;
import io.forebay.ForebayException;
import io.forebay.TypeNames;
import io.forebay.internal.evolve.Layouts;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Columns that come as indices and a dictionary. Schemas have such a column under the type of its values, with an encoding, so
 * that filters, sinks and messages take it for what it stands for; its vectors have the type of the indices.
 */
public final class Dictionaries {
    private static final ArrowType.Int INDEX = new ArrowType.Int(Integer.SIZE, true);

    private Dictionaries() {}

    /**
     * The column with a dictionary.
     *
     * @param id the number of the dictionary, of which no other column has one
     * @throws ForebayException of kind {@code usage} for a column that is not of strings or binary
     */
    public static Field encoded(Field column, long id) {
        ArrowType type = Layouts.plainType(column.getType());
        if (!(type instanceof ArrowType.Utf8) && !(type instanceof ArrowType.Binary)) {
            throw ForebayException.usage("a column with a dictionary must be of strings or binary: column="
                    + column.getName() + ", type=" + TypeNames.of(column));
        }
        return of(column, type, new DictionaryEncoding(id, false, INDEX));
    }

    /** The column with this encoding. */
    public static Field with(Field column, DictionaryEncoding encoding) {
        return of(column, column.getType(), encoding);
    }

    /** The column of the values. */
    public static Field plain(Field column) {
        return column.getDictionary() == null ? column : of(column, column.getType(), null);
    }

    /** The columns of the values. */
    public static Schema plain(Schema schema) {
        return new Schema(schema.getFields().stream().map(Dictionaries::plain).toList(), schema.getCustomMetadata());
    }

    /** The field that vectors of a column have. */
    public static Field indexField(Field column) {
        return of(column, INDEX, column.getDictionary());
    }

    /** The column that vectors of {@code indexField} and {@code values} are of. */
    public static Field columnOf(Field indexField, FieldVector values) {
        return of(indexField, values.getField().getType(), indexField.getDictionary());
    }

    private static Field of(Field column, ArrowType type, @Nullable DictionaryEncoding encoding) {
        FieldType fieldType = new FieldType(column.isNullable(), type, encoding, column.getMetadata());
        return new Field(column.getName(), fieldType, column.getChildren());
    }

    /** An empty vector of a column, with a dictionary or without. */
    public static FieldVector newVector(Field column, BufferAllocator allocator) {
        return column.getDictionary() == null
                ? column.createVector(allocator)
                : new DictionaryVector(column, allocator);
    }

    /** Gives the empty {@code to} the values of {@code from}, in the same memory. */
    public static void share(FieldVector from, FieldVector to) {
        to.loadFieldBuffers(new ArrowFieldNode(from.getValueCount(), from.getNullCount()), from.getFieldBuffers());
    }

    /** Whether two dictionaries lie in the same memory. */
    public static boolean areSame(FieldVector one, FieldVector other) {
        return one.getValueCount() == other.getValueCount()
                && one.getOffsetBufferAddress() == other.getOffsetBufferAddress();
    }

    /** The rows of {@code vector}, which is closed, as {@code column} has them; the caller owns the result. */
    public static DictionaryVector encode(FieldVector vector, Field column, BufferAllocator allocator) {
        if (vector instanceof DictionaryVector ready && ready.getField().equals(indexField(column))) {
            return ready;
        }
        try (vector) {
            DictionaryVector made = new DictionaryVector(column, allocator);
            try {
                if (vector instanceof DictionaryVector renamed) {
                    share(renamed, made);
                    share(renamed.values(), made.values());
                } else {
                    fill(vector, made, allocator);
                }
                return made;
            } catch (RuntimeException | Error e) {
                made.close();
                throw e;
            }
        }
    }

    /** Fills the empty {@code made} with the rows of {@code plain}, and a dictionary of the values that it has. */
    public static void fill(FieldVector plain, DictionaryVector made, BufferAllocator allocator) {
        int rows = plain.getValueCount();
        long bytes = plain.getDataBuffer().readableBytes();
        try (ValueTable table = new ValueTable(rows, bytes, allocator);
                ArrowBuf indices = allocator.buffer((long) Integer.BYTES * rows)) {
            long data = plain.getDataBufferAddress();
            long ends = plain.getOffsetBufferAddress() + Integer.BYTES;
            int start = rows == 0 ? 0 : RawMemory.getInt(ends - Integer.BYTES);
            for (int row = 0; row < rows; row++) {
                int end = RawMemory.getInt(ends + (long) Integer.BYTES * row);
                boolean valid = Bits.get(plain.getValidityBufferAddress(), row);
                RawMemory.putInt(
                        indices.memoryAddress() + (long) Integer.BYTES * row, valid ? table.add(data, start, end) : 0);
                start = end;
            }
            made.loadFieldBuffers(
                    new ArrowFieldNode(rows, plain.getNullCount()), List.of(plain.getValidityBuffer(), indices));
            table.fill(made.values());
        }
    }

    /** The values themselves, in a vector that the caller owns. */
    public static FieldVector decode(DictionaryVector vector) {
        return (FieldVector) DictionaryEncoder.decode(vector, vector.dictionary(), vector.getAllocator());
    }
}
