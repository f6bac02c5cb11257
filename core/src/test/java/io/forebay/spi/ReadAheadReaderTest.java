// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;

/** Reading ahead changes when bytes are read, and never which. */
class ReadAheadReaderTest {
    private static final byte[] CONTENT = new byte[10_000];
    private static final ByteRange RANGE = new ByteRange(1_000, 8_000);
    private static final int BLOCK_BYTES = 512;
    private static final long MEMORY_BYTES = 1 << 20;

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @Property
    void everyReadHoldsItsBytes(@ForAll long seed, @ForAll @IntRange(min = 0, max = 5) int blocksAhead) {
        Random random = new Random(seed);
        LateReader file = new LateReader();
        try (Memory memory = new Memory(MEMORY_BYTES, true);
                BufferAllocator allocator = memory.newAllocator("test");
                ReadAheadReader reader = new ReadAheadReader(file, RANGE, BLOCK_BYTES, blocksAhead, allocator)) {
            long position = RANGE.offset();
            for (int i = 0; i < 40; i++) {
                position += random.nextInt(10) == 0 ? -random.nextInt(800) : random.nextInt(300);
                long offset = Math.max(0, Math.min(position, CONTENT.length - 1));
                int count = random.nextInt((int) Math.min(1_500, CONTENT.length - offset) + 1);
                ByteBuffer target = ByteBuffer.allocate(count);
                CompletableFuture<Void> read = reader.read(offset, target);
                file.answer(random);
                read.join();
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(CONTENT, (int) offset, count));
                assertThat(allocator.getAllocatedMemory()).isLessThanOrEqualTo(64 * BLOCK_BYTES);
            }
            file.answer(random);
        }
    }

    @Test
    void someBlocksAreReadAhead() {
        LateReader file = new LateReader();
        try (Memory memory = new Memory(MEMORY_BYTES, true);
                BufferAllocator allocator = memory.newAllocator("test");
                ReadAheadReader reader = new ReadAheadReader(file, RANGE, BLOCK_BYTES, 3, allocator)) {
            CompletableFuture<Void> read = reader.read(1_000, ByteBuffer.allocate(600));
            assertThat(file.asked())
                    .containsExactly(
                            new ByteRange(1_000, 512),
                            new ByteRange(1_512, 512),
                            new ByteRange(2_024, 512),
                            new ByteRange(2_536, 512),
                            new ByteRange(3_048, 512));
            file.answer(new Random(1));
            read.join();
            reader.read(1_600, ByteBuffer.allocate(100)).join();
            assertThat(file.asked()).hasSize(5);
        }
    }

    @Test
    void theFirstBlockMayBeAskedForBeforeItIsNeeded() {
        LateReader file = new LateReader();
        try (Memory memory = new Memory(MEMORY_BYTES, true);
                BufferAllocator allocator = memory.newAllocator("test");
                ReadAheadReader reader = new ReadAheadReader(file, RANGE, BLOCK_BYTES, 0, allocator)) {
            reader.start();
            assertThat(file.asked()).containsExactly(new ByteRange(1_000, 512));
            file.answer(new Random(1));
            reader.read(1_100, ByteBuffer.allocate(100)).join();
            assertThat(file.asked()).hasSize(1);
        }
    }

    @Test
    void memoryThatIsShortIsDoneWithout() {
        LateReader file = new LateReader();
        try (Memory memory = new Memory(MEMORY_BYTES, true);
                BufferAllocator whole = memory.newAllocator("test");
                BufferAllocator allocator = whole.newChildAllocator("small", 0, 2 * BLOCK_BYTES);
                ReadAheadReader reader = new ReadAheadReader(file, RANGE, BLOCK_BYTES, 3, allocator)) {
            CompletableFuture<Void> read = reader.read(1_000, ByteBuffer.allocate(10));
            assertThat(file.asked()).hasSize(2);
            file.answer(new Random(1));
            read.join();
        }
    }

    @Test
    void aFailedBlockFailsTheReadThatNeedsIt() {
        LateReader file = new LateReader();
        try (Memory memory = new Memory(MEMORY_BYTES, true);
                BufferAllocator allocator = memory.newAllocator("test");
                ReadAheadReader reader = new ReadAheadReader(file, RANGE, BLOCK_BYTES, 3, allocator)) {
            CompletableFuture<Void> read = reader.read(1_000, ByteBuffer.allocate(10));
            reader.cancel();
            assertThatThrownBy(read::join).hasCauseInstanceOf(ForebayException.class);
            assertThatThrownBy(() -> reader.readFully(1_005, ByteBuffer.allocate(10)))
                    .isInstanceOf(ForebayException.class)
                    .hasMessage("cancelled by the test");
        }
    }

    /** Answers when told to, in any order. */
    private static final class LateReader implements RangeReader {
        private record Question(ByteRange range, ByteBuffer target, CompletableFuture<Void> answer) {}

        private final List<ByteRange> asked = new ArrayList<>();
        private final List<Question> open = new ArrayList<>();

        List<ByteRange> asked() {
            return asked;
        }

        @Override
        public StorageObject storageObject() {
            return new StorageObject("test:late", "late", CONTENT.length, "1");
        }

        @Override
        public CompletableFuture<Void> read(long offset, ByteBuffer target) {
            Question question =
                    new Question(new ByteRange(offset, target.remaining()), target, new CompletableFuture<>());
            asked.add(question.range);
            open.add(question);
            return question.answer;
        }

        void answer(Random random) {
            while (!open.isEmpty()) {
                Question question = open.remove(random.nextInt(open.size()));
                question.target.put(CONTENT, (int) question.range.offset(), (int) question.range.length());
                question.answer.complete(null);
            }
        }

        @Override
        public void cancel() {
            open.forEach(question ->
                    question.answer.completeExceptionally(ForebayException.cancelled("cancelled by the test")));
            open.clear();
        }

        @Override
        public void close() {}
    }
}
