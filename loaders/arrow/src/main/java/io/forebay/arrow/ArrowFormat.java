// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import io.forebay.arrow.internal.meta.ArrowMetadata;
import io.forebay.arrow.internal.read.ArrowFile;
import io.forebay.spi.DataFile;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Arrow IPC, files (also known as Feather) and streams alike; its units are record batches. Found by {@code ServiceLoader};
 * stateless.
 *
 * <p>Columns come as their plain type: dictionaries are decoded, large and view types become {@code utf8}, {@code binary}
 * and {@code list}, every interval counts months, days and nanoseconds. Source: the Arrow columnar format, version 1.5,
 * section "Serialization and Interprocess Communication".
 */
public final class ArrowFormat implements DatasetFormat {
    private static final List<String> EXTENSIONS = List.of(".arrow", ".arrows", ".feather", ".ipc");

    /** The first message of a stream is a schema: longer ones would not be the first bytes of anything real. */
    private static final int SCHEMA_BYTES_MAX = 1 << 28;

    /** Flatbuffers start with the offset of their root table, which is a small number. */
    private static final int ROOT_OFFSET_MAX = 64;

    @Override
    public String name() {
        return "arrow";
    }

    @Override
    public boolean recognizesName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(name::endsWith);
    }

    @Override
    public boolean recognizesHead(ByteBuffer head) {
        return ArrowMetadata.isFile(head) || ArrowMetadata.isFeatherOne(head) || isStream(head);
    }

    /** A stream starts with a marker and the length of the schema message, or, before version 0.15, with the length alone. */
    private static boolean isStream(ByteBuffer head) {
        if (head.remaining() < 12) {
            return false;
        }
        ByteBuffer words = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        int length = words.getInt();
        if (length == -1) {
            length = words.getInt();
        }
        int rootOffset = words.getInt();
        return length > 0 && length < SCHEMA_BYTES_MAX && rootOffset >= 4 && rootOffset <= ROOT_OFFSET_MAX;
    }

    @Override
    public DataFile open(Storage storage, StorageObject object, BufferAllocator allocator) {
        try (RangeReader reader = storage.open(object)) {
            return new ArrowFile(storage, object, ArrowMetadata.read(reader));
        }
    }
}
