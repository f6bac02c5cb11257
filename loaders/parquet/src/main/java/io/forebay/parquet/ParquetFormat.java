// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet;

import io.forebay.parquet.internal.FileSchema;
import io.forebay.parquet.internal.ParquetFile;
import io.forebay.parquet.internal.meta.Footer;
import io.forebay.spi.DataFile;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Apache Parquet. Found by {@code ServiceLoader}; thread-safe. */
public final class ParquetFormat implements DatasetFormat {
    /** The schema of the file opened last: most likely that of the next. */
    private volatile @Nullable FileSchema lastSchema;

    @Override
    public String name() {
        return "parquet";
    }

    @Override
    public boolean recognizesName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        return name.endsWith(".parquet") || name.endsWith(".parq") || name.endsWith(".pq");
    }

    @Override
    public boolean recognizesHead(ByteBuffer head) {
        return head.remaining() >= 4
                && head.get() == 'P'
                && head.get() == 'A'
                && head.get() == 'R'
                && (head.get(3) == '1' || head.get(3) == 'E');
    }

    @Override
    public DataFile open(Storage storage, StorageObject object, BufferAllocator allocator) {
        try (RangeReader reader = storage.open(object)) {
            Footer.Parsed footer = Footer.read(reader);
            FileSchema schema =
                    FileSchema.of(footer.metadata().getFileMetaData().getSchema(), lastSchema);
            lastSchema = schema;
            return ParquetFile.of(storage, object, footer, schema);
        }
    }
}
