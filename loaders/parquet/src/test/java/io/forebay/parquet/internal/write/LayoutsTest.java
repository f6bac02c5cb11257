// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Sink;
import io.forebay.parquet.ParquetSink;
import io.forebay.testkit.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strings and binary are written the same whatever layout they have. */
class LayoutsTest {
    private static final List<String> WORDS =
            List.of("", "twelve bytes", "thirteen byte", "a word of many bytes", "short");
    private static final Schema SCHEMA = new Schema(
            List.of(Field.nullable("text", new ArrowType.Utf8()), Field.nullable("bytes", new ArrowType.Binary())));

    @TempDir
    Path parent;

    @Test
    void stringsAndBinaryOfAnyLayoutAreWritten() throws IOException {
        try (Forebay forebay = Forebay.builder().threads(1).build()) {
            Path folder = parent.resolve("plain");
            try (Sink.Writer writer = ParquetSink.at(folder).open(forebay, SCHEMA, false)) {
                write(forebay, writer);
                writer.finish();
            }
            Dataset plain = forebay.dataset(folder.toString());
            requireWritten(
                    plain.layout("text", new ArrowType.LargeUtf8()).layout("bytes", new ArrowType.LargeBinary()),
                    plain);
            requireWritten(
                    plain.layout("text", new ArrowType.Utf8View()).layout("bytes", new ArrowType.BinaryView()), plain);
        }
    }

    private static void write(Forebay forebay, Sink.Writer writer) {
        try (BufferAllocator allocator = forebay.newAllocator("test")) {
            VarCharVector text = new VarCharVector(SCHEMA.getFields().get(0), allocator);
            VarBinaryVector bytes = new VarBinaryVector(SCHEMA.getFields().get(1), allocator);
            for (int row = 0; row < WORDS.size(); row++) {
                text.setSafe(row, WORDS.get(row).getBytes(StandardCharsets.UTF_8));
                bytes.setSafe(row, WORDS.get(row).getBytes(StandardCharsets.UTF_8));
            }
            int rows = WORDS.size() + 1; // the last one is null
            text.setValueCount(rows);
            bytes.setValueCount(rows);
            Checkpoint reached = new Checkpoint.Sequential("sha256:test", 0, 1, rows, rows, null);
            try (Batch batch = new Batch(SCHEMA, List.of(text, bytes), rows, 0, reached)) {
                writer.write(batch);
            }
        }
    }

    private void requireWritten(Dataset dataset, Dataset plain) throws IOException {
        Path folder =
                parent.resolve(dataset.schema().findField("text").getType().toString());
        try (BatchStream stream = dataset.stream();
                Sink.Writer writer = ParquetSink.at(folder).open(dataset.context(), dataset.schema(), false)) {
            for (Batch batch : stream) {
                try (batch) {
                    writer.write(batch);
                }
            }
            writer.finish();
        }
        Dataset again = dataset.context().dataset(folder.toString());
        assertThat(again.schema()).isEqualTo(plain.schema());
        assertThat(JsonText.of(again)).isEqualTo(JsonText.of(plain));
    }
}
