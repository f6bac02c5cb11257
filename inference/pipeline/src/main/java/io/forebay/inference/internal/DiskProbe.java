// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import com.sun.nio.file.ExtendedOpenOption;
import io.forebay.inference.MachineReport.DiskRate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How fast a disk reads: writes a file, reads it back around the system's cache where that can be had, and deletes it. */
public final class DiskProbe {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int BLOCKS = 64;

    private DiskProbe() {}

    /** The rate of the disk of {@code folder}. */
    public static DiskRate measure(Path folder) {
        try {
            Path file = Files.createTempFile(folder, "forebay-", ".probe");
            try {
                write(file);
                return read(folder, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            return new DiskRate(folder, null, false);
        }
    }

    private static void write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (int i = 0; i < BLOCKS; i++) {
                block.clear().put(0, (byte) i);
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            channel.force(true);
        }
    }

    private static DiskRate read(Path folder, Path file) throws IOException {
        try {
            return new DiskRate(folder, bytesPerSecond(file, ExtendedOpenOption.DIRECT), true);
        } catch (IOException | UnsupportedOperationException e) { // not every file system can
            return new DiskRate(folder, bytesPerSecond(file), false);
        }
    }

    private static double bytesPerSecond(Path file, OpenOption... more) throws IOException {
        OpenOption[] options = new OpenOption[more.length + 1];
        options[0] = StandardOpenOption.READ;
        System.arraycopy(more, 0, options, 1, more.length);
        try (FileChannel channel = FileChannel.open(file, options)) {
            int alignment = Math.toIntExact(Files.getFileStore(file).getBlockSize());
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES + alignment)
                    .alignedSlice(alignment)
                    .limit(BLOCK_BYTES);
            long started = System.nanoTime();
            long bytes = 0;
            for (int read = channel.read(block.clear().limit(BLOCK_BYTES)); read > 0; ) {
                bytes += read;
                read = channel.read(block.clear().limit(BLOCK_BYTES));
            }
            return bytes / ((System.nanoTime() - started) / 1e9);
        }
    }
}
