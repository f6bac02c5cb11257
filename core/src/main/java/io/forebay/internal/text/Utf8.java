// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** Validation of UTF-8 (Unicode standard, table 3-7): no overlong forms, no surrogates, nothing beyond U+10FFFF. */
public final class Utf8 {
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** Fails unless the bytes are valid. */
    public static void require(long address, int length) {
        if (!isAscii(address, length) && !isValid(address, length)) {
            throw ForebayException.corrupt("a string must be valid UTF-8: bytes=" + length);
        }
    }

    /** True when no byte has its high bit set. May read up to 7 bytes past the range. */
    public static boolean isAscii(long address, long length) {
        long end = address + length;
        long at = address;
        // Blocks of 64 bytes, up to 64 of them between two looks at the result: the compiler unrolls what an int
        // counts.
        while (end - at >= 64) {
            int blocks = (int) Math.min((end - at) >>> 6, 64);
            long bits = 0;
            for (int i = 0; i < blocks; i++) {
                long block = at + 64L * i;
                bits |= RawMemory.getLong(block)
                        | RawMemory.getLong(block + 8)
                        | RawMemory.getLong(block + 16)
                        | RawMemory.getLong(block + 24)
                        | RawMemory.getLong(block + 32)
                        | RawMemory.getLong(block + 40)
                        | RawMemory.getLong(block + 48)
                        | RawMemory.getLong(block + 56);
            }
            if ((bits & HIGH_BITS) != 0) {
                return false;
            }
            at += 64L * blocks;
        }
        // Words, then the bytes of the last.
        for (; at + 8 <= end; at += 8) {
            if ((RawMemory.getLong(at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        if (at == end) {
            return true;
        }
        long wanted = -1L >>> (8 * (8 - (end - at)));
        return (RawMemory.getLong(at) & wanted & HIGH_BITS) == 0;
    }

    public static boolean isValid(long address, int length) {
        int i = 0;
        while (i < length) {
            int lead = RawMemory.getByte(address + i);
            if (lead >= 0) {
                i++;
                continue;
            }
            int size = sequenceLength(lead & 0xFF);
            if (size == 0 || i + size > length || !isSequence(address + i, lead & 0xFF, size)) {
                return false;
            }
            i += size;
        }
        return true;
    }

    private static int sequenceLength(int lead) {
        if (lead >= 0xC2 && lead <= 0xDF) {
            return 2;
        }
        if (lead >= 0xE0 && lead <= 0xEF) {
            return 3;
        }
        return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    }

    private static boolean isSequence(long address, int lead, int size) {
        for (int i = 1; i < size; i++) {
            if ((RawMemory.getByte(address + i) & 0xC0) != 0x80) {
                return false;
            }
        }
        int second = RawMemory.getByte(address + 1) & 0xFF;
        return switch (lead) {
            case 0xE0 -> second >= 0xA0;
            case 0xED -> second <= 0x9F;
            case 0xF0 -> second >= 0x90;
            case 0xF4 -> second <= 0x8F;
            default -> true;
        };
    }
}
