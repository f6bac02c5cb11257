// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.parquet.io.PositionOutputStream;

/** A buffered stream over a file channel that knows its position. Owns the channel; not thread-safe. */
final class ChannelOutputStream extends PositionOutputStream {
    private static final int BUFFER_SIZE_BYTES = 64 * 1024;

    private final FileChannel channel;
    private final boolean durable;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE_BYTES);
    private long flushedBytes;

    ChannelOutputStream(FileChannel channel, boolean durable) {
        this.channel = channel;
        this.durable = durable;
    }

    @Override
    public long getPos() {
        return flushedBytes + buffer.position();
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

    @Override
    public void flush() throws IOException {
        drain();
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            drain();
            if (durable) {
                channel.force(true);
            }
        }
    }

    /** Closes the channel and drops what is still buffered. */
    void abandon() throws IOException {
        channel.close();
    }

    private void drain() throws IOException {
        buffer.flip();
        writeFully(buffer);
        buffer.clear();
    }

    private void writeFully(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            flushedBytes += channel.write(source);
        }
    }
}
