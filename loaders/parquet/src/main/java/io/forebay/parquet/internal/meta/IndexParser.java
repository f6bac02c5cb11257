// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.ForebayException;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import shaded.parquet.org.apache.thrift.TException;

/** Reads and parses the indexes of column chunks, bounded by the bytes there are. Stateless. */
public final class IndexParser {
    private static final long BYTES_MAX = 64 << 20;

    private IndexParser() {}

    /** The bytes of an index, which must lie within its file. */
    public static byte[] read(RangeReader file, ByteRange where) {
        boolean within = where.offset() > 0
                && where.length() > 0
                && where.length() <= BYTES_MAX
                && where.offset() <= file.storageObject().sizeBytes() - where.length();
        if (!within) {
            throw ForebayException.corrupt(
                    "a page index must lie within its file: offset=" + where.offset() + ", bytes=" + where.length()
                            + ", fileBytes=" + file.storageObject().sizeBytes());
        }
        byte[] bytes = new byte[(int) where.length()];
        file.readFully(where.offset(), ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** What is made of the Thrift structure at the start of some bytes. */
    private interface Parsing<T> {
        T of(BytesTransport bytes) throws IOException, TException;
    }

    private static <T> T parse(byte[] bytes, Parsing<T> parsing) throws IOException {
        try {
            return parsing.of(new BytesTransport(bytes, 0, bytes.length));
        } catch (ForebayException e) {
            throw e;
        } catch (TException | RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The column index in {@code bytes}; an {@code IOException} when they hold none. */
    public static ColumnIndex columnIndex(byte[] bytes) throws IOException {
        return parse(bytes, transport -> {
            ColumnIndex thrift = new ColumnIndex();
            thrift.read(new BoundedCompactProtocol(transport));
            int pages = thrift.getNull_pages().size();
            if (thrift.getMin_values().size() != pages || thrift.getMax_values().size() != pages) {
                throw new IOException("it has not one minimum and maximum a page");
            }
            return thrift;
        });
    }

    /** Where a Bloom filter's bits start, and how many bytes they have. */
    public record BloomBits(int headerBytes, int bitsetBytes) {}

    /** The header of a Bloom filter at the start of {@code bytes}; an {@code IOException} when it is none that can be used. */
    public static BloomBits bloomFilter(byte[] bytes) throws IOException {
        return parse(bytes, transport -> {
            BloomFilterHeader thrift = new BloomFilterHeader();
            thrift.read(new BoundedCompactProtocol(transport));
            boolean known = thrift.getAlgorithm().isSetBLOCK()
                    && thrift.getHash().isSetXXHASH()
                    && thrift.getCompression().isSetUNCOMPRESSED();
            if (!known) {
                throw new IOException("its kind is not known");
            }
            return new BloomBits(bytes.length - transport.remaining(), thrift.getNumBytes());
        });
    }

    /** The offset index in {@code bytes}; an {@code IOException} when they hold none. */
    public static OffsetIndex offsetIndex(byte[] bytes) throws IOException {
        return parse(bytes, transport -> {
            org.apache.parquet.format.OffsetIndex thrift = new org.apache.parquet.format.OffsetIndex();
            thrift.read(new BoundedCompactProtocol(transport));
            if (thrift.getPage_locations().isEmpty()) {
                throw new IOException("it lists no pages");
            }
            return ParquetMetadataConverter.fromParquetOffsetIndex(thrift);
        });
    }
}
