// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Standard output as bytes, with its failures, and JSON on it. */
final class Output {
    private static final int BUFFER_BYTES = 64 << 10;

    private Output() {}

    /** A buffered stream to standard output, which the caller flushes. */
    static OutputStream standard() {
        return new BufferedOutputStream(new StandardOutput(), BUFFER_BYTES);
    }

    /** Standard output, whose failures say so. */
    private static final class StandardOutput extends FileOutputStream {
        StandardOutput() {
            super(FileDescriptor.out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                super.write(bytes, from, count);
            } catch (IOException e) {
                throw new IOException("standard output must be writable: " + e.getMessage(), e);
            }
        }
    }

    /** True when the reader of our output has gone, which is its good right. */
    static boolean isBrokenPipe(Exception failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
    }

    /** Something that writes one JSON value. */
    interface JsonWriter {
        void write(JsonGenerator json) throws IOException;
    }

    /** Prints one JSON value and a line end. */
    static void printJson(JsonWriter writer) throws IOException {
        OutputStream out = standard();
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(out)) {
            writer.write(json);
        }
        out.write('\n');
        out.flush();
    }

    /** Writes a profile's value; numbers that JSON does not have become strings. */
    static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof BigInteger number) {
            json.writeNumber(number);
        } else if (value instanceof Float number && Float.isFinite(number)) {
            json.writeNumber(number);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            json.writeNumber(number);
        } else {
            json.writeString(value.toString());
        }
    }
}
