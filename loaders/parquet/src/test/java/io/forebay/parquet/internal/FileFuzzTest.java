// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.parquet.internal.meta.IndexParser;
import io.forebay.parquet.internal.meta.PageHeaderReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.DisabledForJreRange;

/**
 * Any bytes are read as a file, a footer, a page header or an index, or refused by name. A test run replays the inputs in the
 * resources; to look for more, one method at a time:
 *
 * <pre>JAZZER_FUZZ=1 mvn test -pl loaders/parquet -am -Djazzer.hooks=true -Dtest=FileFuzzTest#file -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
@DisabledForJreRange(minVersion = 25, disabledReason = "Jazzer's agent does not start there")
class FileFuzzTest {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    @FuzzTest
    void file(byte[] bytes) throws IOException {
        scan(bytes);
    }

    /** The bytes as what lies between the column chunks, of which there are none, and the footer's length. */
    @FuzzTest
    void footer(byte[] bytes) throws IOException {
        scan(ByteBuffer.allocate(bytes.length + 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put(bytes)
                .putInt(bytes.length)
                .put(MAGIC)
                .array());
    }

    @FuzzTest
    void pageHeader(byte[] bytes) {
        try {
            PageHeaderReader.Header header = PageHeaderReader.read(ByteBuffer.wrap(bytes), 0, bytes.length);
            assertThat(header.lengthBytes()).isBetween(1, bytes.length);
            assertThat(header.compressedBytes()).isNotNegative();
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @FuzzTest
    void indexes(byte[] bytes) {
        parse(() -> IndexParser.columnIndex(bytes));
        parse(() -> IndexParser.offsetIndex(bytes));
        parse(() -> IndexParser.bloomFilter(bytes));
    }

    /** Parses what it may refuse. */
    @FunctionalInterface
    private interface Parsing {
        Object parse() throws IOException;
    }

    private static void parse(Parsing parsing) {
        try {
            assertThat(parsing.parse()).isNotNull();
        } catch (IOException | ForebayException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void scan(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".parquet");
        try (Forebay forebay = Forebay.builder().memoryLimit("32MiB").threads(1).build()) {
            Files.write(file, bytes);
            try (BatchStream stream = forebay.dataset(file.toString()).stream()) {
                stream.forEach(Batch::close);
            } catch (ForebayException e) {
                assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.UNSUPPORTED, Kind.LIMIT, Kind.USAGE);
                assertThat(e).hasMessageNotContaining("could not be decoded");
            }
        } finally {
            Files.delete(file);
        }
    }
}
