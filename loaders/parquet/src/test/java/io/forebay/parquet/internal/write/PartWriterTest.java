// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Sink;
import io.forebay.parquet.ParquetSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder has one writer at a time, in any process, and what it shows is whole or says that it is not. */
class PartWriterTest {
    private static final Schema SCHEMA = new Schema(List.of(Field.notNullable("row", new ArrowType.Int(64, true))));
    private static final int PART_ROWS = 10;

    private final Forebay forebay = Forebay.open();

    @TempDir
    Path parent;

    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = parent.resolve("out");
    }

    @AfterEach
    void nothingLeaks() {
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
    }

    @Test
    void aSecondWriterIsRefusedAsLongAsTheFirstIsOpen() throws Exception {
        try (Sink.Writer first = open(false)) {
            assertInUse();
            assertInUse();
            assertThat(openedByAnotherProcess()).as("another process").isFalse();
            writePart(first, 0);
            assertThat(openedByAnotherProcess()).as("another process, later").isFalse();
        }
        assertThat(openedByAnotherProcess()).as("once closed").isTrue();
        assertThat(folder.toFile().list()).containsExactly("part-0.parquet");
    }

    @Test
    void closingTwiceTakesNothingFromTheNextWriter() {
        Sink.Writer first = open(false);
        first.close();
        try (Sink.Writer second = open(false)) {
            first.close();
            assertInUse();
            writePart(second, 0);
        }
    }

    @Test
    void aResumedWriterGoesOnAfterWhatIsCommitted() {
        writeParts(false, 0, 10, 20);
        try (Sink.Writer writer = open(true)) {
            assertThat(Objects.requireNonNull(writer.committed()).nextRow()).isEqualTo(30);
            assertThat(writer.parts()).isEqualTo(3);
        }
    }

    @Test
    void aPartThatIsGoneIsNoticed() throws IOException {
        writeParts(false, 0, 10, 20);
        Files.delete(folder.resolve("part-0.parquet"));
        assertThatThrownBy(() -> open(true))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.CORRUPT))
                .hasMessageContaining("rows=20, checkpoint=30");
    }

    @Test
    void aGapBetweenPartsIsNoticed() throws IOException {
        writeParts(false, 0, 10, 20);
        Files.delete(folder.resolve("part-10.parquet"));
        assertThatThrownBy(() -> open(true)).hasMessageContaining("firstRow=20, expected=10");
    }

    @Test
    void outputThatGrowsIsNotComplete() {
        writeParts(false, 0);
        assertThat(folder.resolve("_SUCCESS")).exists();
        try (Sink.Writer writer = open(true)) {
            assertThat(folder.resolve("_SUCCESS")).exists();
            writePart(writer, 10);
            assertThat(folder.resolve("_SUCCESS")).doesNotExist();
        }
        assertThat(folder.resolve("_SUCCESS")).doesNotExist();
        writeParts(true, 20);
        assertThat(folder.resolve("_SUCCESS")).exists();
    }

    @Test
    void outputIsAFolder() throws IOException {
        Files.writeString(folder, "a file");
        assertThatThrownBy(() -> open(false))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.USAGE))
                .hasMessageStartingWith("output must be a folder, or absent");
    }

    private void assertInUse() {
        assertThatThrownBy(() -> open(true)).hasMessageStartingWith("output folder must not be in use by another run");
    }

    /** Writes full parts that start at these rows, and marks them as complete. */
    private void writeParts(boolean resume, long... firstRows) {
        try (Sink.Writer writer = open(resume)) {
            for (long firstRow : firstRows) {
                writePart(writer, firstRow);
            }
            writer.finish();
        }
    }

    private Sink.Writer open(boolean resume) {
        return ParquetSink.at(folder).partRows(PART_ROWS).open(forebay, SCHEMA, resume);
    }

    private void writePart(Sink.Writer writer, long firstRow) {
        try (BufferAllocator allocator = forebay.newAllocator("test")) {
            BigIntVector vector = new BigIntVector(SCHEMA.getFields().get(0), allocator);
            for (int i = 0; i < PART_ROWS; i++) {
                vector.setSafe(i, firstRow + i);
            }
            vector.setValueCount(PART_ROWS);
            long end = firstRow + PART_ROWS;
            Checkpoint reached = new Checkpoint.Sequential("sha256:test", 0, 1, end, end, null);
            try (Batch batch = new Batch(SCHEMA, List.of(vector), PART_ROWS, firstRow, reached)) {
                writer.write(batch);
            }
        }
    }

    private boolean openedByAnotherProcess() throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        folder.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isIn(Opener.OPENED, Opener.IN_USE);
        return status == Opener.OPENED;
    }

    /** Another process, which says by its status whether it could open the folder. */
    static final class Opener {
        static final int OPENED = 10;
        static final int IN_USE = 11;

        private Opener() {}

        public static void main(String[] arguments) {
            System.exit(open(Path.of(arguments[0])));
        }

        private static int open(Path folder) {
            try (Forebay forebay = Forebay.open()) {
                ParquetSink.at(folder).open(forebay, SCHEMA, true).close();
                return OPENED;
            } catch (ForebayException e) {
                return e.getMessage().contains("must not be in use") ? IN_USE : 1;
            }
        }
    }
}
