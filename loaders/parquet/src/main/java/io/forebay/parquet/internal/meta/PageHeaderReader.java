// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads page headers ({@code PageHeader} in parquet.thrift) straight from a heap or direct buffer, skipping their
 * statistics and whatever it does not know. Stateless.
 */
public final class PageHeaderReader {
    private static final int MISSING = -1;

    private PageHeaderReader() {}

    /**
     * A page header. Fields that a page type does not have are {@code -1}; {@code kind}, {@code encoding} and the level
     * encodings are the numbers of parquet.thrift.
     */
    public record Header(
            int lengthBytes,
            int kind,
            int uncompressedBytes,
            int compressedBytes,
            boolean hasCrc,
            int crc,
            int valueCount,
            int encoding,
            int definitionEncoding,
            int repetitionEncoding,
            int definitionBytes,
            int repetitionBytes,
            boolean compressed) {}

    /** Reads the header at {@code position}, of at most {@code limitBytes}; the buffer is not changed. */
    public static Header read(ByteBuffer buffer, int position, int limitBytes) throws IOException {
        int end = position + Math.min(limitBytes, buffer.limit() - position);
        CompactReader in = new CompactReader(buffer, position, end);
        int kind = MISSING;
        int uncompressed = MISSING;
        int compressed = MISSING;
        boolean hasCrc = false;
        int crc = 0;
        Body body = new Body();
        for (int type = in.nextField(); type != CompactReader.STOP; type = in.nextField()) {
            switch (in.fieldId() * 16 + type) {
                case 1 * 16 + CompactReader.I32 -> kind = in.nextInt();
                case 2 * 16 + CompactReader.I32 -> uncompressed = in.nextInt();
                case 3 * 16 + CompactReader.I32 -> compressed = in.nextInt();
                case 4 * 16 + CompactReader.I32 -> {
                    crc = in.nextInt();
                    hasCrc = true;
                }
                case 5 * 16 + CompactReader.STRUCT -> body.readDataV1(in);
                case 7 * 16 + CompactReader.STRUCT -> body.readDictionary(in);
                case 8 * 16 + CompactReader.STRUCT -> body.readDataV2(in);
                default -> in.skip(type);
            }
        }
        if (kind < 0 || uncompressed < 0 || compressed < 0) {
            throw new IOException("a page header must have a type and sizes: type=" + kind + ", uncompressed="
                    + uncompressed + ", compressed=" + compressed);
        }
        return new Header(
                in.position() - position,
                kind,
                uncompressed,
                compressed,
                hasCrc,
                crc,
                body.valueCount,
                body.encoding,
                body.definitionEncoding,
                body.repetitionEncoding,
                body.definitionBytes,
                body.repetitionBytes,
                body.compressed);
    }

    /** The part of a header that differs between kinds of page. */
    private static final class Body {
        int valueCount = MISSING;
        int encoding = MISSING;
        int definitionEncoding = MISSING;
        int repetitionEncoding = MISSING;
        int definitionBytes = MISSING;
        int repetitionBytes = MISSING;
        boolean compressed = true;

        void readDataV1(CompactReader in) throws IOException {
            int outer = in.beginStruct();
            for (int type = in.nextField(); type != CompactReader.STOP; type = in.nextField()) {
                switch (in.fieldId() * 16 + type) {
                    case 1 * 16 + CompactReader.I32 -> valueCount = in.nextInt();
                    case 2 * 16 + CompactReader.I32 -> encoding = in.nextInt();
                    case 3 * 16 + CompactReader.I32 -> definitionEncoding = in.nextInt();
                    case 4 * 16 + CompactReader.I32 -> repetitionEncoding = in.nextInt();
                    default -> in.skip(type);
                }
            }
            in.endStruct(outer);
        }

        void readDictionary(CompactReader in) throws IOException {
            int outer = in.beginStruct();
            for (int type = in.nextField(); type != CompactReader.STOP; type = in.nextField()) {
                switch (in.fieldId() * 16 + type) {
                    case 1 * 16 + CompactReader.I32 -> valueCount = in.nextInt();
                    case 2 * 16 + CompactReader.I32 -> encoding = in.nextInt();
                    default -> in.skip(type);
                }
            }
            in.endStruct(outer);
        }

        void readDataV2(CompactReader in) throws IOException {
            int outer = in.beginStruct();
            for (int type = in.nextField(); type != CompactReader.STOP; type = in.nextField()) {
                switch (in.fieldId() * 16 + type) {
                    case 1 * 16 + CompactReader.I32 -> valueCount = in.nextInt();
                    case 4 * 16 + CompactReader.I32 -> encoding = in.nextInt();
                    case 5 * 16 + CompactReader.I32 -> definitionBytes = in.nextInt();
                    case 6 * 16 + CompactReader.I32 -> repetitionBytes = in.nextInt();
                    case 7 * 16 + CompactReader.TRUE -> compressed = true;
                    case 7 * 16 + CompactReader.FALSE -> compressed = false;
                    default -> in.skip(type);
                }
            }
            in.endStruct(outer);
        }
    }
}
