// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads Thrift's compact protocol from absolute positions of a buffer, never past {@code end}. Not thread-safe. */
final class CompactReader {
    static final int STOP = 0;
    static final int TRUE = 1;
    static final int FALSE = 2;
    static final int BYTE = 3;
    static final int I16 = 4;
    static final int I32 = 5;
    static final int I64 = 6;
    static final int DOUBLE = 7;
    static final int BINARY = 8;
    static final int LIST = 9;
    static final int SET = 10;
    static final int MAP = 11;
    static final int STRUCT = 12;

    private static final int MAX_DEPTH = 16;

    private final ByteBuffer buffer;
    private final int end;
    private int position;
    private int fieldId;

    CompactReader(ByteBuffer buffer, int position, int end) {
        this.buffer = buffer;
        this.position = position;
        this.end = end;
    }

    int position() {
        return position;
    }

    int fieldId() {
        return fieldId;
    }

    /** Begins the fields of a struct, and returns what {@link #endStruct} needs. */
    int beginStruct() {
        int outer = fieldId;
        fieldId = 0;
        return outer;
    }

    void endStruct(int outer) {
        fieldId = outer;
    }

    /** Reads the next field's header, and returns its type or {@link #STOP}. */
    int nextField() throws IOException {
        int head = nextByte();
        int type = head & 0x0f;
        if (type != STOP) {
            int delta = head >>> 4;
            fieldId = delta == 0 ? nextInt() : fieldId + delta;
        }
        return type;
    }

    int nextInt() throws IOException {
        long value = nextLong();
        if (value != (int) value) {
            throw new IOException("an i32 must fit 32 bits: value=" + value);
        }
        return (int) value;
    }

    private long nextLong() throws IOException {
        long raw = nextVarint();
        return (raw >>> 1) ^ -(raw & 1);
    }

    private long nextVarint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = nextByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IOException("a varint must end within ten bytes: position=" + position);
    }

    private int nextByte() throws IOException {
        if (position >= end) {
            throw new IOException("metadata must end before its limit: position=" + position);
        }
        return buffer.get(position++) & 0xff;
    }

    /** Skips a field's value. */
    void skip(int type) throws IOException {
        skip(type, 0, false);
    }

    private void skip(int type, int depth, boolean element) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("metadata must nest at most " + MAX_DEPTH + " deep: position=" + position);
        }
        switch (type) {
            case TRUE, FALSE -> advance(element ? 1 : 0);
            case BYTE -> advance(1);
            case I16, I32, I64 -> nextVarint();
            case DOUBLE -> advance(8);
            case BINARY -> advance(nextVarint());
            case LIST, SET -> skipList(depth);
            case MAP -> skipMap(depth);
            case STRUCT -> skipStruct(depth);
            default -> throw new IOException("a field type must be known: type=" + type);
        }
    }

    private void skipStruct(int depth) throws IOException {
        int outer = beginStruct();
        for (int type = nextField(); type != STOP; type = nextField()) {
            skip(type, depth + 1, false);
        }
        endStruct(outer);
    }

    private void skipList(int depth) throws IOException {
        int head = nextByte();
        long count = head >>> 4 == 15 ? nextVarint() : head >>> 4;
        skipElements(count, head & 0x0f, 0, depth);
    }

    private void skipMap(int depth) throws IOException {
        long count = nextVarint();
        if (count != 0) {
            int types = nextByte();
            skipElements(count, types >>> 4, types & 0x0f, depth);
        }
    }

    private void skipElements(long count, int first, int second, int depth) throws IOException {
        if (count < 0 || count > end - position) {
            throw new IOException("a collection must fit in what is left: count=" + count);
        }
        for (long i = 0; i < count; i++) {
            skip(first, depth + 1, true);
            if (second != 0) {
                skip(second, depth + 1, true);
            }
        }
    }

    private void advance(long length) throws IOException {
        if (length < 0 || length > end - position) {
            throw new IOException("a length must fit in what is left: length=" + length + ", left=" + (end - position));
        }
        position += (int) length;
    }
}
