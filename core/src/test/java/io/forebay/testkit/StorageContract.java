// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.SourceChangedException;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every storage promises. A storage's own test extends this and says how objects come to be. */
@Timeout(60)
public abstract class StorageContract {
    private static final int BYTES = 300_000;

    /** The storage under test, the same throughout a test. */
    protected abstract Storage storage();

    /** Makes or replaces an object, and returns its location. */
    protected abstract String put(String path, byte[] content) throws Exception;

    protected abstract void delete(String path) throws Exception;

    @Test
    void anObjectIsListedByItself() throws Exception {
        String location = put("some/data.bin", bytes(BYTES));
        assertThat(storage().handles(location)).isTrue();
        StorageObject object = list(location);
        assertThat(object.uri()).isEqualTo(location);
        assertThat(object.fileName()).isEqualTo("data.bin");
        assertThat(object.sizeBytes()).isEqualTo(BYTES);
        assertThat(list(location)).isEqualTo(object);
    }

    @Test
    void anObjectMayBeEmpty() throws Exception {
        StorageObject object = list(put("empty.bin", new byte[0]));
        assertThat(object.sizeBytes()).isZero();
        try (RangeReader reader = storage().open(object)) {
            reader.readFully(0, ByteBuffer.allocate(0));
        }
    }

    @Test
    void rangesHoldTheBytesThatLieThere() throws Exception {
        byte[] content = bytes(BYTES);
        try (RangeReader reader = storage().open(list(put("data.bin", content)))) {
            for (ByteRange range : ranges(content.length)) {
                requireRange(reader, content, range, ByteBuffer.allocate((int) range.length()));
                requireRange(reader, content, range, ByteBuffer.allocateDirect((int) range.length()));
            }
        }
    }

    @Test
    void rangesAreReadAtTheSameTime() throws Exception {
        byte[] content = bytes(BYTES);
        try (RangeReader reader = storage().open(list(put("data.bin", content)))) {
            List<ByteRange> ranges = ranges(content.length);
            List<ByteBuffer> targets = new ArrayList<>();
            List<CompletableFuture<Void>> reads = new ArrayList<>();
            for (ByteRange range : ranges) {
                ByteBuffer target = ByteBuffer.allocateDirect((int) range.length());
                targets.add(target);
                reads.add(reader.read(range.offset(), target));
            }
            for (int i = 0; i < reads.size(); i++) {
                reads.get(i).join();
                requireBytes(targets.get(i).flip(), content, ranges.get(i));
            }
        }
    }

    @Test
    void aReadFillsItsBufferFromPositionToLimit() throws Exception {
        byte[] content = bytes(100);
        try (RangeReader reader = storage().open(list(put("data.bin", content)))) {
            ByteBuffer target = ByteBuffer.allocate(50).position(10).limit(30);
            reader.readFully(70, target);
            assertThat(target.position()).isEqualTo(30);
            requireBytes(target.position(10), content, new ByteRange(70, 20));
            assertThat(Arrays.copyOf(target.array(), 10)).containsOnly(0);
            assertThat(Arrays.copyOfRange(target.array(), 30, 50)).containsOnly(0);
        }
    }

    @Test
    void readsEndWithinTheObject() throws Exception {
        StorageObject object = list(put("data.bin", bytes(100)));
        try (RangeReader reader = storage().open(object)) {
            for (ByteRange range : List.of(
                    new ByteRange(100, 1),
                    new ByteRange(99, 2),
                    new ByteRange(0, 101),
                    new ByteRange(-1, 1),
                    new ByteRange(Long.MAX_VALUE, 1))) {
                ByteBuffer target = ByteBuffer.allocate((int) range.length());
                requireFailure(object.uri(), () -> reader.readFully(range.offset(), target));
                assertThat(reader.read(range.offset(), target.clear())).isCompletedExceptionally();
            }
        }
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        String location = put("data.bin", bytes(100));
        delete("data.bin");
        requireFailure(location, () -> storage().list(location));
    }

    @Test
    void whatIsGoneSinceItWasListedIsNamed() throws Exception {
        StorageObject object = list(put("data.bin", bytes(100)));
        delete("data.bin");
        requireFailure(object.uri(), () -> readAll(object));
    }

    @Test
    void whatWasReplacedIsNotRead() throws Exception {
        StorageObject object = list(put("data.bin", bytes(100)));
        put("data.bin", bytes(120));
        assertThatExceptionOfType(SourceChangedException.class)
                .isThrownBy(() -> readAll(object))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.IO))
                .satisfies(failure -> assertThat(failure.place().uri()).isEqualTo(object.uri()));
    }

    @Test
    void aClosedReaderReadsNoMore() throws Exception {
        RangeReader reader = storage().open(list(put("data.bin", bytes(100))));
        reader.close();
        reader.close();
        assertThatExceptionOfType(ForebayException.class).isThrownBy(() -> reader.readFully(0, ByteBuffer.allocate(1)));
    }

    @Test
    void aClosedStorageMayBeClosedAgain() throws Exception {
        StorageObject object = list(put("data.bin", bytes(100)));
        assertThat(readAll(object)).isEqualTo(bytes(100));
        storage().close();
        storage().close();
    }

    /** Fails for {@code location} with an error of kind {@code io}. */
    protected static void requireFailure(String location, Runnable action) {
        assertThatExceptionOfType(ForebayException.class)
                .isThrownBy(action::run)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.IO))
                .satisfies(failure -> assertThat(failure.place().uri()).isEqualTo(location));
    }

    /** The one object at a location. */
    protected final StorageObject list(String location) {
        List<StorageObject> objects = storage().list(location);
        assertThat(objects).hasSize(1);
        return objects.get(0);
    }

    /** All bytes of an object. */
    protected final byte[] readAll(StorageObject object) {
        ByteBuffer target = ByteBuffer.allocate((int) object.sizeBytes());
        try (RangeReader reader = storage().open(object)) {
            reader.readFully(0, target);
        }
        return target.array();
    }

    /** So many bytes that do not repeat. */
    protected static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static List<ByteRange> ranges(int size) {
        Random random = new Random(size);
        List<ByteRange> ranges = new ArrayList<>(List.of(
                new ByteRange(0, size),
                new ByteRange(0, 1),
                new ByteRange(size - 1, 1),
                new ByteRange(0, 0),
                new ByteRange(size, 0)));
        for (int i = 0; i < 40; i++) {
            int offset = random.nextInt(size);
            ranges.add(new ByteRange(offset, random.nextInt(1 + Math.min(size - offset, 50_000))));
        }
        return ranges;
    }

    private static void requireRange(RangeReader reader, byte[] content, ByteRange range, ByteBuffer target) {
        reader.readFully(range.offset(), target);
        requireBytes(target.flip(), content, range);
    }

    private static void requireBytes(ByteBuffer found, byte[] content, ByteRange range) {
        assertThat(found)
                .isEqualTo(ByteBuffer.wrap(content, Math.toIntExact(range.offset()), Math.toIntExact(range.length())));
    }
}
