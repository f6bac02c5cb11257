// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.internal.memory.RawMemory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** UTF-8 is what the JDK's strict decoder takes; what is said to be ASCII has no other byte, wherever it may lie. */
class Utf8Test {
    private static final int LONGEST = 3 * 4096 + 200;
    private static final int SLACK = 8;

    @Test
    void oneByteBeyondAsciiIsSeenWhereverItLies() {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowBuf buffer = allocator.buffer(LONGEST + SLACK)) {
            for (int length = 0; length <= LONGEST; length += length < 300 ? 1 : 997) {
                RawMemory.fill(buffer.memoryAddress(), length, (byte) 'a');
                RawMemory.fill(buffer.memoryAddress() + length, SLACK, (byte) 0xFF);
                assertThat(Utf8.isAscii(buffer.memoryAddress(), length)).isTrue();
                for (int at = 0; at < length; at++) {
                    RawMemory.putByte(buffer.memoryAddress() + at, (byte) 0x80);
                    assertThat(Utf8.isAscii(buffer.memoryAddress(), length))
                            .as("byte %d of %d", at, length)
                            .isFalse();
                    RawMemory.putByte(buffer.memoryAddress() + at, (byte) 'a');
                }
            }
        }
    }

    @Property(tries = 2_000)
    void whatTheStrictDecoderTakesIsValid(@ForAll("almostText") byte[] bytes) {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowBuf buffer = allocator.buffer(bytes.length + SLACK)) {
            RawMemory.copyFromArray(bytes, 0, buffer.memoryAddress(), bytes.length);
            assertThat(Utf8.isValid(buffer.memoryAddress(), bytes.length)).isEqualTo(isDecodable(bytes));
        }
    }

    /** Text of all planes, and of bytes that lie at the bounds of what sequences may hold. */
    @Provide
    Arbitrary<byte[]> almostText() {
        Arbitrary<byte[]> characters = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .map(point -> Character.toString(point).getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> fragments = Arbitraries.of(
                        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF,
                        0xF0, 0xF3, 0xF4, 0xF5, 0xFF)
                .map(value -> new byte[] {value.byteValue()});
        return Arbitraries.frequencyOf(Tuple.of(3, characters), Tuple.of(2, fragments))
                .list()
                .ofMaxSize(4)
                .map(Utf8Test::concatenate);
    }

    private static byte[] concatenate(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    private static boolean isDecodable(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
