// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kernel equals a loop over a bit set, at every pair of offsets into a byte and at sizes around words. */
class BitsTest {
    private static final int BYTES = 32;
    private static final int OFFSETS = 9;

    private final ByteBuffer source = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer target = ByteBuffer.allocateDirect(BYTES);
    private final long from = RawMemory.addressOf(source);
    private final long to = RawMemory.addressOf(target);
    private final Random random = new Random(42);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 136, 200})
    void copyEqualsBitByBit(int count) {
        for (int fromBit = 0; fromBit < OFFSETS; fromBit++) {
            for (int toBit = 0; toBit < OFFSETS; toBit++) {
                fill(source);
                fill(target);
                BitSet expected = bits(target);
                BitSet copied = bits(source).get(fromBit, fromBit + count);
                Bits.copy(from, fromBit, to, toBit, count);
                for (int i = 0; i < count; i++) {
                    expected.set(toBit + i, copied.get(i));
                }
                requireUpTo(toBit + count, expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 39, 40, 64, 65, 136, 200})
    void gatherEqualsBitByBit(int count) {
        for (int first = 0; first < 3; first++) {
            for (int toBit = 0; toBit < OFFSETS; toBit++) {
                fill(source);
                fill(target);
                BitSet expected = bits(target);
                BitSet picked = bits(source);
                int[] indices = random.ints(first + count, 0, 8 * BYTES).toArray();
                Bits.gather(from, indices, first, count, to, toBit);
                for (int i = 0; i < count; i++) {
                    expected.set(toBit + i, picked.get(indices[first + i]));
                }
                requireUpTo(toBit + count, expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65})
    void fillEqualsBitByBit(int count) {
        for (int bit = 0; bit < OFFSETS; bit++) {
            for (boolean value : new boolean[] {false, true}) {
                fill(target);
                BitSet expected = bits(target);
                expected.set(bit, bit + count, value);
                Bits.fill(to, bit, count, value);
                requireUpTo(bit + count, expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 136, 200})
    void countSetEqualsBitByBit(int count) {
        for (int bit = 0; bit < OFFSETS; bit++) {
            fill(source);
            assertThat(Bits.countSet(from, bit, count))
                    .isEqualTo(bits(source).get(bit, bit + count).cardinality());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 255})
    void wordUpToHasTheBitAsSign(int bit) {
        fill(source);
        BitSet bits = bits(source);
        long word = Bits.wordUpTo(from, bit);
        for (int i = bit; i >= bit / 64 * 64; i--, word <<= 1) {
            assertThat(word < 0).isEqualTo(bits.get(i));
        }
        assertThat(word).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65})
    void setChangesOneBit(int bit) {
        for (boolean value : new boolean[] {false, true}) {
            fill(target);
            BitSet expected = bits(target);
            expected.set(bit, value);
            Bits.set(to, bit, value);
            assertThat(bits(target)).isEqualTo(expected);
            assertThat(Bits.get(to, bit)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65})
    void bytesRoundUp(int count) {
        assertThat(Bits.bytes(count)).isEqualTo((long) Math.ceil(count / 8.0));
    }

    /** What lies behind the range, within its last byte, is free; all other bits must be as expected. */
    private void requireUpTo(int end, BitSet expected) {
        BitSet actual = bits(target);
        int endOfByte = (end + 7) / 8 * 8;
        actual.clear(end, endOfByte);
        expected.clear(end, endOfByte);
        assertThat(actual).isEqualTo(expected);
    }

    private void fill(ByteBuffer buffer) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        buffer.put(0, bytes);
    }

    private static BitSet bits(ByteBuffer buffer) {
        byte[] bytes = new byte[BYTES];
        buffer.get(0, bytes);
        return BitSet.valueOf(bytes);
    }
}
