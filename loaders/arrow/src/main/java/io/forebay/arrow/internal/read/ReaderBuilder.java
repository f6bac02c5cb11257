// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.arrow.internal.meta.BatchLayout;
import io.forebay.arrow.internal.meta.Dictionary;
import io.forebay.arrow.internal.meta.LayoutCursor;
import io.forebay.arrow.internal.meta.RecordBatchUnit;
import io.forebay.arrow.internal.read.ConvertingReader.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Makes the reader of a column out of its type, and names the buffers that it reads. One thread. */
final class ReaderBuilder {
    /** Dictionaries whose values have dictionaries of their own, at most so deep: they could refer to each other in a circle. */
    private static final int DICTIONARY_DEPTH_MAX = 8;

    private final Map<Long, Dictionary> dictionaries;
    private final LaneBuffers buffers;
    private final long unitRows;
    private int dictionaryDepth;

    ReaderBuilder(RecordBatchUnit batch, LaneBuffers buffers) {
        this.dictionaries = batch.dictionaries();
        this.unitRows = batch.rows();
        this.buffers = buffers;
    }

    /**
     * The reader of the column that {@code cursor} stands before; the cursor moves past it.
     *
     * @param column as messages have it
     * @param logical as batches have it, perhaps without some children
     */
    ColumnReader column(Field column, Field logical, LayoutCursor cursor) {
        BatchLayout layout = cursor.layout();
        int node = cursor.nextNode();
        ArrowType type = storageOf(column.getType());
        if (type instanceof ArrowType.Null && column.getDictionary() == null) {
            return new NullColumnReader();
        }
        NullReader nulls = new NullReader(nextBuffer(cursor), layout.length(node), layout.nullCount(node));
        if (column.getDictionary() != null) {
            return dictionary(column, logical, nulls, nextBuffer(cursor));
        }
        return switch (type.getTypeID()) {
            case Bool -> new BooleanReader(nulls, nextBuffer(cursor));
            case Utf8, Binary -> bytes(nulls, cursor, 4, logical);
            case LargeUtf8, LargeBinary -> bytes(nulls, cursor, 8, logical);
            case Utf8View, BinaryView -> views(nulls, cursor, logical);
            case List, Map -> list(nulls, cursor, 4, column, logical);
            case LargeList -> list(nulls, cursor, 8, column, logical);
            case FixedSizeList -> {
                ColumnReader elements = onlyChild(column, logical, cursor);
                yield new StructReader(nulls, List.of(elements), ((ArrowType.FixedSizeList) type).getListSize());
            }
            case Struct -> new StructReader(nulls, children(column, logical, cursor), 1);
            case Date ->
                ((ArrowType.Date) type).getUnit() == DateUnit.DAY
                        ? new FixedReader(nulls, nextBuffer(cursor), 4)
                        : new ConvertingReader(nulls, nextBuffer(cursor), Form.DATE_MILLIS);
            case Interval -> interval((ArrowType.Interval) type, nulls, nextBuffer(cursor));
            default -> new FixedReader(nulls, nextBuffer(cursor), widthOf(type));
        };
    }

    private static ArrowType storageOf(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? storageOf(extension.storageType()) : type;
    }

    private BufferBytes nextBuffer(LayoutCursor cursor) {
        return buffers.add(cursor.layout(), cursor.nextBuffer());
    }

    private ColumnReader bytes(NullReader nulls, LayoutCursor cursor, int offsetWidth, Field logical) {
        OffsetReader offsets = new OffsetReader(nextBuffer(cursor), offsetWidth);
        return new BytesReader(nulls, offsets, nextBuffer(cursor), isText(logical));
    }

    private ColumnReader views(NullReader nulls, LayoutCursor cursor, Field logical) {
        BufferBytes views = nextBuffer(cursor);
        List<BufferBytes> data = new ArrayList<>();
        for (int left = cursor.nextVariadicCount(); left > 0; left--) {
            data.add(nextBuffer(cursor));
        }
        return new ViewReader(nulls, views, data, isText(logical));
    }

    private static boolean isText(Field logical) {
        return logical.getType() instanceof ArrowType.Utf8;
    }

    private ColumnReader list(NullReader nulls, LayoutCursor cursor, int offsetWidth, Field column, Field logical) {
        OffsetReader offsets = new OffsetReader(nextBuffer(cursor), offsetWidth);
        return new ListReader(nulls, offsets, onlyChild(column, logical, cursor));
    }

    private ColumnReader onlyChild(Field column, Field logical, LayoutCursor cursor) {
        return column(column.getChildren().get(0), logical.getChildren().get(0), cursor);
    }

    /** Readers of the wanted children, in their order. */
    private List<ColumnReader> children(Field column, Field logical, LayoutCursor cursor) {
        Map<String, Field> wanted = new HashMap<>();
        logical.getChildren().forEach(child -> wanted.put(child.getName(), child));
        Map<String, ColumnReader> readers = new HashMap<>();
        for (Field child : column.getChildren()) {
            Field logicalChild = wanted.remove(child.getName());
            if (logicalChild == null) {
                cursor.pass(child);
            } else {
                readers.put(child.getName(), column(child, logicalChild, cursor));
            }
        }
        return logical.getChildren().stream()
                .map(child -> Objects.requireNonNull(readers.get(child.getName())))
                .toList();
    }

    private ColumnReader dictionary(Field column, Field logical, NullReader nulls, BufferBytes indices) {
        DictionaryEncoding encoding = column.getDictionary();
        if (++dictionaryDepth > DICTIONARY_DEPTH_MAX) {
            throw ForebayException.limit(
                    "dictionaries are nested at most " + DICTIONARY_DEPTH_MAX + " deep: id=" + encoding.getId());
        }
        Field values = Dictionary.valuesOf(column);
        Field logicalValues =
                new Field(logical.getName(), FieldType.nullable(logical.getType()), logical.getChildren());
        List<DictionaryReader.Part> parts = new ArrayList<>();
        for (Dictionary part = dictionaries.get(encoding.getId()); part != null; part = part.before()) {
            BatchLayout layout = part.layout();
            ColumnReader reader = column(values, logicalValues, new LayoutCursor(layout));
            parts.add(new DictionaryReader.Part(reader, (int) layout.rows()));
        }
        Collections.reverse(parts);
        dictionaryDepth--;
        return new DictionaryReader(
                nulls, indices, encoding.getIndexType(), logicalValues, List.copyOf(parts), unitRows);
    }

    private static ColumnReader interval(ArrowType.Interval type, NullReader nulls, BufferBytes values) {
        return switch (type.getUnit()) {
            case YEAR_MONTH -> new ConvertingReader(nulls, values, Form.INTERVAL_MONTHS);
            case DAY_TIME -> new ConvertingReader(nulls, values, Form.INTERVAL_DAY_MILLIS);
            case MONTH_DAY_NANO -> new FixedReader(nulls, values, 16);
        };
    }

    /** Bytes of a value. */
    private static int widthOf(ArrowType type) {
        return switch (type.getTypeID()) {
            case Int -> ((ArrowType.Int) type).getBitWidth() / 8;
            case FloatingPoint -> widthOf(((ArrowType.FloatingPoint) type).getPrecision());
            case Decimal -> ((ArrowType.Decimal) type).getBitWidth() / 8;
            case Time -> ((ArrowType.Time) type).getBitWidth() / 8;
            case Timestamp, Duration -> 8;
            case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth();
            default -> throw ForebayException.unsupported("columns of this type are not read: type=" + type);
        };
    }

    private static int widthOf(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> 2;
            case SINGLE -> 4;
            case DOUBLE -> 8;
        };
    }
}
