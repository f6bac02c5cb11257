// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.internal.memory.Memory;
import io.forebay.testkit.HeapStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;

/** Which requests a unit's ranges become, and that each range holds its bytes whichever they are. */
class UnitFileTest {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final byte[] CONTENT = new byte[12 * MIB];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    private final List<ByteRange> requests = new ArrayList<>();

    @Test
    void shortNeighboursComeTogetherFromAfar() {
        List<ByteRange> wanted = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            wanted.add(new ByteRange(i * 600L * KIB, 600 * KIB));
        }
        readAll(wanted, true, 256 * MIB);
        assertThat(requests).containsExactly(new ByteRange(0, 3600 * KIB), new ByteRange(3600 * KIB, 2400 * KIB));
        assertThat(UnitFile.requestCount(wanted)).isEqualTo(2);
    }

    @Test
    void longRangesComeInBlocks() {
        List<ByteRange> wanted = List.of(new ByteRange(0, 3 * MIB + 5), new ByteRange(4 * MIB, 100));
        readAll(wanted, true, 256 * MIB);
        assertThat(requests)
                .containsExactlyInAnyOrder(
                        new ByteRange(0, MIB),
                        new ByteRange(MIB, MIB),
                        new ByteRange(2 * MIB, MIB),
                        new ByteRange(3 * MIB, 5),
                        new ByteRange(4 * MIB, 100));
        assertThat(UnitFile.requestCount(wanted)).isEqualTo(5);
    }

    @Test
    void aSmallUnitComesAtOnceFromAnywhere() {
        List<ByteRange> wanted = List.of(new ByteRange(100, 1_000), new ByteRange(50_000, 1_000), new ByteRange(9, 0));
        readAll(wanted, false, 256 * MIB);
        assertThat(requests).containsExactly(new ByteRange(100, 50_900));
        assertThat(UnitFile.requestCount(wanted)).isEqualTo(1);
    }

    @Test
    void shortRangesThatDoNotFitTheMemoryComeOneByOne() {
        List<ByteRange> wanted = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            wanted.add(new ByteRange(i * 600L * KIB, 600 * KIB));
        }
        readAll(wanted, true, 8 * MIB);
        assertThat(requests).hasSize(10);
    }

    @Test
    void whatIsHeldNeedNotBeCopied() {
        ByteRange range = new ByteRange(1_000, 5_000);
        try (Memory memory = new Memory(16 * MIB, true);
                BufferAllocator allocator = memory.newAllocator("test")) {
            ArrowBuf bytes;
            try (UnitFile file = open(List.of(range), true, allocator)) {
                bytes = Objects.requireNonNull(file.frontToBack(range).held(range));
                assertThat(file.frontToBack(range).held(new ByteRange(0, 10))).isNull();
            }
            try (bytes) { // it outlives its file
                byte[] found = new byte[5_000];
                bytes.getBytes(0, found);
                assertThat(found).isEqualTo(Arrays.copyOfRange(CONTENT, 1_000, 6_000));
            }
        }
    }

    private void readAll(List<ByteRange> wanted, boolean remote, long memoryBytes) {
        try (Memory memory = new Memory(memoryBytes, true);
                BufferAllocator allocator = memory.newAllocator("test");
                UnitFile file = open(wanted, remote, allocator)) {
            for (ByteRange range : wanted) {
                ByteBuffer target = ByteBuffer.allocate((int) range.length());
                file.frontToBack(range).readFully(range.offset(), target);
                assertThat(target.flip())
                        .isEqualTo(ByteBuffer.wrap(CONTENT, (int) range.offset(), (int) range.length()));
            }
        }
    }

    private UnitFile open(List<ByteRange> wanted, boolean remote, BufferAllocator allocator) {
        HeapStorage heap = new HeapStorage();
        StorageObject object = heap.list(heap.put("file", CONTENT)).get(0);
        return UnitFile.open(new Noting(heap, remote), object, wanted, allocator);
    }

    /** A storage that notes what is asked of it. */
    private final class Noting implements Storage {
        private final Storage storage;
        private final boolean remote;

        Noting(Storage storage, boolean remote) {
            this.storage = storage;
            this.remote = remote;
        }

        @Override
        public boolean handles(String location) {
            return storage.handles(location);
        }

        @Override
        public List<StorageObject> list(String location) {
            return storage.list(location);
        }

        @Override
        public boolean isRemote() {
            return remote;
        }

        @Override
        public RangeReader open(StorageObject object) {
            RangeReader reader = storage.open(object);
            return new RangeReader() {
                @Override
                public StorageObject storageObject() {
                    return object;
                }

                @Override
                public CompletableFuture<Void> read(long offset, ByteBuffer target) {
                    if (target.hasRemaining()) {
                        requests.add(new ByteRange(offset, target.remaining()));
                    }
                    return reader.read(offset, target);
                }

                @Override
                public void close() {
                    reader.close();
                }
            };
        }
    }
}
