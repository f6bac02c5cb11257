// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Sink;
import io.forebay.arrow.internal.write.IpcOutput;
import io.forebay.testkit.Vectors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts in the Arrow format appear whole, say what they stand for, and are gone on from. */
class ArrowSinkTest {
    private static final int ROWS = 1_000;

    @TempDir
    Path folder;

    private final Forebay forebay = Forebay.builder().mapFiles(true).build();
    private Dataset source;
    private Sink sink;

    @BeforeEach
    void writeTheSource() throws IOException {
        Field id = new Field("id", FieldType.nullable(new ArrowType.Int(64, true)), List.of());
        Path file = folder.resolve("source.arrow");
        try (BufferAllocator allocator = forebay.newAllocator("test");
                OutputStream out = Files.newOutputStream(file);
                FieldVector ids = Vectors.of(
                        id, allocator, LongStream.range(0, ROWS).boxed().toArray())) {
            IpcOutput output = new IpcOutput(out, new Schema(List.of(id)));
            output.startFile();
            output.batch(List.of(ids), ROWS);
            output.finishFile(Map.of());
        }
        source = forebay.dataset(file.toString()).batchRows(30);
        sink = ArrowSink.at(folder.resolve("out")).partRows(120);
    }

    @AfterEach
    void nothingLeaks() {
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
    }

    @Test
    void whatIsWrittenInTwoRunsIsReadBackAsOne() {
        write(source.schema(), false, 7); // one part of 120 rows; the rest is not committed
        Checkpoint committed;
        try (Sink.Writer writer = sink.open(forebay, source.schema(), true)) {
            committed = writer.committed();
            assertThat(writer.parts()).isEqualTo(1);
            assertThat(committed.nextRow()).isEqualTo(120);
            try (BatchStream rest = source.stream(committed)) {
                for (Batch batch : rest) {
                    try (batch) {
                        writer.write(batch);
                    }
                }
            }
            writer.finish();
        }
        assertThat(folder.resolve("out").toFile().list()).contains("_SUCCESS", "part-0.arrow", "part-960.arrow");
        List<Long> ids = Vectors.ids(forebay.dataset(folder.resolve("out").toString()).stream());
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, ROWS).boxed().toList());
    }

    @Test
    void otherColumnsOrNotesAreRefused() {
        write(source.schema(), false, 4);
        Schema noted = new Schema(source.schema().getFields(), Map.of("model", "another"));
        assertThatThrownBy(() -> sink.open(forebay, noted, true))
                .hasMessageContaining("a resumed run must have the same model as the parts that are there")
                .hasMessageContaining("part-0.arrow");
        assertThatThrownBy(() -> sink.open(forebay, new Schema(List.of()), true))
                .hasMessageContaining("a resumed run must write the columns of the parts that are there");
    }

    /** Writes so many batches and closes the writer without finishing. */
    private void write(Schema schema, boolean resume, int batches) {
        try (Sink.Writer writer = sink.open(forebay, schema, resume);
                BatchStream stream = source.stream()) {
            for (int i = 0; i < batches; i++) {
                try (Batch batch = stream.next()) {
                    writer.write(batch);
                }
            }
        }
    }
}
