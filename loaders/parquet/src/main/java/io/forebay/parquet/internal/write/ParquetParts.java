// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.ForebayException;
import io.forebay.parquet.Compression;
import io.forebay.parquet.internal.meta.Footer;
import io.forebay.spi.PartFormat;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/** Parts as Parquet files. An immutable value. */
public record ParquetParts(Compression compression) implements PartFormat {
    @Override
    public String extension() {
        return "parquet";
    }

    @Override
    public void requireWritable(Schema schema) {
        ArrowToParquet.message(schema);
    }

    @Override
    public Encoder start(Schema schema, OutputStream out) throws IOException {
        return new BatchFileWriter(out, schema, compression);
    }

    @Override
    public Content read(RangeReader file, Schema schema) {
        ParquetMetadata metadata = Footer.read(file).metadata();
        FileMetaData footer = metadata.getFileMetaData();
        MessageType message = ArrowToParquet.message(schema);
        if (!footer.getSchema().equals(message)) {
            throw ForebayException.usage("a resumed run must write the columns of the parts that are there: columns="
                    + names(message) + ", part=" + names(footer.getSchema()));
        }
        long rows = metadata.getBlocks().stream()
                .mapToLong(BlockMetaData::getRowCount)
                .sum();
        return new Content(rows, footer.getKeyValueMetaData());
    }

    private static List<String> names(MessageType message) {
        return message.getFields().stream().map(Object::toString).toList();
    }
}
