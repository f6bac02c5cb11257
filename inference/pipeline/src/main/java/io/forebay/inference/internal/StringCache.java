// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.DictionaryVector;
import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Strings for an engine that takes them as Java objects: values that repeat become one object each, found by their bytes
 * without making a new one. Bounded: a slot keeps the value it saw last. Not thread-safe.
 */
final class StringCache {
    private static final int SLOT_BITS = 13;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int CACHED_BYTES_MAX = 64;

    /** The first byte of a character beyond U+FFFF in UTF-8; engines take strings through JNI, whose encoding has none. */
    private static final int FOUR_BYTES_FROM = 0xF0;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final @Nullable String[] values = new String[SLOTS];
    private final byte[][] bytes = new byte[SLOTS][];

    /**
     * Reads the first {@code rows} values of {@code column} into {@code out[first]}, {@code out[first + step]} and so on;
     * nulls become empty. Returns how many bytes the values have.
     */
    long read(FieldVector column, int rows, String[] out, int first, int step) {
        if (column instanceof DictionaryVector encoded) {
            return readEncoded(encoded, rows, out, first, step);
        }
        BaseVariableWidthVector strings = (BaseVariableWidthVector) column;
        long offsets = strings.getOffsetBufferAddress();
        long data = strings.getDataBufferAddress();
        boolean nulls = column.getNullCount() > 0;
        int start = RawMemory.getInt(offsets);
        int begin = start;
        for (int row = 0; row < rows; row++) {
            int end = RawMemory.getInt(offsets + 4L * row + 4);
            out[first + row * step] = nulls && column.isNull(row) ? "" : get(data + start, end - start);
            start = end;
        }
        return (long) start - begin;
    }

    private long readEncoded(DictionaryVector column, int rows, String[] out, int first, int step) {
        long offsets = column.values().getOffsetBufferAddress();
        long data = column.values().getDataBufferAddress();
        long bytes = 0;
        for (int row = 0; row < rows; row++) {
            if (column.isNull(row)) {
                out[first + row * step] = "";
                continue;
            }
            long at = offsets + 4L * column.get(row);
            int start = RawMemory.getInt(at);
            int length = RawMemory.getInt(at + 4) - start;
            out[first + row * step] = get(data + start, length);
            bytes += length;
        }
        return bytes;
    }

    private String get(long address, int length) {
        if (length > CACHED_BYTES_MAX) {
            return decode(address, length);
        }
        int slot = slotOf(address, length);
        byte[] cached = bytes[slot];
        String value = values[slot];
        if (value == null || cached.length != length || !equal(address, cached)) {
            value = decode(address, length);
            values[slot] = value;
            bytes[slot] = value.getBytes(StandardCharsets.UTF_8);
        }
        return value;
    }

    private static int slotOf(long address, int length) {
        long hash = length;
        for (int i = 0; i < length; i += 8) {
            hash = (hash ^ word(address + i, length - i)) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        return (int) ((hash * MULTIPLIER) >>> (64 - SLOT_BITS));
    }

    /** Up to eight bytes as a number, reading nothing behind the value. */
    private static long word(long address, int bytesLeft) {
        if (bytesLeft >= 8) {
            return RawMemory.getLong(address);
        }
        long word = 0;
        for (int i = 0; i < bytesLeft; i++) {
            word = (word << 8) | (RawMemory.getByte(address + i) & 0xFF);
        }
        return word;
    }

    private static boolean equal(long address, byte[] cached) {
        for (int i = 0; i < cached.length; i++) {
            if (RawMemory.getByte(address + i) != cached[i]) {
                return false;
            }
        }
        return true;
    }

    private static String decode(long address, int length) {
        byte[] copy = new byte[length];
        RawMemory.copyToArray(address, copy, 0, length);
        for (byte one : copy) {
            if (one == 0 || (one & 0xFF) >= FOUR_BYTES_FROM) {
                throw ForebayException.unsupported("a model takes strings of characters up to U+FFFF other than U+0000:"
                        + " utf8=" + HexFormat.of().formatHex(copy, 0, Math.min(length, CACHED_BYTES_MAX)));
            }
        }
        return new String(copy, StandardCharsets.UTF_8);
    }
}
