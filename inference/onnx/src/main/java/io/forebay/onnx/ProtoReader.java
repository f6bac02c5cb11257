// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of a protobuf message, one after the other; what is not asked for is passed over. Every length is checked against
 * the message. Not thread-safe.
 */
final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int VARINT_BYTES_MAX = 10;

    private final ByteBuffer buffer;
    private final int end;
    private int position;

    private int fieldStart;
    private int number;
    private int wireType;
    private long value;
    private int start;

    /** The message at {@code [start, end)} of {@code buffer}. */
    ProtoReader(ByteBuffer buffer, int start, int end) {
        this.buffer = buffer;
        this.position = start;
        this.end = end;
    }

    /**
     * Goes on to the next field; false at the end.
     *
     * @throws IllegalArgumentException where the bytes are no message
     */
    boolean next() {
        if (position == end) {
            return false;
        }
        fieldStart = position;
        long tag = varint();
        number = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        start = position;
        switch (wireType) {
            case VARINT -> value = varint();
            case FIXED64 -> skip(Long.BYTES);
            case FIXED32 -> skip(Integer.BYTES);
            case BYTES -> {
                long length = varint();
                start = position;
                skip(length);
            }
            default -> throw new IllegalArgumentException("a field must have a known wire type: type=" + wireType);
        }
        return true;
    }

    private void skip(long bytes) {
        if (bytes < 0 || bytes > end - position) {
            throw new IllegalArgumentException("a field must lie within its message: bytes=" + bytes);
        }
        position += (int) bytes;
    }

    private long varint() {
        long result = 0;
        for (int i = 0; i < VARINT_BYTES_MAX && position < end; i++) {
            byte next = buffer.get(position++);
            result |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return result;
            }
        }
        throw new IllegalArgumentException("a number must end within its message");
    }

    /** Whether the field has this number, and is a message, a text or bytes. */
    boolean isBytes(int field) {
        return number == field && wireType == BYTES;
    }

    /** Whether the field has this number, and is a whole number. */
    boolean isNumber(int field) {
        return number == field && wireType == VARINT;
    }

    long value() {
        return value;
    }

    String text() {
        byte[] bytes = new byte[position - start];
        buffer.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The field as a message. */
    ProtoReader message() {
        return new ProtoReader(buffer, start, position);
    }

    /** Whole numbers without tags, where a field holds several. */
    long[] packedNumbers() {
        ProtoReader packed = message();
        long[] numbers = new long[position - start];
        int count = 0;
        while (packed.position < packed.end) {
            numbers[count++] = packed.varint();
        }
        return Arrays.copyOf(numbers, count);
    }

    /** Where the field starts, tag included. */
    int fieldStart() {
        return fieldStart;
    }

    /** Where the field ends. */
    int fieldEnd() {
        return position;
    }
}
