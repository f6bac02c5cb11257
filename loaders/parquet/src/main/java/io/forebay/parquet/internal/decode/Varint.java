// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** Variable-length integers (ULEB128) in memory, never read past {@code end}. */
final class Varint {
    private static final int BYTES_MAX = 10;

    private Varint() {}

    /** The unsigned 32-bit number at {@code address}. */
    static int read(long address, long end) {
        long value = readLong(address, end);
        if (value >>> 32 != 0) {
            throw ForebayException.corrupt("a 32-bit number must fit 32 bits: value=" + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    /** The 64-bit number at {@code address}. */
    static long readLong(long address, long end) {
        long value = 0;
        int length = length(address, end);
        for (int i = 0; i < length; i++) {
            value |= (RawMemory.getByte(address + i) & 0x7FL) << (7 * i);
        }
        return value;
    }

    /** How many bytes the number at {@code address} takes. */
    static int length(long address, long end) {
        for (int i = 0; i < BYTES_MAX; i++) {
            if (address + i >= end) {
                throw ForebayException.corrupt("a page must not end within a number: bytesLeft=" + i);
            }
            if (RawMemory.getByte(address + i) >= 0) {
                return i + 1;
            }
        }
        throw ForebayException.corrupt("a number has at most " + BYTES_MAX + " bytes");
    }

    /** The signed number that a zigzag-encoded one means. */
    static long zigzag(long encoded) {
        return (encoded >>> 1) ^ -(encoded & 1);
    }
}
