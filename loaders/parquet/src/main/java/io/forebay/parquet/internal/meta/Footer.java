// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.ForebayException;
import io.forebay.internal.plan.Digest;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import shaded.parquet.org.apache.thrift.TException;

/**
 * Finds and parses the footer of a file: the last eight bytes are the footer's length and the magic number. Every length
 * is checked against the bytes there are before anything is allocated. Stateless.
 */
public final class Footer {
    private static final int TAIL_BYTES = 8;
    /** Footers of real files stay well under this; it is read to the heap. */
    private static final int FOOTER_BYTES_MAX =
            (int) Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 4);

    private static final int GUESS_BYTES = 64 << 10;
    private static final int MAGIC = magic("PAR1");
    private static final int MAGIC_ENCRYPTED = magic("PARE");

    private Footer() {}

    /**
     * A parsed footer.
     *
     * @param identity a digest of the footer's bytes
     * @param unknown columns with an encoding or codec that the format did not know when this was written, and which
     */
    public record Parsed(ParquetMetadata metadata, String identity, Map<ColumnPath, String> unknown) {}

    /** Reads the footer of a file, in one read unless it is long. */
    public static Parsed read(RangeReader file) {
        long fileBytes = file.storageObject().sizeBytes();
        if (fileBytes < TAIL_BYTES + 4) {
            throw ForebayException.corrupt("a Parquet file has at least 12 bytes: bytes=" + fileBytes);
        }
        byte[] tail = readEnd(file, (int) Math.min(fileBytes, GUESS_BYTES));
        ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        int magic = end.getInt(tail.length - 4);
        if (magic == MAGIC_ENCRYPTED) {
            throw ForebayException.unsupported("encrypted files are not read: the footer is encrypted");
        }
        if (magic != MAGIC) {
            throw ForebayException.corrupt(
                    "a Parquet file ends in PAR1: end=" + HexFormat.of().formatHex(tail, tail.length - 4, tail.length));
        }
        int length = end.getInt(tail.length - TAIL_BYTES);
        if (length <= 0 || length > fileBytes - TAIL_BYTES - 4) {
            throw ForebayException.corrupt(
                    "a footer lies within its file: footerBytes=" + length + ", fileBytes=" + fileBytes);
        }
        if (length > FOOTER_BYTES_MAX) {
            throw ForebayException.limit("a footer has at most " + FOOTER_BYTES_MAX + " bytes: footerBytes=" + length);
        }
        byte[] bytes = length + TAIL_BYTES <= tail.length ? tail : readEnd(file, length + TAIL_BYTES);
        return parse(bytes, bytes.length - TAIL_BYTES - length, length);
    }

    private static byte[] readEnd(RangeReader file, int count) {
        byte[] bytes = new byte[count];
        file.readFully(file.storageObject().sizeBytes() - count, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static Parsed parse(byte[] bytes, int start, int length) {
        try {
            FileMetaData thrift = new FileMetaData();
            FooterProtocol protocol = new FooterProtocol(new BytesTransport(bytes, start, length));
            thrift.read(protocol);
            SchemaShape.check(thrift.getSchema());
            if (thrift.getSchema().size() == 1) {
                throw ForebayException.unsupported("a file without columns is not read: columns=0");
            }
            SchemaShape.fillRepetitions(thrift.getSchema());
            SchemaShape.dropImpossibleDecimals(thrift.getSchema());
            if (SchemaShape.hasOrdinalIds(thrift.getCreated_by())) {
                thrift.getSchema().forEach(SchemaElement::unsetField_id);
            }
            if (thrift.isSetEncryption_algorithm()) {
                throw ForebayException.unsupported("encrypted files are not read: the footer names an encryption");
            }
            String identity = new Digest().add(bytes, start, length).finish();
            ParquetMetadata metadata = new ParquetMetadataConverter().fromParquetMetadata(thrift);
            return new Parsed(metadata, identity, byColumn(thrift, protocol.unknown()));
        } catch (ForebayException e) {
            throw e;
        } catch (TException | IOException | RuntimeException e) {
            throw new ForebayException(
                    ForebayException.Kind.CORRUPT, "a footer must be valid metadata: " + e.getMessage(), e);
        }
    }

    /** What is not known of chunks, by the path of their column instead of the chunk's ordinal. */
    private static Map<ColumnPath, String> byColumn(FileMetaData file, Map<Integer, String> unknown) {
        Map<ColumnPath, String> columns = new HashMap<>();
        int ordinal = 0;
        for (RowGroup rowGroup : file.getRow_groups()) {
            for (ColumnChunk chunk : rowGroup.getColumns()) {
                String what = unknown.get(ordinal++);
                if (what != null) {
                    columns.put(
                            ColumnPath.get(
                                    chunk.getMeta_data().getPath_in_schema().toArray(String[]::new)),
                            what);
                }
            }
        }
        return columns;
    }

    private static int magic(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }
}
