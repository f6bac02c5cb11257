// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forebay.ForebayException;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.memory.RawMemory;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.condition.DisabledForJreRange;

/**
 * Any bytes are decoded or refused by name, and decoding them in two steps is the same as in one. A test run replays the inputs
 * in the resources; to look for more, one method at a time:
 *
 * <pre>JAZZER_FUZZ=1 mvn test -pl loaders/parquet -am -Djazzer.hooks=true -Dtest=DecoderFuzzTest#plain -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
@DisabledForJreRange(minVersion = 25, disabledReason = "Jazzer's agent does not start there")
class DecoderFuzzTest {
    private static final long BUDGET_BYTES = 64 << 20;
    private static final int COUNT_MAX = 3_000;

    @FuzzTest
    void plain(FuzzedDataProvider data) {
        int width = data.consumeInt(1, 20);
        requireFixed(data, width, page -> new PlainFixed(page.memoryAddress(), (int) page.writerIndex(), width));
    }

    @FuzzTest
    void byteStreamSplit(FuzzedDataProvider data) {
        int width = data.consumeInt(1, 20);
        requireFixed(data, width, page -> new ByteStreamSplit(page.memoryAddress(), (int) page.writerIndex(), width));
    }

    @FuzzTest
    void deltaBinaryPacked(FuzzedDataProvider data) {
        int width = data.consumeBoolean() ? Integer.BYTES : Long.BYTES;
        requireFixed(data, width, page -> new DeltaInts(page.memoryAddress(), end(page)).asFixed(width));
    }

    @FuzzTest
    void deltaByteArrayOfFixedLength(FuzzedDataProvider data) {
        int width = data.consumeInt(1, 20);
        requireFixed(data, width, page -> new DeltaBytes(page.memoryAddress(), end(page)).asFixed(width));
    }

    @FuzzTest
    void plainByteArray(FuzzedDataProvider data) {
        requireBytes(data, page -> new PlainBytes(page.memoryAddress(), (int) page.writerIndex()));
    }

    @FuzzTest
    void deltaLengthByteArray(FuzzedDataProvider data) {
        requireBytes(data, page -> new DeltaLengthBytes(page.memoryAddress(), end(page)));
    }

    @FuzzTest
    void deltaByteArray(FuzzedDataProvider data) {
        requireBytes(data, page -> new DeltaBytes(page.memoryAddress(), end(page)));
    }

    /** Levels and the indices of dictionaries. */
    @FuzzTest
    void hybridRuns(FuzzedDataProvider data) {
        int width = data.consumeInt(0, 32);
        requireSame(data, (page, allocator, counts) -> {
            HybridRuns runs = new HybridRuns();
            runs.reset(page.memoryAddress(), (int) page.writerIndex(), width);
            int[] values = new int[Arrays.stream(counts).sum()];
            int done = 0;
            for (int count : counts) {
                for (int end = done + count; done < end; ) {
                    runs.ensureRun();
                    int n = Math.min(runs.runLeft(), end - done);
                    if (runs.packed()) {
                        runs.unpack(values, done, n);
                    } else {
                        Arrays.fill(values, done, done + n, runs.repeated());
                        runs.advance(n);
                    }
                    done += n;
                }
            }
            return Arrays.toString(values);
        });
    }

    private static long end(ArrowBuf page) {
        return page.memoryAddress() + page.writerIndex();
    }

    private static void requireFixed(FuzzedDataProvider data, int width, Function<ArrowBuf, FixedDecoder> decoder) {
        requireSame(data, (page, allocator, counts) -> {
            int count = Arrays.stream(counts).sum();
            try (ArrowBuf to = allocator.buffer(Math.max(1, (long) count * width))) {
                FixedDecoder values = decoder.apply(page);
                long at = to.memoryAddress();
                for (int next : counts) {
                    values.read(at, next);
                    at += (long) next * width;
                }
                return Arrays.toString(bytes(to.memoryAddress(), count * width));
            }
        });
    }

    private static void requireBytes(FuzzedDataProvider data, Function<ArrowBuf, BytesDecoder> decoder) {
        requireSame(data, (page, allocator, counts) -> {
            int count = Arrays.stream(counts).sum();
            try (BytesTarget to = new BytesTarget(allocator)) {
                to.start(count);
                BytesDecoder values = decoder.apply(page);
                int done = 0;
                for (int next : counts) {
                    values.read(to, done, next);
                    done += next;
                }
                return Arrays.toString(bytes(to.endAddress(-1), Integer.BYTES * (count + 1)))
                        + Arrays.toString(bytes(to.dataAddress(), to.usedBytes()));
            }
        });
    }

    private static byte[] bytes(long address, int count) {
        byte[] bytes = new byte[count];
        RawMemory.copyToArray(address, bytes, 0, count);
        return bytes;
    }

    /** Decodes so many values after so many, and tells what it found. */
    @FunctionalInterface
    private interface Decoding {
        String of(ArrowBuf page, BufferAllocator allocator, int[] counts);
    }

    private static void requireSame(FuzzedDataProvider data, Decoding decoding) {
        int count = data.consumeInt(0, COUNT_MAX);
        int first = data.consumeInt(0, count);
        byte[] bytes = data.consumeRemainingAsBytes();
        Memory memory = new Memory(BUDGET_BYTES, false);
        try (BufferAllocator allocator = memory.newAllocator("fuzz");
                ArrowBuf page = allocator.buffer(Math.max(1, bytes.length))) {
            RawMemory.copyFromArray(bytes, 0, page.memoryAddress(), bytes.length);
            page.writerIndex(bytes.length);
            Optional<String> atOnce = attempt(() -> decoding.of(page, allocator, new int[] {count}));
            Optional<String> inSteps = attempt(() -> decoding.of(page, allocator, new int[] {first, count - first}));
            assertThat(inSteps).isEqualTo(atOnce);
        }
        memory.close();
    }

    /** Empty where the bytes are refused. */
    private static Optional<String> attempt(Supplier<String> decoding) {
        try {
            return Optional.of(decoding.get());
        } catch (ForebayException e) {
            return Optional.empty();
        }
    }
}
