// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.oracle.parquet.RawColumnFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas that no table has: refused by name, and no further than they reach. */
class SchemasTest {
    @TempDir
    Path folder;

    private Forebay forebay;

    @BeforeEach
    void open() {
        forebay = Forebay.builder().memoryLimit("64MiB").threads(1).build();
    }

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void aFileNeedsAColumn() throws IOException {
        Path path = write();
        requireUnsupported(() -> forebay.dataset(path.toString()).schema(), "a file without columns is not read");
    }

    @Test
    void columnsOfOneNameAreNotReadAndOthersAre() throws IOException {
        Path path = write("a", "a", "b");
        requireUnsupported(
                () -> Columns.read(forebay.dataset(path.toString()).select("a"), 1),
                "columns must have different names");
        Columns.read(forebay.dataset(path.toString()).select("b"), 1).requireEqual("b", List.of(7L));
    }

    private static void requireUnsupported(ThrowingCallable read, String rule) {
        assertThatExceptionOfType(ForebayException.class)
                .isThrownBy(read)
                .withMessageContaining(rule)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED));
    }

    /** A file of these columns, each with one row: 7. */
    private Path write(String... names) throws IOException {
        SchemaElement column = new SchemaElement("any");
        column.setType(Type.INT32);
        column.setRepetition_type(FieldRepetitionType.REQUIRED);
        return new RawColumnFile(column, CompressionCodec.UNCOMPRESSED)
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, (byte) 7, (byte) 0, (byte) 0, (byte) 0)
                .named(names)
                .write(folder.resolve("test.parquet"), 1);
    }
}
