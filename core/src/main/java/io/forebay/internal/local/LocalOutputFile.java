// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.spi.OutputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file written under a hidden name, forced to the device, and renamed. */
final class LocalOutputFile extends OutputFile {
    private static final int BUFFER_SIZE_BYTES = 64 * 1024;

    private final Path folder;
    private final Path hidden;
    private final Path visible;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE_BYTES);
    private boolean committed;
    private boolean closed;

    LocalOutputFile(Path folder, String hiddenName, String name) throws IOException {
        this.folder = folder;
        this.hidden = folder.resolve(hiddenName);
        this.visible = folder.resolve(name);
        this.channel = FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(int value) throws IOException {
        if (!buffer.hasRemaining()) {
            drain();
        }
        buffer.put((byte) value);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (length > buffer.remaining()) {
            drain();
        }
        if (length > buffer.remaining()) {
            writeFully(ByteBuffer.wrap(source, offset, length));
        } else {
            buffer.put(source, offset, length);
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        writeFully(buffer);
        buffer.clear();
    }

    private void writeFully(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    /** The bytes are on the device before the name is, and the name before anything that follows. */
    @Override
    public void commit() throws IOException {
        drain();
        channel.force(true);
        channel.close();
        Files.move(hidden, visible, StandardCopyOption.ATOMIC_MOVE);
        committed = true;
        LocalOutputFolder.force(folder);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } finally {
            if (!committed) {
                Files.deleteIfExists(hidden);
            }
        }
    }
}
