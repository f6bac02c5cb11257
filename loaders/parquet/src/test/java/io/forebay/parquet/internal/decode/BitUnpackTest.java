// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.memory.RawMemory;
import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unpacking kernels equal a loop over single bits, for every width and from every value of a run on. */
class BitUnpackTest {
    private static final int VALUES_MAX = 1200;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 1024})
    void intsEqualBits(int count) {
        try (Memory memory = new Memory(1 << 20, true);
                BufferAllocator allocator = memory.newAllocator("test");
                ArrowBuf packed = randomBytes(allocator, VALUES_MAX * 4)) {
            for (int width = 0; width <= 32; width++) {
                for (int skipped = 0; skipped < 18; skipped++) {
                    int[] out = new int[count + 3];
                    Arrays.fill(out, -7);
                    BitUnpack.ints(packed.memoryAddress(), (long) skipped * width, width, out, 2, count);
                    assertThat(out[0]).isEqualTo(-7);
                    assertThat(out[1]).isEqualTo(-7);
                    assertThat(out[count + 2]).as("behind the last value").isEqualTo(-7);
                    for (int i = 0; i < count; i++) {
                        long expected = bits(packed.memoryAddress(), (long) (skipped + i) * width, width);
                        assertThat(out[2 + i])
                                .as("width %d, from value %d, value %d", width, skipped, i)
                                .isEqualTo((int) expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33})
    void longsEqualBits(int count) {
        try (Memory memory = new Memory(1 << 20, true);
                BufferAllocator allocator = memory.newAllocator("test");
                ArrowBuf packed = randomBytes(allocator, 64 * 8)) {
            for (int width = 0; width <= 64; width++) {
                for (int skipped = 0; skipped < 9; skipped++) {
                    long[] out = new long[count];
                    BitUnpack.longs(packed.memoryAddress(), (long) skipped * width, width, out, count);
                    for (int i = 0; i < count; i++) {
                        assertThat(out[i])
                                .as("width %d, from value %d, value %d", width, skipped, i)
                                .isEqualTo(bits(packed.memoryAddress(), (long) (skipped + i) * width, width));
                    }
                }
            }
        }
    }

    private static long bits(long base, long from, int width) {
        long value = 0;
        for (int bit = 0; bit < width; bit++) {
            value |= (Bits.get(base, from + bit) ? 1L : 0L) << bit;
        }
        return value;
    }

    private static ArrowBuf randomBytes(BufferAllocator allocator, int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        ArrowBuf buffer = allocator.buffer(bytes);
        RawMemory.copyFromArray(random, 0, buffer.memoryAddress(), bytes);
        return buffer;
    }
}
