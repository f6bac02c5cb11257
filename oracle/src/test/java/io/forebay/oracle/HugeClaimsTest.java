// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.oracle.parquet.RawColumnFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sizes and counts at the ends of 32 and 64 bits, in files that are holes for the most part. */
@Timeout(60)
class HugeClaimsTest {
    /** With a page header before it, more than 31 bits. */
    private static final int HUGE_BYTES = Integer.MAX_VALUE - 7;

    @TempDir
    Path folder;

    private Forebay forebay;

    @BeforeEach
    void open() {
        forebay = Forebay.builder().memoryLimit("64MiB").threads(1).build();
    }

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void pagesBeyondTheBudgetAreRefused() throws IOException {
        int values = HUGE_BYTES / Integer.BYTES;
        requireRefused(file(Type.BYTE_ARRAY).hugePageV1(values, HUGE_BYTES).write(path(), values), Kind.LIMIT);
    }

    @Test
    void plainPagesBeyondTheBudgetAreReadInPieces() throws IOException {
        int values = HUGE_BYTES / Integer.BYTES;
        Path path = file(Type.INT32).hugePageV1(values, HUGE_BYTES).write(path(), values);
        try (BatchStream stream = forebay.dataset(path.toString()).batchRows(1 << 20).stream()) {
            stream.forEach(Batch::close);
            assertThat(stream.progress().rows()).isEqualTo(values);
        }
    }

    @Test
    void indexPagesOfAnySizeArePassedOver() throws IOException {
        requireRefused(file(Type.INT32).hugeIndexPage(HUGE_BYTES).write(path(), 5), Kind.CORRUPT);
    }

    @Test
    void rowsOfAllRowGroupsFit64Bits() throws IOException {
        Path path = file(Type.INT32)
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, new byte[Integer.BYTES])
                .write(path(), 1L << 62, 2);
        requireRefused(path, Kind.CORRUPT);
    }

    @Test
    void footersOfAnyLengthAreRefusedOrRead() throws IOException {
        for (int footerBytes : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 1 << 30}) {
            requireRefused(footer(Integer.MAX_VALUE + 100L, footerBytes), Kind.LIMIT);
        }
    }

    @Test
    void footersOfMoreObjectsThanTheHeapHoldsAreRefused() throws IOException {
        int elements = Math.toIntExact(Runtime.getRuntime().maxMemory() / 512 + 1);
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        start.write(new byte[] {0x15, 2, 0x19, (byte) 0xFC}); // version 1; the schema, a long list of structs
        for (int left = elements; left > 0; left >>>= 7) {
            start.write(left >>> 7 == 0 ? left : (left & 0x7F) | 0x80);
        }
        int footerBytes = elements + start.size();
        requireRefused(footer(footerBytes + 4L, footerBytes, start.toByteArray()), Kind.LIMIT);
    }

    /** A file that is a hole up to {@code tailOffset}, but for what the footer starts with. */
    private Path footer(long tailOffset, int footerBytes, byte... start) throws IOException {
        Set<StandardOpenOption> fresh =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try (FileChannel file = FileChannel.open(path(), fresh)) {
            ByteBuffer tail = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(footerBytes)
                    .put(new byte[] {'P', 'A', 'R', '1'})
                    .flip();
            file.write(tail, tailOffset);
            file.write(ByteBuffer.wrap(start), tailOffset - footerBytes);
        }
        return path();
    }

    /** Nothing in the file bounds the rows of such a column, so its reader must be able to stop. */
    @Test
    void columnsOfNothingButNullsComeInBatches() throws IOException {
        SchemaElement column = column(Type.INT32, FieldRepetitionType.OPTIONAL);
        column.setLogicalType(LogicalType.UNKNOWN(new NullType()));
        Path path = new RawColumnFile(column, CompressionCodec.UNCOMPRESSED).write(path(), 1L << 40);
        Dataset dataset = forebay.dataset(path.toString());
        try (BatchStream stream = dataset.stream();
                Batch batch = stream.next()) {
            assertThat(dataset.rows()).isEqualTo(1L << 40);
            assertThat(batch.rows()).isEqualTo(8192);
        }
    }

    private void requireRefused(Path path, Kind kind) {
        assertThatExceptionOfType(ForebayException.class)
                .isThrownBy(() -> {
                    try (BatchStream stream = forebay.dataset(path.toString()).stream()) {
                        for (Batch batch : stream) {
                            batch.close();
                        }
                    }
                })
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind))
                .satisfies(Corpora::requireMeant);
    }

    private Path path() {
        return folder.resolve("test.parquet");
    }

    private static RawColumnFile file(Type type) {
        return new RawColumnFile(column(type, FieldRepetitionType.REQUIRED), CompressionCodec.UNCOMPRESSED);
    }

    private static SchemaElement column(Type type, FieldRepetitionType repetition) {
        SchemaElement column = new SchemaElement("a");
        column.setType(type);
        column.setRepetition_type(repetition);
        return column;
    }
}
