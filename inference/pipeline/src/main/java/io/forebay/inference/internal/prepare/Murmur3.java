// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.internal.memory.RawMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** MurmurHash3 for 32 bits, seed 0, as its author published it for x86. */
final class Murmur3 {
    private static final int C1 = 0xCC9E2D51;
    private static final int C2 = 0x1B873593;

    private Murmur3() {}

    /** Of {@code length} bytes in memory; reads nothing behind them. */
    static int hash(long address, int length) {
        int hash = 0;
        int whole = length & ~3;
        for (int i = 0; i < whole; i += 4) {
            hash = mix(hash, RawMemory.getInt(address + i));
        }
        int rest = 0;
        for (int i = length - 1; i >= whole; i--) {
            rest = (rest << 8) | (RawMemory.getByte(address + i) & 0xFF);
        }
        return finish(hash ^ scramble(rest), length);
    }

    /** Of a text's UTF-8 bytes. */
    static int hash(String text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text).order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.remaining();
        int hash = 0;
        int whole = length & ~3;
        for (int i = 0; i < whole; i += 4) {
            hash = mix(hash, bytes.getInt(i));
        }
        int rest = 0;
        for (int i = length - 1; i >= whole; i--) {
            rest = (rest << 8) | (bytes.get(i) & 0xFF);
        }
        return finish(hash ^ scramble(rest), length);
    }

    /** Of the eight bytes of a number, from the lowest. */
    static int hash(long number) {
        return finish(mix(mix(0, (int) number), (int) (number >>> 32)), Long.BYTES);
    }

    /** A hash as a number below {@code buckets}. */
    static long bucket(int hash, int buckets) {
        return Integer.toUnsignedLong(hash) % buckets;
    }

    private static int mix(int hash, int word) {
        return Integer.rotateLeft(hash ^ scramble(word), 13) * 5 + 0xE6546B64;
    }

    private static int scramble(int word) {
        return Integer.rotateLeft(word * C1, 15) * C2;
    }

    private static int finish(int hash, int length) {
        int mixed = hash ^ length;
        mixed = (mixed ^ (mixed >>> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >>> 16);
    }
}
