// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.arrow.internal.write.IpcOutput;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes batches as an Arrow IPC stream, which other languages read, each batch as one record batch. One thread at a time; the stream
 * below stays the caller's.
 */
public final class ArrowStreamWriter {
    private final IpcOutput output;
    private final Schema schema;

    /** Starts a stream of batches of {@code schema}. */
    public ArrowStreamWriter(Schema schema, OutputStream out) throws IOException {
        this.schema = schema;
        this.output = new IpcOutput(out, schema);
        output.startStream();
    }

    /** Writes a batch, which stays the caller's. */
    public void write(Batch batch) throws IOException {
        if (!batch.schema().getFields().equals(schema.getFields())) {
            throw ForebayException.usage("a batch must have the columns of its stream: columns="
                    + batch.schema().getFields() + ", stream=" + schema.getFields());
        }
        output.batch(batch.columns(), batch.rows());
    }

    /** Writes the mark that tells readers that the stream is complete. */
    public void finish() throws IOException {
        output.finishStream();
    }
}
