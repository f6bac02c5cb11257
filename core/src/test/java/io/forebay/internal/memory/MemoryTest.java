// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory is taken in size classes, used again, kept within its limit, and reported when it is not given back. */
class MemoryTest {
    private static final long LIMIT = 1 << 20;

    @ParameterizedTest
    @CsvSource({"0, 256", "1, 256", "256, 256", "257, 320", "320, 320", "321, 384", "512, 512", "513, 640", "1025, 1280"
    })
    void requestsRoundUpToASizeClass(long bytes, long sizeClass) {
        assertThat(DirectPool.sizeClass(bytes)).isEqualTo(sizeClass);
    }

    @Test
    void atMostAQuarterOfABlockIsUnused() {
        LongStream.rangeClosed(257, 5000).forEach(bytes -> assertThat(DirectPool.sizeClass(bytes) - bytes)
                .isBetween(0L, DirectPool.sizeClass(bytes) / 4));
    }

    @Test
    void theLargestRequestDoesNotOverflow() {
        assertThat(DirectPool.sizeClass(Long.MAX_VALUE)).isPositive();
    }

    @Test
    void aReleasedBufferIsUsedAgain() {
        try (Memory memory = new Memory(LIMIT, false);
                BufferAllocator allocator = memory.newAllocator("test")) {
            ArrowBuf first = allocator.buffer(5000);
            long address = first.memoryAddress();
            first.close();
            assertThat(memory.snapshot().idleBytes()).isEqualTo(DirectPool.sizeClass(5000));
            try (ArrowBuf second = allocator.buffer(4900)) {
                assertThat(second.memoryAddress()).isEqualTo(address);
                assertThat(memory.snapshot().idleBytes()).isZero();
            }
        }
    }

    @Test
    void liveAndIdleBytesStayWithinTheLimit() {
        try (Memory memory = new Memory(LIMIT, false);
                BufferAllocator allocator = memory.newAllocator("test")) {
            for (long bytes = 1000; bytes < LIMIT / 2; bytes += bytes / 3) {
                try (ArrowBuf one = allocator.buffer(bytes);
                        ArrowBuf two = allocator.buffer(bytes)) {
                    assertThat(one.memoryAddress()).isNotEqualTo(two.memoryAddress());
                    assertThat(memory.snapshot().usedBytes() + memory.snapshot().idleBytes())
                            .isLessThanOrEqualTo(LIMIT);
                }
            }
        }
    }

    @Test
    void moreThanTheLimitIsRefusedAndWhatIsHeldStaysUsable() {
        try (Memory memory = new Memory(LIMIT, false);
                BufferAllocator allocator = memory.newAllocator("test");
                ArrowBuf held = allocator.buffer(LIMIT / 2)) {
            assertThatThrownBy(() -> allocator.buffer(LIMIT / 2 + 1)).isInstanceOf(OutOfMemoryException.class);
            held.setLong(0, 42);
            assertThat(held.getLong(0)).isEqualTo(42);
            assertThat(memory.hasHeadroom(0)).isFalse();
        }
    }

    @Test
    void buffersAreAlignedAndHaveSlackBehind() {
        try (Memory memory = new Memory(LIMIT, false);
                BufferAllocator allocator = memory.newAllocator("test");
                ArrowBuf buffer = allocator.buffer(1000)) {
            assertThat(buffer.memoryAddress() % 64).isZero();
            long end = buffer.memoryAddress() + buffer.capacity();
            RawMemory.fill(end, DirectPool.SLACK_BYTES, (byte) 1);
            assertThat(RawMemory.getByte(end + DirectPool.SLACK_BYTES - 1)).isEqualTo((byte) 1);
        }
    }

    @Test
    void viewsShareTheBuffersMemory() {
        try (Memory memory = new Memory(LIMIT, false);
                BufferAllocator allocator = memory.newAllocator("test");
                ArrowBuf buffer = allocator.buffer(1000)) {
            ByteBuffer view = NioViews.of(buffer, 8, 16);
            view.putLong(8, 42);
            assertThat(view.capacity()).isEqualTo(16);
            assertThat(buffer.getLong(16)).isEqualTo(42);
            assertThatThrownBy(() -> NioViews.of(buffer, buffer.capacity(), 1))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("view must lie within the buffer: offset=1024, length=1, capacity=1024");
        }
    }

    @Test
    void ownersAreListedByName() {
        try (Memory memory = new Memory(LIMIT, false);
                BufferAllocator allocator = memory.newAllocator("model");
                ArrowBuf buffer = allocator.buffer(512)) {
            assertThat(buffer.capacity()).isEqualTo(512);
            assertThat(memory.snapshot().owners()).singleElement().satisfies(owner -> {
                assertThat(owner.name()).isEqualTo("model");
                assertThat(owner.usedBytes()).isEqualTo(512);
            });
        }
    }

    @Test
    void whatIsNotGivenBackIsReportedWithItsPlace() {
        Memory memory = new Memory(LIMIT, true);
        BufferAllocator allocator = memory.newAllocator("test");
        try (ArrowBuf lost = allocator.buffer(512)) {
            assertThat(lost.capacity()).isEqualTo(512);
            assertThatThrownBy(memory::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "everything made from a context must be closed before it: open=[test], liveBytes=512")
                    .hasMessageContaining("512 bytes, allocated at")
                    .hasMessageContaining(MemoryTest.class.getName() + ".whatIsNotGivenBackIsReportedWithItsPlace");
        }
    }

    @Test
    void aLimitBeyondTheJvmsNamesTheFlag() {
        assertThatThrownBy(() -> Forebay.builder().memoryLimit("900t"))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.USAGE))
                .hasMessageContaining("-XX:MaxDirectMemorySize")
                .hasMessageContaining("limitBytes=" + (900L << 40))
                .hasMessageContaining("directBytes=" + DirectMemoryLimit.bytes());
    }

    @Test
    void aLimitOfZeroIsAUsageError() {
        assertThatThrownBy(() -> Forebay.builder().memoryLimit("0"))
                .hasMessage("memory limit must be positive: limitBytes=0");
    }

    @Test
    void theDefaultLimitIsTheSmallerOfTwo() {
        assertThat(Memory.defaultLimitBytes()).isEqualTo(Math.min(256L << 20, DirectMemoryLimit.bytes() / 4 * 3));
    }
}
