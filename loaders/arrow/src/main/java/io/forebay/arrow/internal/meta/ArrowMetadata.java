// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.spi.RangeReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the metadata of an IPC file or stream say. Immutable.
 *
 * @param schema the columns as messages have them: dictionary-encoded ones with the type of their values
 * @param batches in file order
 * @param identity a digest of all metadata
 * @param notes what the writer noted in the footer; a stream has none
 */
public record ArrowMetadata(Schema schema, List<RecordBatchUnit> batches, String identity, Map<String, String> notes) {
    static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FEATHER_ONE = "FEA1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 8;

    /** Reads the metadata of a file, or all messages' metadata of a stream. */
    public static ArrowMetadata read(RangeReader file) {
        long fileBytes = file.storageObject().sizeBytes();
        if (fileBytes < HEAD_BYTES) {
            throw ForebayException.corrupt("an Arrow file or stream has at least 8 bytes: bytes=" + fileBytes);
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        file.readFully(0, head);
        head.flip();
        if (isFeatherOne(head)) {
            throw ForebayException.unsupported("Feather files are read from version 2 on: version=1");
        }
        return isFile(head) ? FileMetadata.read(file) : StreamMetadata.read(file);
    }

    /** Whether a file that starts with {@code head} is an IPC file. */
    public static boolean isFile(ByteBuffer head) {
        return startsWith(head, MAGIC);
    }

    /** Whether a file that starts with {@code head} is of the format that came before IPC files. */
    public static boolean isFeatherOne(ByteBuffer head) {
        return startsWith(head, FEATHER_ONE);
    }

    static boolean startsWith(ByteBuffer head, byte[] magic) {
        return head.remaining() >= magic.length
                && head.slice().limit(magic.length).equals(ByteBuffer.wrap(magic));
    }
}
