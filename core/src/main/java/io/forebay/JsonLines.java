// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.forebay.internal.text.JsonCells;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.vector.FieldVector;

/**
 * Writes batches as JSON Lines: one object a row. Floats have the shortest form that reads back at their own width, NaN
 * and the infinities are strings; decimals are plain strings, binary is base64, dates and times are ISO-8601. Not
 * thread-safe.
 */
public final class JsonLines implements AutoCloseable {
    private final JsonGenerator json;
    private boolean wroteRows;

    /** Writes to {@code out}, which {@link #close} flushes and leaves open. */
    public JsonLines(OutputStream out) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build()
                .configure(JsonGenerator.Feature.COMBINE_UNICODE_SURROGATES_IN_UTF8, true);
        json = factory.createGenerator(out);
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    /** Writes all rows of a batch, which stays the caller's. */
    public void write(Batch batch) throws IOException {
        for (int row = 0; row < batch.rows(); row++) {
            json.writeStartObject();
            for (FieldVector column : batch.columns()) {
                json.writeFieldName(column.getName());
                JsonCells.write(json, column, row);
            }
            json.writeEndObject();
        }
        wroteRows |= batch.rows() > 0;
    }

    @Override
    public void close() throws IOException {
        if (wroteRows) {
            json.writeRaw('\n');
        }
        json.close();
    }
}
