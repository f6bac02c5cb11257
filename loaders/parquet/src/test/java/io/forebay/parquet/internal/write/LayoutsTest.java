// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.JsonLines;
import io.forebay.Sink;
import io.forebay.parquet.ParquetSink;
import io.forebay.testkit.MemoryTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strings and binary are written the same whatever layout they have. */
class LayoutsTest {
    @TempDir
    Path parent;

    @Test
    void stringsAndBinaryOfAnyLayoutAreWritten() throws IOException {
        MemoryTable table = MemoryTable.of(
                MemoryTable.field("text", new ArrowType.Utf8()), MemoryTable.field("bytes", new ArrowType.Binary()));
        for (String word : List.of("", "twelve bytes", "thirteen byte", "a word of many bytes", "short")) {
            table.unit(new Object[] {word, word.getBytes(StandardCharsets.UTF_8)}, new Object[] {null, null});
        }
        try (Forebay forebay = Forebay.builder().threads(1).build()) {
            Dataset plain = forebay.dataset(table.location());
            requireWritten(plain, plain);
            requireWritten(
                    plain.layout("text", new ArrowType.LargeUtf8()).layout("bytes", new ArrowType.LargeBinary()),
                    plain);
            requireWritten(
                    plain.layout("text", new ArrowType.Utf8View()).layout("bytes", new ArrowType.BinaryView()), plain);
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
        assertThat(json(again)).isEqualTo(json(plain));
    }

    private static String json(Dataset dataset) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (BatchStream batches = dataset.stream();
                JsonLines lines = new JsonLines(text)) {
            for (Batch batch : batches) {
                try (batch) {
                    lines.write(batch);
                }
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
