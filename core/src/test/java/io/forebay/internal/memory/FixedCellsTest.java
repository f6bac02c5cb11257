// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels on values of one width equal plain loops over byte arrays. */
class FixedCellsTest {
    private static final int ENTRIES = 37;
    private static final int FIRST = 2;
    private static final int[] COUNTS = {0, 1, 7, 8, 9, 31, 32, 33, 1000};

    private final Memory memory = new Memory(8 << 20, true);
    private final BufferAllocator allocator = memory.newAllocator("test");
    private final Random random = new Random(5);

    @AfterEach
    void nothingLeaks() {
        allocator.close();
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 12, 16, 32})
    void gathered(int width) {
        byte[] dictionary = randomBytes(ENTRIES * width);
        for (int count : COUNTS) {
            int[] indices = indices(FIRST + count);
            byte[] expected = new byte[count * width];
            for (int i = 0; i < count; i++) {
                System.arraycopy(dictionary, indices[FIRST + i] * width, expected, i * width, width);
            }
            try (ArrowBuf from = buffer(dictionary);
                    ArrowBuf to = allocator.buffer(Math.max(1, count * width))) {
                FixedCells.gather(from.memoryAddress(), indices, FIRST, count, width, to.memoryAddress());
                assertThat(bytes(to, count * width)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 12, 16, 32})
    void repeated(int width) {
        byte[] value = randomBytes(width);
        for (int count : COUNTS) {
            try (ArrowBuf from = buffer(value);
                    ArrowBuf to = allocator.buffer(Math.max(1, count * width))) {
                FixedCells.repeat(from.memoryAddress(), count, width, to.memoryAddress());
                for (int i = 0; i < count; i++) {
                    assertThat(Arrays.copyOfRange(bytes(to, count * width), i * width, (i + 1) * width))
                            .isEqualTo(value);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,0", "1,0.5", "1,1", "2,0", "2,0.5", "2,1", "4,0", "4,0.5", "4,1", "8,0", "8,0.5", "8,1", "12,0.5", "16,0",
        "16,0.5", "16,1"
    })
    void spreadOverNulls(int width, double nulls) {
        for (int count : COUNTS) {
            for (int firstBit = 0; firstBit < 9; firstBit++) {
                requireSpread(width, nulls, count, firstBit);
            }
        }
    }

    private void requireSpread(int width, double nulls, int rows, int firstBit) {
        boolean[] present = new boolean[rows];
        byte[] dense = randomBytes(rows * width);
        byte[] expected = new byte[rows * width];
        int valid = 0;
        for (int row = 0; row < rows; row++) {
            present[row] = random.nextDouble() >= nulls;
            if (present[row]) {
                System.arraycopy(dense, valid++ * width, expected, row * width, width);
            }
        }
        try (ArrowBuf validity = bitmap(present, firstBit);
                ArrowBuf values = buffer(dense)) {
            FixedCells.spread(values.memoryAddress(), width, rows, valid, validity.memoryAddress(), firstBit);
            assertThat(bytes(values, rows * width)).isEqualTo(expected);
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
