// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.internal.memory.Memory;
import io.forebay.internal.memory.RawMemory;
import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels on byte arrays equal plain loops, whatever the lengths. */
class ByteArraysTest {
    private static final int ENTRIES = 37;
    private static final int[] COUNTS = {0, 1, 7, 8, 9, 31, 32, 33, 1000};

    private final Memory memory = new Memory(8 << 20, true);
    private final BufferAllocator allocator = memory.newAllocator("test");
    private final Random random = new Random(5);

    @AfterEach
    void nothingLeaks() {
        allocator.close();
        memory.close();
    }

    /** Each longest length has its kernel; a copy may overshoot, but never into what was written before it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 32, 33, 64, 127, 128, 129, 300})
    void byteArrays(int longest) {
        byte[][] dictionary = new byte[ENTRIES][];
        int total = 0;
        for (int i = 0; i < ENTRIES; i++) {
            dictionary[i] = randomBytes(i == 0 ? longest : random.nextInt(longest + 1));
            total += dictionary[i].length;
        }
        try (ArrowBuf values = allocator.buffer(Math.max(1, total));
                ArrowBuf entries = allocator.buffer(8L * ENTRIES)) {
            int offset = 0;
            for (int i = 0; i < ENTRIES; i++) {
                RawMemory.copyFromArray(dictionary[i], 0, values.memoryAddress() + offset, dictionary[i].length);
                RawMemory.putLong(entries.memoryAddress() + 8L * i, ((long) offset << 32) | dictionary[i].length);
                offset += dictionary[i].length;
            }
            for (int count : COUNTS) {
                requireByteArrays(dictionary, values, entries, longest, indices(count));
            }
        }
    }

    /** Values of one length that fit a word, as dictionaries of codes have them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 7, 8})
    void wordsOfOneLength(int length) {
        byte[][] dictionary = new byte[ENTRIES][];
        try (ArrowBuf words = allocator.buffer(8L * ENTRIES)) {
            for (int i = 0; i < ENTRIES; i++) {
                byte[] garbageBehind = randomBytes(8);
                dictionary[i] = Arrays.copyOf(garbageBehind, length);
                RawMemory.copyFromArray(garbageBehind, 0, words.memoryAddress() + 8L * i, 8);
            }
            for (int count : COUNTS) {
                int[] indices = indices(count);
                int start = 11;
                try (ArrowBuf ends = allocator.buffer(4L * count + 4);
                        ArrowBuf data = allocator.buffer(start + (long) length * count)) {
                    ByteArrays.equalEnds(ends.memoryAddress(), count, length, start);
                    ByteArrays.copyWords(words.memoryAddress(), indices, count, length, data.memoryAddress() + start);
                    byte[] written = bytes(data, start + length * count);
                    for (int i = 0; i < count; i++) {
                        int end = RawMemory.getInt(ends.memoryAddress() + 4L * i);
                        assertThat(end).isEqualTo(start + (i + 1) * length);
                        assertThat(Arrays.copyOfRange(written, end - length, end))
                                .isEqualTo(dictionary[indices[i]]);
                    }
                }
            }
        }
    }

    private void requireByteArrays(byte[][] dictionary, ArrowBuf values, ArrowBuf entries, int longest, int[] indices) {
        int start = 11;
        int[] expectedEnds = new int[indices.length];
        int end = start;
        for (int i = 0; i < indices.length; i++) {
            end += dictionary[indices[i]].length;
            expectedEnds[i] = end;
        }
        try (ArrowBuf ends = allocator.buffer(4L * indices.length + 4);
                ArrowBuf data = allocator.buffer(end)) {
            RawMemory.fill(data.memoryAddress(), start, (byte) 99);
            long bytes = ByteArrays.ends(entries.memoryAddress(), indices, indices.length, ends.memoryAddress(), start);
            ByteArrays.copy(
                    values.memoryAddress(),
                    entries.memoryAddress(),
                    indices,
                    indices.length,
                    longest,
                    data.memoryAddress() + start);
            assertThat(bytes).isEqualTo(end - start);
            byte[] written = bytes(data, end);
            int from = start;
            for (int i = 0; i < indices.length; i++) {
                assertThat(RawMemory.getInt(ends.memoryAddress() + 4L * i)).isEqualTo(expectedEnds[i]);
                assertThat(Arrays.copyOfRange(written, from, expectedEnds[i])).isEqualTo(dictionary[indices[i]]);
                from = expectedEnds[i];
            }
            assertThat(Arrays.copyOf(written, start)).containsOnly(99);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void endOffsetsSpreadOverNulls(double nulls) {
        for (int rows : COUNTS) {
            boolean[] present = new boolean[rows];
            try (ArrowBuf offsets = allocator.buffer(4L * rows + 4)) {
                long ends = offsets.memoryAddress() + 4;
                int[] expected = new int[rows];
                int valid = 0;
                int end = 7;
                RawMemory.putInt(offsets.memoryAddress(), end);
                for (int row = 0; row < rows; row++) {
                    present[row] = random.nextDouble() >= nulls;
                    if (present[row]) {
                        end += row % 5;
                        RawMemory.putInt(ends + 4L * valid++, end);
                    }
                    expected[row] = end;
                }
                try (ArrowBuf validity = bitmap(present, 3)) {
                    ByteArrays.spreadEnds(ends, rows, valid, validity.memoryAddress(), 3);
                }
                for (int row = 0; row < rows; row++) {
                    assertThat(RawMemory.getInt(ends + 4L * row)).isEqualTo(expected[row]);
                }
            }
        }
    }

    private int[] indices(int count) {
        return random.ints(count, 0, ENTRIES).toArray();
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private ArrowBuf buffer(byte[] bytes) {
        ArrowBuf buffer = allocator.buffer(Math.max(1, bytes.length));
        RawMemory.copyFromArray(bytes, 0, buffer.memoryAddress(), bytes.length);
        return buffer;
    }

    private ArrowBuf bitmap(boolean[] present, int firstBit) {
        byte[] bits = new byte[(present.length + firstBit) / 8 + 1];
        for (int i = 0; i < present.length; i++) {
            bits[(i + firstBit) / 8] |= (byte) (present[i] ? 1 << (i + firstBit) % 8 : 0);
        }
        return buffer(bits);
    }

    private static byte[] bytes(ArrowBuf buffer, int count) {
        byte[] bytes = new byte[count];
        RawMemory.copyToArray(buffer.memoryAddress(), bytes, 0, count);
        return bytes;
    }
}
