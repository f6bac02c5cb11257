// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.write;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.arrow.internal.meta.ArrowMetadata;
import io.forebay.spi.PartFormat;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Parts as Arrow IPC files, each batch one record batch. Stateless. */
public final class ArrowParts implements PartFormat {
    @Override
    public String extension() {
        return "arrow";
    }

    @Override
    public void requireWritable(Schema schema) {
        for (Field field : schema.getFields()) {
            if (field.getDictionary() != null) {
                throw ForebayException.unsupported(
                        "columns must not be encoded with a dictionary to be written: column=" + field.getName());
            }
        }
    }

    @Override
    public Encoder start(Schema schema, OutputStream out) throws IOException {
        IpcOutput output = new IpcOutput(out, schema);
        output.startFile();
        return new FileEncoder(output);
    }

    @Override
    public Content read(RangeReader file, Schema schema) {
        ArrowMetadata metadata = ArrowMetadata.read(file);
        if (!metadata.schema().getFields().equals(schema.getFields())) {
            throw ForebayException.usage("a resumed run must write the columns of the parts that are there: columns="
                    + schema.getFields() + ", part=" + metadata.schema().getFields());
        }
        long rows = 0;
        for (var batch : metadata.batches()) {
            rows += batch.rows();
        }
        return new Content(rows, metadata.notes());
    }

    /** Writes one file. */
    private record FileEncoder(IpcOutput output) implements Encoder {
        @Override
        public void write(Batch batch) throws IOException {
            output.batch(batch.columns(), batch.rows());
        }

        @Override
        public void finish(Map<String, String> notes) throws IOException {
            output.finishFile(notes);
        }

        @Override
        public void close() {} // holds nothing
    }
}
