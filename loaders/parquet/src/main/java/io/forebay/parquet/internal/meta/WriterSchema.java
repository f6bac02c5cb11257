// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The Arrow schema that Arrow's own writers leave in a file's metadata: it tells which lists were of a fixed size, which
 * Parquet does not know. Only top-level columns are looked at, so that no nesting needs a bound.
 */
public final class WriterSchema {
    private static final String KEY = "ARROW:schema";
    private static final int CONTINUATION = -1;

    private WriterSchema() {}

    /** The types of top-level columns that were lists of a fixed size; none where the note is missing or cannot be read. */
    public static Map<String, ArrowType> fixedSizeLists(Map<String, String> fileMetadata) {
        String note = fileMetadata.get(KEY);
        if (note == null) {
            return Map.of();
        }
        try {
            return fixedSizeLists(message(Base64.getDecoder().decode(note)));
        } catch (RuntimeException e) { // whatever the bytes are: they are a hint
            return Map.of();
        }
    }

    /** The message in its envelope: a marker, which older writers lack, and a length. */
    private static Message message(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt() == CONTINUATION) {
            buffer.getInt();
        }
        return Message.getRootAsMessage(buffer);
    }

    private static Map<String, ArrowType> fixedSizeLists(Message message) {
        Map<String, ArrowType> lists = new HashMap<>();
        if (message.headerType() != MessageHeader.Schema) {
            return lists;
        }
        Schema schema = (Schema) message.header(new Schema());
        for (int i = 0; i < schema.fieldsLength(); i++) {
            Field field = schema.fields(i);
            if (field.typeType() == Type.FixedSizeList && field.name() != null) {
                FixedSizeList list = (FixedSizeList) field.type(new FixedSizeList());
                lists.put(field.name(), new ArrowType.FixedSizeList(list.listSize()));
            }
        }
        return lists;
    }
}
