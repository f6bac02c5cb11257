// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/** Feeds the values of Arrow vectors to a {@link ColumnHash}; dictionary-encoded vectors by the values they stand for. */
final class ArrowColumns {

    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private ArrowColumns() {}

    /** Adds the non-null value in one row. */
    @FunctionalInterface
    private interface Cell {
        void add(ColumnHash hash, int row);
    }

    static void addTo(ColumnHash hash, FieldVector vector, DictionaryProvider dictionaries) {
        Cell cell = vector.getField().getDictionary() == null ? cell(vector) : dictionaryCell(vector, dictionaries);
        for (int row = 0, rowCount = vector.getValueCount(); row < rowCount; row++) {
            if (vector.isNull(row)) {
                hash.addNull();
            } else {
                cell.add(hash, row);
            }
        }
    }

    private static Cell dictionaryCell(FieldVector vector, DictionaryProvider dictionaries) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        FieldVector values = dictionaries.lookup(encoding.getId()).getVector();
        Cell cell = cell(values);
        BaseIntVector indices = (BaseIntVector) vector;
        return (hash, row) -> {
            int index = Math.toIntExact(indices.getValueAsLong(row));
            if (values.isNull(index)) {
                hash.addNull();
            } else {
                cell.add(hash, index);
            }
        };
    }

    private static Cell cell(FieldVector vector) {
        return switch (vector.getMinorType()) {
            case BIT -> (hash, row) -> hash.addLong(((BitVector) vector).get(row));
            case TINYINT, SMALLINT, INT, BIGINT, UINT1, UINT2, UINT4, UINT8 ->
                (hash, row) -> hash.addLong(((BaseIntVector) vector).getValueAsLong(row));
            case FLOAT4 -> (hash, row) -> hash.addFloat(((Float4Vector) vector).get(row));
            case FLOAT8 -> (hash, row) -> hash.addDouble(((Float8Vector) vector).get(row));
            case DECIMAL -> decimal((DecimalVector) vector);
            case LIST -> list((ListVector) vector);
            case VARCHAR, VARBINARY, LARGEVARCHAR, LARGEVARBINARY, FIXEDSIZEBINARY -> bytes(vector);
            default -> temporal(vector);
        };
    }

    /** A list: its length, and then its elements. */
    private static Cell list(ListVector lists) {
        FieldVector elements = lists.getDataVector();
        Cell element = cell(elements);
        return (hash, row) -> {
            int end = lists.getElementEndIndex(row);
            hash.addLong(end - lists.getElementStartIndex(row));
            for (int i = lists.getElementStartIndex(row); i < end; i++) {
                if (elements.isNull(i)) {
                    hash.addNull();
                } else {
                    element.add(hash, i);
                }
            }
        };
    }

    private static Cell temporal(FieldVector vector) {
        if (vector instanceof TimeStampVector timestamps) {
            long nanos = unitNanos(((ArrowType.Timestamp) vector.getField().getType()).getUnit());
            return (hash, row) -> hash.addLong(timestamps.get(row) * nanos);
        }
        return switch (vector.getMinorType()) {
            case DATEDAY -> (hash, row) -> hash.addLong(((DateDayVector) vector).get(row));
            case DATEMILLI -> (hash, row) -> hash.addLong(((DateMilliVector) vector).get(row) / DAY_MILLIS);
            case TIMEMILLI -> (hash, row) -> hash.addLong(((TimeMilliVector) vector).get(row) * 1_000_000L);
            case TIMEMICRO -> (hash, row) -> hash.addLong(((TimeMicroVector) vector).get(row) * 1_000L);
            case TIMENANO -> (hash, row) -> hash.addLong(((TimeNanoVector) vector).get(row));
            default ->
                throw new IllegalArgumentException("no checksum for this type: column=" + vector.getName() + ", type="
                        + vector.getField().getType());
        };
    }

    private static long unitNanos(org.apache.arrow.vector.types.TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1_000_000_000L;
            case MILLISECOND -> 1_000_000L;
            case MICROSECOND -> 1_000L;
            case NANOSECOND -> 1L;
        };
    }

    /** Reads the 128 bits directly: a {@code BigDecimal} per value would take longer than the scan. */
    private static Cell decimal(DecimalVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return (hash, row) -> {
            long low = data.getLong((long) row * DecimalVector.TYPE_WIDTH);
            long high = data.getLong((long) row * DecimalVector.TYPE_WIDTH + Long.BYTES);
            if (high == low >> (Long.SIZE - 1)) {
                hash.addLong(low);
            } else {
                hash.addDecimal(vector.getObjectNotNull(row).unscaledValue());
            }
        };
    }

    private static Cell bytes(FieldVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return switch (vector.getMinorType()) {
            case VARCHAR, VARBINARY -> {
                ArrowBuf offsets = vector.getOffsetBuffer();
                yield slices(data, row -> offsets.getInt((long) row * Integer.BYTES));
            }
            case LARGEVARCHAR, LARGEVARBINARY -> {
                ArrowBuf offsets = vector.getOffsetBuffer();
                yield slices(data, row -> offsets.getLong((long) row * Long.BYTES));
            }
            default -> {
                long width = ((FixedSizeBinaryVector) vector).getByteWidth();
                yield slices(data, row -> row * width);
            }
        };
    }

    /** Maps a row to the byte it starts at; the next row starts where it ends. */
    @FunctionalInterface
    private interface Offset {
        long of(int row);
    }

    private static Cell slices(ArrowBuf data, Offset start) {
        byte[][] scratch = {new byte[64]};
        return (hash, row) -> {
            long from = start.of(row);
            int length = Math.toIntExact(start.of(row + 1) - from);
            if (length > scratch[0].length) {
                scratch[0] = new byte[2 * length];
            }
            data.getBytes(from, scratch[0], 0, length);
            hash.addBytes(scratch[0], length);
        };
    }
}
