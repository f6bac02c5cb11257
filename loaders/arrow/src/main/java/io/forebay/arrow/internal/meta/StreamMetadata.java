// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.spi.RangeReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The metadata of an IPC stream: one message after the other, up to the end. One thread. */
final class StreamMetadata {
    /** What is read at a time: the metadata of many small messages, or of one large one. */
    private static final int WINDOW_BYTES = 64 << 10;

    private final RangeReader file;
    private final long fileBytes;

    /** The bytes from {@code windowOffset} on. */
    private ByteBuffer window = ByteBuffer.allocate(0);

    private long windowOffset;

    private StreamMetadata(RangeReader file) {
        this.file = file;
        this.fileBytes = file.storageObject().sizeBytes();
    }

    static ArrowMetadata read(RangeReader file) {
        return new StreamMetadata(file).read();
    }

    private ArrowMetadata read() {
        ByteBuffer first = messageAt(0);
        if (first == null) {
            throw ForebayException.corrupt("a stream must start with a schema: messages=0");
        }
        IpcMessage head = IpcMessage.of(first, first.remaining(), fileBytes);
        if (!head.isSchema()) {
            throw ForebayException.corrupt("a stream must start with a schema");
        }
        Schema schema = SchemaReader.read(head::schema, head.metadataBytes());
        MetadataBuilder metadata = new MetadataBuilder(schema);
        metadata.addIdentity(first);
        long position = head.body().end();
        for (ByteBuffer bytes = messageAt(position); bytes != null; bytes = messageAt(position)) {
            IpcMessage message = IpcMessage.of(bytes, position + bytes.remaining(), fileBytes);
            metadata.addIdentity(bytes);
            add(message, metadata);
            position = message.body().end();
        }
        return metadata.finish(Map.of());
    }

    private static void add(IpcMessage message, MetadataBuilder metadata) {
        if (message.isRecordBatch()) {
            metadata.addBatch(message);
        } else if (message.isDictionary()) {
            metadata.addDictionary(message, true);
        } else if (message.isSchema()) {
            throw ForebayException.corrupt("a stream must have one schema, its first message");
        } else {
            throw ForebayException.unsupported("a stream must hold record batches: header=" + message.kind());
        }
    }

    /** The metadata of the message at {@code position} with the length before them, or null at the end of the stream. */
    private @Nullable ByteBuffer messageAt(long position) {
        if (position == fileBytes) {
            return null; // a stream may end without its end marker
        }
        ByteBuffer words = bytesAt(position, Math.min(8, fileBytes - position));
        int prefixBytes = Integer.BYTES;
        int length = words.remaining() < Integer.BYTES ? -1 : words.getInt(0);
        if (length == IpcMessage.CONTINUATION && words.remaining() == 8) {
            prefixBytes = 8;
            length = words.getInt(4);
        }
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > fileBytes - position - prefixBytes) {
            throw ForebayException.corrupt("a message must lie within its stream: offset=" + position
                    + ", metadataBytes=" + length + ", streamBytes=" + fileBytes);
        }
        return bytesAt(position, IpcMessage.checkedMetadataBytes((long) prefixBytes + length));
    }

    /** The {@code count} bytes at {@code position}, which lie within the file. */
    private ByteBuffer bytesAt(long position, long count) {
        if (position < windowOffset || position + count > windowOffset + window.limit()) {
            int bytes = (int) Math.min(Math.max(WINDOW_BYTES, count), fileBytes - position);
            window = ByteBuffer.allocate(bytes);
            file.readFully(position, window);
            window.flip();
            windowOffset = position;
        }
        return window.slice((int) (position - windowOffset), (int) count).order(ByteOrder.LITTLE_ENDIAN);
    }
}
