// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.BadRows;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TypeNames;
import io.forebay.arrow.internal.write.IpcOutput;
import io.forebay.testkit.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IPC files and streams: dictionaries, views, compression, mapping, and how much of a file is read. */
class ArrowFormatTest {
    private static final Field ID = new Field("id", FieldType.nullable(new ArrowType.Int(64, true)), List.of());
    private static final Field TEXT = new Field("text", FieldType.nullable(ArrowType.Utf8.INSTANCE), List.of());

    private static final Field TAIL = new Field("tail", FieldType.nullable(ArrowType.Utf8.INSTANCE), List.of());

    /** A column of 8-bit indices into dictionary 7. */
    private static final Field ENCODED = new Field(
            "text",
            new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(7, false, new ArrowType.Int(8, true))),
            List.of());

    private static final Field INDICES = new Field("text", FieldType.nullable(new ArrowType.Int(8, true)), List.of());

    @TempDir
    Path folder;

    private Forebay forebay;
    private BufferAllocator allocator;

    @BeforeEach
    void open() {
        forebay = Forebay.builder()
                .memoryLimit("16MiB")
                .threads(2)
                .trackAllocations(true)
                .build();
        allocator = forebay.newAllocator("test");
    }

    @AfterEach
    void nothingLeaks() {
        allocator.close();
        forebay.close();
    }

    @Test
    void aDictionaryInAStreamGrowsAndIsReplaced() throws IOException {
        Path file = write("a.arrows", new Schema(List.of(ENCODED)), output -> {
            output.startStream();
            dictionary(output, false, "a", null, "b");
            indices(output, 0L, 1L, 2L, null);
            dictionary(output, true, "c", "d");
            indices(output, 3L, 0L, 4L);
            dictionary(output, false, "x");
            indices(output, 0L);
            output.finishStream();
        });
        assertThat(TypeNames.of(dataset(file).schema().getFields().get(0))).isEqualTo("utf8");
        assertThat(texts(dataset(file).batchRows(3))).containsExactly("a", null, "b", null, "c", "a", "d", "x");
        assertThat(texts(dataset(file).shard(1, 2))).containsExactly("c", "a", "d", "x");
    }

    @Test
    void aDictionaryInAFileGrowsAndIsNotReplaced() throws IOException {
        Schema schema = new Schema(List.of(ENCODED));
        Path grown = write("grown.arrow", schema, output -> {
            output.startFile();
            dictionary(output, false, "a");
            indices(output, 1L, 0L);
            dictionary(output, true, "b");
            indices(output, 1L);
            output.finishFile(Map.of());
        });
        assertThat(texts(dataset(grown))).containsExactly("b", "a", "b");
        Path replaced = write("replaced.arrow", schema, output -> {
            output.startFile();
            dictionary(output, false, "a");
            dictionary(output, false, "b");
            indices(output, 0L);
            output.finishFile(Map.of());
        });
        assertCorrupt(() -> dataset(replaced), "a file's dictionary may be extended but not replaced: id=7");
    }

    @Test
    void anIndexOutsideTheDictionaryIsCorrupt() throws IOException {
        Path file = write("a.arrows", new Schema(List.of(ENCODED)), output -> {
            output.startStream();
            dictionary(output, false, "a", "b");
            indices(output, 0L, 1L);
            indices(output, 0L, 2L);
            output.finishStream();
        });
        assertCorrupt(
                () -> texts(dataset(file)),
                "an index must lie within its dictionary: index=2, values=2 [at " + file
                        + ", row group 1, column text, row 0]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 12, 128})
    void indicesOfNoIntegersWidthAreCorrupt(int bits) throws IOException {
        DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(bits, true));
        Field encoded = new Field("text", new FieldType(true, ArrowType.Utf8.INSTANCE, encoding), List.of());
        Path file = write("a.arrows", new Schema(List.of(encoded)), output -> {
            output.startStream();
            dictionary(output, false, "a", "b");
            indices(output, 0L, 1L);
            output.finishStream();
        });
        assertCorrupt(() -> texts(dataset(file)), "type=Int(" + bits + ", true)");
    }

    @Test
    void aColumnWithoutANameHasAnEmptyOne() throws IOException {
        Field nameless = new Field(null, TEXT.getFieldType(), List.of());
        Path file = write("a.arrows", new Schema(List.of(nameless)), output -> {
            output.startStream();
            try (FieldVector vector = Vectors.of(TEXT, allocator, "a", "b")) {
                output.batch(List.of(vector), 2);
            }
            output.finishStream();
        });
        assertThat(dataset(file).schema().getFields().get(0).getName()).isEmpty();
        try (BatchStream stream = dataset(file).stream();
                Batch batch = stream.next()) {
            assertThat(batch.columns().get(0).getObject(1)).hasToString("b");
        }
    }

    @Test
    void viewsBecomeStrings() throws IOException {
        String longer = "a string of more than twelve bytes, of which there are two";
        Field views = new Field("text", FieldType.nullable(ArrowType.Utf8View.INSTANCE), List.of());
        Path file = write("a.arrow", new Schema(List.of(ID, views, TAIL)), output -> {
            output.startFile();
            try (FieldVector id = Vectors.of(ID, allocator, 1L, 2L, 3L, 4L);
                    FieldVector text = Vectors.of(TAIL, allocator, "a", "b", "c", "d")) {
                views(output, id, text, "short", null, longer, "\u00fc");
            }
            output.finishFile(Map.of());
        });
        for (boolean mapped : new boolean[] {false, true}) {
            try (Forebay context = Forebay.builder().mapFiles(mapped).build()) {
                Dataset dataset = context.dataset(file.toString());
                assertThat(texts(dataset)).containsExactly("short", null, longer, "\u00fc");
                assertThat(texts(dataset.select("text").batchRows(2))).containsExactly("short", null, longer, "\u00fc");
                assertThat(bytesRead(dataset.select("tail"))).isEqualTo(1 + 5 * 4 + 4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ZSTD", "LZ4_FRAME"})
    void compressedBuffersAreReadAPartAtATime(CodecType codec) throws IOException {
        int rows = 20_000;
        Object[] ids = LongStream.range(0, rows).boxed().toArray();
        Object[] texts = IntStream.range(0, rows)
                .mapToObj(row -> row % 5 == 0 ? null : "row " + row % 97)
                .toArray();
        Path file = compressed(new BodyCompressor(codec), ids, texts);
        assertThat(Files.size(file)).isLessThan(rows * 8L);
        Dataset dataset = dataset(file).batchRows(1000).threads(1);
        assertThat(texts(dataset)).isEqualTo(Arrays.asList(texts));
        try (BatchStream stream = dataset.stream()) {
            assertThat(Vectors.ids(stream)).isEqualTo(Arrays.asList(ids));
            assertThat(stream.progress().peakBytes()).isLessThan(2 << 20);
        }
        assertThat(Vectors.ids(dataset(file).shard(2, 3).stream()).get(0)).isEqualTo(rows * 2L / 3);
    }

    /** What does not decompress costs all rows behind it, and no search for them. */
    @ParameterizedTest
    @EnumSource(names = {"ZSTD", "LZ4_FRAME"})
    void aBrokenBufferCostsAllRowsBehindTheDamage(CodecType codec) throws IOException {
        int rows = 4000;
        Object[] ids = LongStream.range(0, rows).boxed().toArray();
        Path file = compressed(new Halving(new BodyCompressor(codec)), ids, new Object[rows]);
        Dataset dataset = dataset(file).select("id").badRows(BadRows.mask().atMostShare(1));
        for (int batchRows : List.of(rows, 999)) {
            List<Object> valid = new ArrayList<>();
            try (BatchStream stream = dataset.batchRows(batchRows).stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        for (int row = 0; row < batch.rows(); row++) {
                            if (batch.isValid(row)) {
                                valid.add(((BigIntVector) batch.column("id")).getObject(row));
                            }
                        }
                    }
                }
                assertThat(stream.progress().bytesRead()).isLessThan(20 * Files.size(file));
                assertThat(stream.progress().badRows()).isEqualTo(rows / 2);
            }
            assertThat(valid).isEqualTo(Arrays.asList(ids).subList(0, rows / 2));
        }
    }

    @Test
    void aBrokenDictionaryCostsAllRows() throws IOException {
        int rows = 1000;
        Path file = write("a.arrow", new Schema(List.of(ENCODED)), output -> {
            output.startFile();
            dictionary(output, false, "first", "second");
            indices(output, LongStream.range(0, rows).mapToObj(row -> row % 2).toArray());
            output.finishFile(Map.of());
        });
        byte[] bytes = Files.readAllBytes(file);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("second")] = (byte) 0xff;
        Files.write(file, bytes);
        try (BatchStream stream = dataset(file).badRows(BadRows.mask().atMostShare(1)).batchRows(300).stream()) {
            stream.forEach(Batch::close);
            assertThat(stream.progress().badRows()).isEqualTo(rows);
            assertThat(stream.progress().bytesRead()).isLessThan(1000);
        }
    }

    /** Compresses one half of each buffer, and says that it was all. */
    private record Halving(BodyCompressor half) implements CompressionCodec {
        @Override
        public ArrowBuf compress(BufferAllocator allocator, ArrowBuf buffer) {
            long bytes = buffer.readableBytes();
            buffer.writerIndex(bytes / 2);
            ArrowBuf compressed = half.compress(allocator, buffer);
            if (bytes > 0) {
                compressed.setLong(0, bytes);
            }
            return compressed;
        }

        @Override
        public ArrowBuf decompress(BufferAllocator allocator, ArrowBuf compressed) {
            return half.decompress(allocator, compressed);
        }

        @Override
        public CodecType getCodecType() {
            return half.getCodecType();
        }
    }

    @Test
    void onlyWantedColumnsAreRead() throws IOException {
        int rows = 100_000;
        Path file = counting(rows);
        long all = bytesRead(dataset(file));
        assertThat(bytesRead(dataset(file).select("id"))).isEqualTo(8L * rows + rows / 8);
        assertThat(all).isGreaterThan(12L * rows);
        assertThat(bytesRead(dataset(file).select("id").shard(9, 10))).isLessThan(8L * rows / 9);
    }

    @Test
    void aBatchLargerThanTheBudgetIsReadWithinIt() throws IOException {
        Path file = counting(1_000_000);
        assertThat(Files.size(file)).isGreaterThan(18 << 20);
        try (Forebay small = Forebay.builder().memoryLimit("2MiB").build()) {
            try (BatchStream stream = small.dataset(file.toString()).stream()) {
                assertThat(Vectors.ids(stream)).hasSize(1_000_000);
                assertThat(stream.progress().peakBytes()).isLessThan(2 << 20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8192, 1000, 13})
    void mappedColumnsAreTheFilesOwnBytes(int batchRows) throws IOException {
        Path file = counting(30_000);
        Batch last = null;
        try (Forebay mapping =
                Forebay.builder().mapFiles(true).trackAllocations(true).build()) {
            try (BatchStream stream = mapping.dataset(file.toString()).batchRows(batchRows).stream()) {
                long row = 0;
                for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                    ArrowBuf ids = batch.column("id").getDataBuffer();
                    assertThat(ids.getReferenceManager().getAccountedSize()).isZero();
                    assertThat(ids.getLong(0)).isEqualTo(row);
                    row += batch.rows();
                    if (last != null) {
                        last.close();
                    }
                    last = batch;
                }
                assertThat(row).isEqualTo(30_000);
            }
            assertThat(last.column("id").getObject(last.rows() - 1)).isEqualTo(29_999L); // outlives its stream
            assertThat(mapping.memory().usedBytes()).isPositive();
            last.close();
            assertThat(mapping.memory().usedBytes()).isZero();
        }
    }

    @Test
    void whatIsNotReadIsRefusedByName() throws IOException {
        Path feather = folder.resolve("a.feather");
        Files.write(feather, "FEA1 and more of it".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> dataset(feather))
                .hasMessage("Feather files are read from version 2 on: version=1 [at " + feather + "]");
        Field child = new Field("item", FieldType.nullable(new ArrowType.Int(32, true)), List.of());
        Field listView = new Field("views", FieldType.nullable(ArrowType.ListView.INSTANCE), List.of(child));
        Path file = write("a.arrow", new Schema(List.of(listView)), output -> {
            output.startFile();
            output.finishFile(Map.of());
        });
        assertThat(dataset(file).rows()).isZero();
    }

    @Test
    void streamsMayEndWithoutTheirMarkButNotWithinAMessage() throws IOException {
        Path whole = write("a.arrows", new Schema(List.of(ID)), output -> {
            output.startStream();
            try (FieldVector ids = Vectors.of(ID, allocator, 1L, 2L, 3L)) {
                output.batch(List.of(ids), 3);
            }
        });
        assertThat(Vectors.ids(dataset(whole).stream())).containsExactly(1L, 2L, 3L);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut.arrows");
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 8));
        assertCorrupt(() -> dataset(cut), "a message's body must lie within the file");
    }

    /** A file of one batch of the columns {@code id}, which counts, and {@code text}. */
    private Path compressed(CompressionCodec codec, Object[] idValues, Object[] textValues) throws IOException {
        return write("a.arrow", new Schema(List.of(ID, TEXT)), output -> {
            output.startFile();
            try (FieldVector id = Vectors.of(ID, allocator, idValues);
                    FieldVector text = Vectors.of(TEXT, allocator, textValues)) {
                VectorSchemaRoot root =
                        new VectorSchemaRoot(new Schema(List.of(ID, TEXT)), List.of(id, text), idValues.length);
                try (ArrowRecordBatch batch = new VectorUnloader(root, true, codec, true).getRecordBatch()) {
                    output.batch(batch);
                }
            }
            output.finishFile(Map.of());
        });
    }

    private Path counting(int rows) throws IOException {
        try (Forebay roomy = Forebay.builder().memoryLimit("128MiB").build();
                BufferAllocator own = roomy.newAllocator("test");
                FieldVector id =
                        Vectors.of(ID, own, LongStream.range(0, rows).boxed().toArray());
                FieldVector text = Vectors.of(
                        TEXT,
                        own,
                        IntStream.range(0, rows)
                                .mapToObj(row -> "text" + row % 1000)
                                .toArray())) {
            return write("counting.arrow", new Schema(List.of(ID, TEXT)), output -> {
                output.startFile();
                output.batch(List.of(id, text), rows);
                output.finishFile(Map.of());
            });
        }
    }

    private interface Writing {
        void to(IpcOutput output) throws IOException;
    }

    private Path write(String name, Schema schema, Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writing.to(new IpcOutput(bytes, schema));
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }

    private void dictionary(IpcOutput output, boolean isDelta, Object... values) throws IOException {
        try (FieldVector vector = Vectors.of(TEXT, allocator, values)) {
            VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector));
            root.setRowCount(values.length);
            try (ArrowDictionaryBatch batch =
                    new ArrowDictionaryBatch(7, new VectorUnloader(root).getRecordBatch(), isDelta)) {
                output.dictionary(batch);
            }
        }
    }

    private void indices(IpcOutput output, Object... indices) throws IOException {
        try (FieldVector vector = Vectors.of(INDICES, allocator, indices)) {
            output.batch(List.of(vector), indices.length);
        }
    }

    /** Writes a batch whose middle column is of views; long values lie in two buffers. */
    private void views(IpcOutput output, FieldVector first, FieldVector last, String... values) throws IOException {
        int rows = values.length;
        try (ArrowBuf validity = allocator.buffer(8);
                ArrowBuf views = allocator.buffer(16L * rows);
                ArrowBuf unused = allocator.buffer(8);
                ArrowBuf data = allocator.buffer(1024)) {
            validity.setZero(0, 8);
            views.setZero(0, 16L * rows);
            int end = 3;
            int nulls = 0;
            for (int row = 0; row < rows; row++) {
                if (values[row] == null) {
                    nulls++;
                    continue;
                }
                validity.setByte(0, validity.getByte(0) | 1 << row);
                byte[] bytes = values[row].getBytes(StandardCharsets.UTF_8);
                views.setInt(16L * row, bytes.length);
                if (bytes.length <= 12) {
                    views.setBytes(16L * row + 4, bytes);
                } else {
                    views.setBytes(16L * row + 4, ByteBuffer.wrap(bytes, 0, 4));
                    views.setInt(16L * row + 8, 1);
                    views.setInt(16L * row + 12, end);
                    data.setBytes(end, bytes);
                    end += bytes.length;
                }
            }
            validity.writerIndex(1);
            views.writerIndex(16L * rows);
            unused.writerIndex(8);
            data.writerIndex(end);
            List<ArrowFieldNode> nodes =
                    List.of(new ArrowFieldNode(rows, 0), new ArrowFieldNode(rows, nulls), new ArrowFieldNode(rows, 0));
            List<ArrowBuf> buffers = new ArrayList<>(first.getFieldBuffers());
            buffers.addAll(List.of(validity, views, unused, data));
            buffers.addAll(last.getFieldBuffers());
            try (ArrowRecordBatch batch = new ArrowRecordBatch(
                    rows, nodes, buffers, NoCompressionCodec.DEFAULT_BODY_COMPRESSION, List.of(2L), true, true)) {
                output.batch(batch);
            }
        }
    }

    private Dataset dataset(Path file) {
        return forebay.dataset(file.toString());
    }

    private static List<String> texts(Dataset dataset) {
        List<String> texts = new ArrayList<>();
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    for (int row = 0; row < batch.rows(); row++) {
                        Object text = batch.column("text").getObject(row);
                        texts.add(text == null ? null : text.toString());
                    }
                }
            }
        }
        return texts;
    }

    private static long bytesRead(Dataset dataset) {
        try (BatchStream stream = dataset.stream()) {
            stream.forEach(Batch::close);
            return stream.progress().bytesRead();
        }
    }

    private static void assertCorrupt(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.CORRUPT))
                .hasMessageContaining(message);
    }
}
