// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mappings outlive the scan that made them, and no buffer outlives its mapping. */
class MappedFilesTest {
    private static final int GIB = 1 << 30;

    @TempDir
    Path folder;

    private final LocalStorage storage = new LocalStorage(true);
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void close() {
        storage.close();
        allocator.close();
    }

    @Test
    void aFileIsMappedOnceForAllItsReaders() throws IOException {
        Path file = write("a", 1);
        try (ArrowBuf first = map(file, 0, 8);
                ArrowBuf second = map(file, 16, 8)) {
            assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress() + 16);
        }
    }

    @Test
    void aFileReplacedIsMappedAnewAndTheOldBytesStayWithTheirBuffers() throws IOException {
        Path file = write("a", 1);
        try (ArrowBuf before = map(file, 0, 8)) {
            Path other = write("b", 2);
            Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000));
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            try (ArrowBuf after = map(file, 0, 8)) {
                assertThat(after.getByte(7)).isEqualTo((byte) 2);
                assertThat(before.getByte(7)).isEqualTo((byte) 1);
            }
        }
    }

    @Test
    void buffersOutliveTheirMappingsTurnAndTheStorage() throws IOException {
        Path kept = write("kept", 7);
        try (ArrowBuf buffer = map(kept, 0, 8)) {
            List<ArrowBuf> others = new ArrayList<>();
            for (int i = 0; i < 1_100; i++) { // more than are kept
                others.add(map(write("other" + i, i), 0, 8));
            }
            for (int i = 0; i < others.size(); i++) {
                assertThat(others.get(i).getByte(0)).isEqualTo((byte) i);
                others.get(i).close();
            }
            try (ArrowBuf again = map(kept, 0, 8)) {
                assertThat(again.memoryAddress()).isNotEqualTo(buffer.memoryAddress());
            }
            storage.close();
            assertThat(buffer.getByte(0)).isEqualTo((byte) 7);
        }
    }

    @Test
    void rangesBeginAndEndAnywhereInAFileOfSeveralGibibytes() throws IOException {
        Path file = folder.resolve("sparse");
        long[] offsets = {0, GIB - 1L, GIB, 2L * GIB - 4, 3L * GIB + 5};
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(4L * GIB);
            for (int i = 0; i < offsets.length; i++) {
                sparse.seek(offsets[i]);
                sparse.writeByte(i + 1);
                sparse.seek(offsets[i] + 64);
                sparse.writeByte(-i - 1);
            }
        }
        for (int i = 0; i < offsets.length; i++) {
            try (ArrowBuf buffer = map(file, offsets[i], 65)) {
                assertThat(buffer.getByte(0)).isEqualTo((byte) (i + 1));
                assertThat(buffer.getByte(64)).isEqualTo((byte) (-i - 1));
            }
        }
        try (ArrowBuf longest = map(file, GIB - 1L, GIB)) {
            assertThat(longest.getByte(GIB - 1L)).isZero();
            assertThat(longest.getByte(1)).isEqualTo((byte) 3);
        }
        StorageObject object = storage.list(file.toString()).get(0);
        try (RangeReader reader = storage.open(object)) {
            assertThat(reader.map(new ByteRange(0, GIB + 1L), allocator)).isNull();
        }
    }

    private Path write(String name, int value) throws IOException {
        byte[] bytes = new byte[64];
        Arrays.fill(bytes, (byte) value);
        return Files.write(folder.resolve(name), bytes);
    }

    private ArrowBuf map(Path file, long offset, long length) {
        StorageObject object = storage.list(file.toString()).get(0);
        try (RangeReader reader = storage.open(object)) {
            ArrowBuf buffer = reader.map(new ByteRange(offset, length), allocator);
            assertThat(buffer).isNotNull();
            return buffer;
        }
    }
}
