// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.util.Map;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter.DoubleByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter.FixedLenByteArrayByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter.FloatByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter.IntegerByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter.LongByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesWriter;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainDoubleDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainFixedLenArrayDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainFloatDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainIntegerDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainLongDictionaryValuesWriter;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.column.values.fallback.FallbackValuesWriter;
import org.apache.parquet.column.values.plain.BooleanPlainValuesWriter;
import org.apache.parquet.column.values.plain.FixedLenByteArrayPlainValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;

/** Gives each column the encoder that its test asks for. Columns are named by their dotted paths. */
final class ForcedEncodings implements ValuesWriterFactory {
    /** Where {@link Encoder#DICTIONARY_THEN_PLAIN} gives up, in non-null values of a chunk. */
    static final int FALLBACK_AFTER_VALUES = 300;

    private static final int INT96_BYTES = 12;
    private static final int SLAB_BYTES = 1024;

    private final Map<String, Encoder> encoders;
    private ParquetProperties properties;

    ForcedEncodings(Map<String, Encoder> encoders) {
        this.encoders = encoders;
    }

    @Override
    public void initialize(ParquetProperties given) {
        this.properties = given;
    }

    @Override
    public ValuesWriter newValuesWriter(ColumnDescriptor column) {
        Encoder encoder = encoders.get(String.join(".", column.getPath()));
        if (encoder == null || !encoder.supports(column.getPrimitiveType().getPrimitiveTypeName())) {
            throw new IllegalArgumentException(
                    "an encoder must fit its column: encoder=" + encoder + ", column=" + column);
        }
        return switch (encoder) {
            case PLAIN -> plain(column);
            case RLE_DICTIONARY -> dictionary(column, Encoding.RLE_DICTIONARY, Encoding.PLAIN, Integer.MAX_VALUE);
            case PLAIN_DICTIONARY -> oldDictionary(column);
            case DICTIONARY_THEN_PLAIN ->
                dictionary(column, Encoding.RLE_DICTIONARY, Encoding.PLAIN, FALLBACK_AFTER_VALUES);
            case RLE -> new RunLengthBitPackingHybridValuesWriter(1, SLAB_BYTES, pageBytes(), allocator());
            case DELTA_BINARY_PACKED -> deltaBinaryPacked(column);
            case DELTA_LENGTH_BYTE_ARRAY -> new DeltaLengthByteArrayValuesWriter(SLAB_BYTES, pageBytes(), allocator());
            case DELTA_BYTE_ARRAY -> new DeltaByteArrayWriter(SLAB_BYTES, pageBytes(), allocator());
            case BYTE_STREAM_SPLIT -> byteStreamSplit(column);
        };
    }

    private ValuesWriter plain(ColumnDescriptor column) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> new BooleanPlainValuesWriter();
            case INT96 -> new FixedLenByteArrayPlainValuesWriter(INT96_BYTES, SLAB_BYTES, pageBytes(), allocator());
            case FIXED_LEN_BYTE_ARRAY ->
                new FixedLenByteArrayPlainValuesWriter(typeLength(column), SLAB_BYTES, pageBytes(), allocator());
            default -> new PlainValuesWriter(SLAB_BYTES, pageBytes(), allocator());
        };
    }

    @SuppressWarnings("deprecation") // the label that old writers gave
    private ValuesWriter oldDictionary(ColumnDescriptor column) {
        return dictionary(column, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, Integer.MAX_VALUE);
    }

    private ValuesWriter dictionary(ColumnDescriptor column, Encoding data, Encoding dictionary, int fallBackAfter) {
        return FallbackValuesWriter.of(
                new StubbornDictionary(stockDictionary(column, data, dictionary), fallBackAfter), plain(column));
    }

    private DictionaryValuesWriter stockDictionary(ColumnDescriptor column, Encoding data, Encoding dictionary) {
        int limit = Integer.MAX_VALUE / 2;
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> throw new IllegalArgumentException("a boolean has no dictionary: column=" + column);
            case BINARY -> new PlainBinaryDictionaryValuesWriter(limit, data, dictionary, allocator());
            case INT32 -> new PlainIntegerDictionaryValuesWriter(limit, data, dictionary, allocator());
            case INT64 -> new PlainLongDictionaryValuesWriter(limit, data, dictionary, allocator());
            case FLOAT -> new PlainFloatDictionaryValuesWriter(limit, data, dictionary, allocator());
            case DOUBLE -> new PlainDoubleDictionaryValuesWriter(limit, data, dictionary, allocator());
            case INT96 ->
                new PlainFixedLenArrayDictionaryValuesWriter(limit, INT96_BYTES, data, dictionary, allocator());
            case FIXED_LEN_BYTE_ARRAY ->
                new PlainFixedLenArrayDictionaryValuesWriter(limit, typeLength(column), data, dictionary, allocator());
        };
    }

    private ValuesWriter deltaBinaryPacked(ColumnDescriptor column) {
        return column.getPrimitiveType().getPrimitiveTypeName()
                        == org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32
                ? new DeltaBinaryPackingValuesWriterForInteger(SLAB_BYTES, pageBytes(), allocator())
                : new DeltaBinaryPackingValuesWriterForLong(SLAB_BYTES, pageBytes(), allocator());
    }

    private ValuesWriter byteStreamSplit(ColumnDescriptor column) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case FLOAT -> new FloatByteStreamSplitValuesWriter(SLAB_BYTES, pageBytes(), allocator());
            case DOUBLE -> new DoubleByteStreamSplitValuesWriter(SLAB_BYTES, pageBytes(), allocator());
            case INT32 -> new IntegerByteStreamSplitValuesWriter(SLAB_BYTES, pageBytes(), allocator());
            case INT64 -> new LongByteStreamSplitValuesWriter(SLAB_BYTES, pageBytes(), allocator());
            case FIXED_LEN_BYTE_ARRAY ->
                new FixedLenByteArrayByteStreamSplitValuesWriter(
                        typeLength(column), SLAB_BYTES, pageBytes(), allocator());
            default -> throw new IllegalArgumentException("no byte stream split for this type: column=" + column);
        };
    }

    private static int typeLength(ColumnDescriptor column) {
        return column.getPrimitiveType().getTypeLength();
    }

    private int pageBytes() {
        return properties.getPageSizeThreshold();
    }

    private ByteBufferAllocator allocator() {
        return properties.getAllocator();
    }
}
