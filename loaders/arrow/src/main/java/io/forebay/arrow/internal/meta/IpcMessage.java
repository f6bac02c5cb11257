// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.spi.ByteRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * A message of an IPC file or stream.
 *
 * @param flat its metadata; what reads them does so under {@link Flatbuffers#read}
 * @param kind what it is, one of {@link MessageHeader}
 * @param version the version of its metadata
 * @param metadataBytes their length
 * @param body where its body lies in the file
 */
record IpcMessage(Message flat, byte kind, int version, int metadataBytes, ByteRange body) {
    /** Before the metadata of messages since version 0.15. */
    static final int CONTINUATION = -1;

    /** Metadata of real files stay well under this; they are read to the heap. */
    private static final int METADATA_BYTES_MAX =
            (int) Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 8);

    /**
     * The message whose metadata, with the length before it, are {@code bytes}.
     *
     * @param bodyOffset where its body starts
     * @param fileBytes the file's size, within which the body must lie
     */
    static IpcMessage of(ByteBuffer bytes, long bodyOffset, long fileBytes) {
        ByteBuffer words = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (words.remaining() < 8) {
            throw ForebayException.corrupt("a message has at least 8 bytes: bytes=" + words.remaining());
        }
        int length = words.getInt();
        if (length == CONTINUATION) {
            length = words.getInt();
        }
        if (length <= 0 || length > words.remaining()) {
            throw ForebayException.corrupt("a message's metadata must lie within their block: bytes=" + length
                    + ", blockBytes=" + words.remaining());
        }
        ByteBuffer metadata = words.slice().limit(length).slice().order(ByteOrder.LITTLE_ENDIAN);
        int metadataBytes = length;
        return Flatbuffers.read("a message", () -> parse(metadata, metadataBytes, bodyOffset, fileBytes));
    }

    private static IpcMessage parse(ByteBuffer metadata, int metadataBytes, long bodyOffset, long fileBytes) {
        Message message = Message.getRootAsMessage(metadata);
        if (message.version() < MetadataVersion.V4 || message.version() > MetadataVersion.V5) {
            throw ForebayException.unsupported("messages must be of metadata version 4 or 5: version="
                    + (message.version() + 1)); // versions count from 1, their codes from 0
        }
        long bodyBytes = message.bodyLength();
        if (bodyBytes < 0 || bodyOffset < 0 || bodyBytes > fileBytes - bodyOffset) {
            throw ForebayException.corrupt("a message's body must lie within the file: offset=" + bodyOffset
                    + ", bytes=" + bodyBytes + ", fileBytes=" + fileBytes);
        }
        return new IpcMessage(
                message, message.headerType(), message.version(), metadataBytes, new ByteRange(bodyOffset, bodyBytes));
    }

    /** Fails for metadata too long to be read to the heap. */
    static int checkedMetadataBytes(long bytes) {
        if (bytes > METADATA_BYTES_MAX) {
            throw ForebayException.limit(
                    "metadata have at most " + METADATA_BYTES_MAX + " bytes: metadataBytes=" + bytes);
        }
        return (int) bytes;
    }

    boolean isSchema() {
        return kind == MessageHeader.Schema;
    }

    boolean isDictionary() {
        return kind == MessageHeader.DictionaryBatch;
    }

    boolean isRecordBatch() {
        return kind == MessageHeader.RecordBatch;
    }

    Schema schema() {
        return header(new Schema());
    }

    DictionaryBatch dictionary() {
        return header(new DictionaryBatch());
    }

    RecordBatch recordBatch() {
        return header(new RecordBatch());
    }

    private <T extends com.google.flatbuffers.Table> T header(T kind) {
        if (flat.header(kind) == null) {
            throw ForebayException.corrupt("a message must have a header");
        }
        return kind;
    }
}
