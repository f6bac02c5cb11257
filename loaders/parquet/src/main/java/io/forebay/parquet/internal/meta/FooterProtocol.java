// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TField;
import shaded.parquet.org.apache.thrift.protocol.TStruct;

/**
 * Reads a footer and notes what column chunks have of encodings and codecs that the format did not know when this was written.
 * Thrift alone would drop such an encoding without a word, and call the footer damaged for such a codec. They read as the first
 * of their kind.
 */
final class FooterProtocol extends BoundedCompactProtocol {
    /** The fields on the way from a file's metadata to that of a column chunk. */
    private static final int[] WAY = {4, 1, 3};

    private static final int CHUNK_DEPTH = 2;
    private static final int ENCODINGS = 2;
    private static final int CODEC = 4;
    private static final int ENCODING_STATS = 13;
    private static final int ENCODING_OF_STATS = 2;

    /** Of each struct around the reader's position the field that is being read. */
    private final int[] fields = new int[DEPTH_MAX + 1];

    private int structs;
    private int chunks;
    private final Map<Integer, String> unknown = new HashMap<>();

    FooterProtocol(BytesTransport transport) {
        super(transport);
    }

    /** What is not known of column chunks, by the chunk's ordinal among all of the file. */
    Map<Integer, String> unknown() {
        return unknown;
    }

    @Override
    public TStruct readStructBegin() throws TException {
        TStruct struct = super.readStructBegin();
        chunks += structs == CHUNK_DEPTH && isOnTheWay(CHUNK_DEPTH) ? 1 : 0;
        fields[structs++] = 0;
        return struct;
    }

    @Override
    public void readStructEnd() throws TException {
        structs--;
        super.readStructEnd();
    }

    @Override
    public TField readFieldBegin() throws TException {
        TField field = super.readFieldBegin();
        fields[structs - 1] = field.id;
        return field;
    }

    @Override
    public int readI32() throws TException {
        int value = super.readI32();
        if (structs <= WAY.length || !isOnTheWay(WAY.length)) {
            return value;
        }
        int field = fields[WAY.length];
        boolean direct = structs == WAY.length + 1;
        boolean encoding =
                direct ? field == ENCODINGS : field == ENCODING_STATS && fields[WAY.length + 1] == ENCODING_OF_STATS;
        if (encoding && Encoding.findByValue(value) == null) {
            unknown.put(chunks - 1, "encoding=" + value);
            return Encoding.PLAIN.getValue();
        }
        if (direct && field == CODEC && CompressionCodec.findByValue(value) == null) {
            unknown.put(chunks - 1, "codec=" + value);
            return CompressionCodec.UNCOMPRESSED.getValue();
        }
        return value;
    }

    private boolean isOnTheWay(int depth) {
        for (int i = 0; i < depth; i++) {
            if (fields[i] != WAY[i]) {
                return false;
            }
        }
        return true;
    }
}
