// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.ForebayException;
import io.forebay.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The right to write to a folder, which one run at a time has: a locked file in it, deleted on {@link #close}.
 *
 * <p>On POSIX systems a process loses its locks on a file when it closes any descriptor of that file. So the file is opened
 * once only by a process: a second attempt is refused before it opens anything, and the file is looked at by its name.
 */
final class FolderLock implements AutoCloseable {
    static final String FILE_NAME = ".forebay.lock";

    /** Behind what is written to the file, since some systems do not let locked bytes be read. */
    private static final int LOCKED_BYTE = 1 << 20;

    /** The lock files that this process has open. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private boolean closed;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes the lock; a {@code usage} error when another run has it. */
    static FolderLock take(Path folder) throws IOException {
        Path file = folder.toRealPath().resolve(FILE_NAME);
        if (!HELD.add(file)) {
            throw inUse(folder);
        }
        boolean taken = false;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                taken = channel.tryLock(LOCKED_BYTE, 1, false) != null && isStillThere(file, channel);
            } catch (OverlappingFileLockException e) {
                // another copy of this library has it, in the same process
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            if (!taken) {
                throw inUse(folder);
            }
            return new FolderLock(file, channel);
        } finally {
            if (!taken) {
                HELD.remove(file);
            }
        }
    }

    private static ForebayException inUse(Path folder) {
        return ForebayException.usage("output folder must not be in use by another run")
                .at(Place.of(folder.toString()));
    }

    /**
     * False when a run that ended deleted the file after it was opened here: the next run locks a new one. Whether the name
     * still means the open file shows by its size, which is given at random.
     */
    private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
        int bytes = ThreadLocalRandom.current().nextInt(1, LOCKED_BYTE);
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(1), bytes - 1);
        try {
            return Files.size(file) == bytes;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Files.deleteIfExists(file);
        } finally {
            try {
                channel.close();
            } finally {
                HELD.remove(file);
            }
        }
    }
}
