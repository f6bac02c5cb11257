// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.ForebayException;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TList;
import shaded.parquet.org.apache.thrift.protocol.TMap;
import shaded.parquet.org.apache.thrift.protocol.TProtocolException;
import shaded.parquet.org.apache.thrift.protocol.TSet;
import shaded.parquet.org.apache.thrift.protocol.TStruct;

/**
 * The compact protocol with bounds on nesting and on objects. Thrift's own recursion limit is not looked at by generated
 * code that skips an unknown field, so that a megabyte of opening structs overflows the stack; and three bytes of a list
 * become an object of a hundred.
 */
class BoundedCompactProtocol extends TCompactProtocol {
    /** Parquet's own structures nest less than 10 deep. */
    static final int DEPTH_MAX = 32;

    /** Thrift's number for structs. */
    private static final byte TYPE_STRUCT = 12;

    /** About what a struct takes of the heap, with what parquet-java makes of it. */
    private static final int STRUCT_HEAP_BYTES = 512;

    private static final int OTHER_HEAP_BYTES = 64;
    private static final long HEAP_BYTES_MAX = Runtime.getRuntime().maxMemory();

    private int depth;
    private long heapBytes;

    BoundedCompactProtocol(BytesTransport transport) {
        super(transport, transport.remaining(), transport.remaining());
    }

    @Override
    public TStruct readStructBegin() throws TException {
        enter();
        return super.readStructBegin();
    }

    @Override
    public void readStructEnd() throws TException {
        depth--;
        super.readStructEnd();
    }

    @Override
    public TList readListBegin() throws TException {
        enter();
        TList list = super.readListBegin();
        heapBytes += (long) list.size * (list.elemType == TYPE_STRUCT ? STRUCT_HEAP_BYTES : OTHER_HEAP_BYTES);
        if (heapBytes > HEAP_BYTES_MAX) {
            throw ForebayException.limit("metadata must fit the heap: listItems=" + list.size + ", heapBytesNeeded="
                    + heapBytes + ", heapBytesMax=" + HEAP_BYTES_MAX);
        }
        return list;
    }

    @Override
    public void readListEnd() throws TException {
        depth--;
        super.readListEnd();
    }

    @Override
    public TSet readSetBegin() throws TException {
        return super.readSetBegin(); // goes through readListBegin
    }

    @Override
    public void readSetEnd() throws TException {
        depth--;
        super.readSetEnd();
    }

    @Override
    public TMap readMapBegin() throws TException {
        enter();
        return super.readMapBegin();
    }

    @Override
    public void readMapEnd() throws TException {
        depth--;
        super.readMapEnd();
    }

    private void enter() throws TProtocolException {
        if (++depth > DEPTH_MAX) {
            throw new TProtocolException(
                    TProtocolException.DEPTH_LIMIT, "metadata must nest at most " + DEPTH_MAX + " deep");
        }
    }
}
