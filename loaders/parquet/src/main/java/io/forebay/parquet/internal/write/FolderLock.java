// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.ForebayException;
import io.forebay.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/** The right to write to a folder, which one run at a time has: a locked file in it, deleted on {@link #close}. */
final class FolderLock implements AutoCloseable {
    static final String FILE_NAME = ".forebay.lock";

    /** Far behind what is written to the file, since some systems do not let locked bytes be read. */
    private static final long LOCKED_BYTE = 1 << 20;

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes the lock; a {@code usage} error when another run has it. */
    static FolderLock take(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = channel.tryLock(LOCKED_BYTE, 1, false) != null && isStillThere(file, channel);
        } catch (OverlappingFileLockException e) {
            // another run of this JVM has it
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        if (!taken) {
            throw ForebayException.usage("output folder must not be in use by another run")
                    .at(Place.of(folder.toString()));
        }
        return new FolderLock(file, channel);
    }

    /** False when a run that ended deleted the file after it was opened here: the next run locks a new one. */
    private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
        byte[] mark = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        channel.write(ByteBuffer.wrap(mark), 0);
        try {
            return Arrays.equals(Files.readAllBytes(file), mark);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(file);
        } finally {
            channel.close();
        }
    }
}
