// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.spi.DataFile;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.PartFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every format promises: rows in order, only what is asked for, from any row on, and damage that ends in an error. A
 * format's own test extends this and says how files come to be.
 */
@Timeout(120)
public abstract class FormatContract {
    /** Rows of each unit but the last, which has fewer. */
    protected static final int UNIT_ROWS = 1_000;

    private static final int UNITS = 7;
    private static final int ROWS = (UNITS - 1) * UNIT_ROWS + 123;
    private static final int DAMAGED_FILES = 400;
    private static final Schema SCHEMA = new Schema(List.of(
            Field.notNullable("id", new ArrowType.Int(64, true)),
            nullable("name", ArrowType.Utf8.INSTANCE),
            nullable("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            nullable("flag", ArrowType.Bool.INSTANCE)));

    private final HeapStorage storage = new HeapStorage();
    private Forebay forebay;
    private BufferAllocator allocator;
    private String location;

    /** The format under test. */
    protected abstract DatasetFormat format();

    /** Starts a file of which each batch of {@link #UNIT_ROWS} rows or fewer becomes a unit. */
    protected abstract PartFormat.Encoder start(Schema schema, OutputStream out) throws IOException;

    private static Field nullable(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), List.of());
    }

    @BeforeEach
    void writeAFile() throws IOException {
        forebay = Forebay.builder()
                .memoryLimit("16MiB")
                .threads(2)
                .storage(storage)
                .trackAllocations(true)
                .build();
        allocator = forebay.newAllocator("test");
        location = storage.put("data." + format().name(), file(ROWS));
    }

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
        assertThat(forebay.memory().usedBytes()).isZero();
        assertThat(storage.openReaders()).isZero();
        forebay.close();
    }

    @Test
    void aFileIsKnownByItsNameAndByItsHead() throws IOException {
        assertThat(format().recognizesName("data." + format().name())).isTrue();
        assertThat(format().recognizesName("data.txt")).isFalse();
        String nameless = storage.put("nameless", file(10));
        assertThat(forebay.dataset(nameless).rows()).isEqualTo(10);
    }

    @Test
    void unitsAndRowsAreThoseOfTheFile() {
        assertThat(dataset().unitCount()).isEqualTo(UNITS);
        assertThat(dataset().rows()).isEqualTo(ROWS);
        assertThat(dataset().schema().getFields()).isEqualTo(SCHEMA.getFields());
    }

    @Test
    void allRowsComeInOrder() {
        for (int batchRows : new int[] {7, 100, UNIT_ROWS, 1024, ROWS + 1}) {
            assertThat(rows(dataset().batchRows(batchRows))).isEqualTo(rows(0, ROWS));
        }
    }

    @Test
    void columnsComeInTheOrderAskedForAndNoOthersAreRead() {
        Dataset some = dataset().select("flag", "id");
        assertThat(some.schema().getFields()).extracting(Field::getName).containsExactly("flag", "id");
        List<List<Object>> expected = rows(0, ROWS).stream()
                .map(row -> Arrays.asList(row.get(3), row.get(0)))
                .toList();
        assertThat(rows(some)).isEqualTo(expected);
        long all = bytesRead(dataset());
        assertThat(bytesRead(dataset().select("flag"))).isPositive().isLessThan(all / 4);
    }

    @Test
    void aFilterKeepsTheRowsThatPassIt() {
        Filter filter = Filter.parse("id >= 2500 and id < 5100 and name is not null and not flag = true");
        List<List<Object>> expected = rows(2500, 5100).stream()
                .filter(row -> row.get(1) != null && Boolean.FALSE.equals(row.get(3)))
                .toList();
        for (int batchRows : new int[] {13, 4096}) {
            assertThat(rows(dataset().filter(filter).batchRows(batchRows))).isEqualTo(expected);
            assertThat(rows(dataset().filter(filter).batchRows(batchRows).prune(false)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void shardsAreTheRowsOnceEach() {
        for (int world : new int[] {1, 2, 3, 8, 61}) {
            List<List<Object>> all = new ArrayList<>();
            for (int rank = 0; rank < world; rank++) {
                all.addAll(rows(dataset().shard(rank, world).batchRows(97)));
            }
            assertThat(all).as("world of %d", world).isEqualTo(rows(0, ROWS));
        }
    }

    @Test
    void aLateShardReadsLittle() {
        long all = bytesRead(dataset());
        assertThat(bytesRead(dataset().shard(99, 100))).isPositive().isLessThan(all / 4);
    }

    @Test
    void aStreamGoesOnFromEveryCheckpoint() {
        Dataset dataset = dataset().batchRows(333);
        List<Checkpoint> checkpoints = new ArrayList<>();
        List<Long> nextRows = new ArrayList<>();
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    checkpoints.add(Checkpoint.fromJson(batch.checkpoint().toJson()));
                    nextRows.add(batch.nextRow());
                }
            }
        }
        for (int i = 0; i < checkpoints.size(); i++) {
            assertThat(rows(dataset.stream(checkpoints.get(i)))).isEqualTo(rows(nextRows.get(i), ROWS));
        }
    }

    @Test
    void aFileMayHaveNoRows() throws IOException {
        Dataset empty = forebay.dataset(storage.put("empty." + format().name(), file(0)));
        assertThat(empty.rows()).isZero();
        assertThat(empty.schema().getFields()).isEqualTo(SCHEMA.getFields());
        assertThat(rows(empty)).isEmpty();
    }

    @Test
    void aStreamMayBeClosedAtAnyTime() {
        for (int batches = 0; batches < 5; batches++) {
            try (BatchStream stream = dataset().batchRows(500).stream()) {
                for (int i = 0; i < batches; i++) {
                    stream.next().close();
                }
            }
            assertThat(storage.openReaders()).isZero();
        }
    }

    @Test
    void contentIsTheSameWhereverItLies() throws IOException {
        String identity = open(location).contentIdentity();
        assertThat(open(storage.put("elsewhere/other." + format().name(), file(ROWS)))
                        .contentIdentity())
                .isEqualTo(identity);
        assertThat(open(storage.put("shorter." + format().name(), file(ROWS - 1)))
                        .contentIdentity())
                .isNotEqualTo(identity);
    }

    @Test
    void aFileThatIsCutShortIsRefused() throws IOException {
        byte[] whole = file(UNIT_ROWS);
        for (int length = 0; length < whole.length; length += 1 + whole.length / 97) {
            String cut = storage.put("cut." + format().name(), Arrays.copyOf(whole, length));
            try {
                // a format that is read from front to back may end between two units, or before its end mark
                assertThat(rows(forebay.dataset(cut))).isIn(List.of(), rows(0, UNIT_ROWS));
            } catch (ForebayException e) {
                assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.UNSUPPORTED);
                assertThat(e.place().uri()).isEqualTo(cut);
            }
        }
    }

    @Test
    void damageEndsInRowsOrAnError() throws IOException {
        byte[] whole = file(UNIT_ROWS);
        for (int seed = 0; seed < DAMAGED_FILES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = whole.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            String path = storage.put("damaged." + format().name(), damaged);
            try {
                assertThat(rows(forebay.dataset(path)).size())
                        .as("seed %d", seed)
                        .isNotNegative();
            } catch (ForebayException e) {
                assertThat(e.kind()).as("seed %d: %s", seed, e).isIn(Kind.CORRUPT, Kind.UNSUPPORTED, Kind.LIMIT);
                assertThat(e.getMessage()).doesNotContain("could not be decoded");
            }
            assertThat(storage.openReaders()).as("seed %d", seed).isZero();
            assertThat(forebay.memory().usedBytes()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void whatIsOfNoFormatIsRefused() {
        String text =
                storage.put("data." + format().name(), "a text, of some length".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> forebay.dataset(text))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.CORRUPT))
                .hasMessageContaining(text);
    }

    private Dataset dataset() {
        return forebay.dataset(location);
    }

    private DataFile open(String path) {
        return format().open(storage, storage.list(path).get(0), allocator);
    }

    /** The bytes that a stream reads, metadata left out. */
    private long bytesRead(Dataset dataset) {
        try (BatchStream stream = dataset.stream()) {
            stream.forEach(Batch::close);
            return stream.progress().bytesRead();
        }
    }

    private static List<List<Object>> rows(Dataset dataset) {
        return rows(dataset.stream());
    }

    private static List<List<Object>> rows(BatchStream batches) {
        List<List<Object>> rows = new ArrayList<>();
        try (batches) {
            for (Batch batch : batches) {
                try (batch) {
                    for (int row = 0; row < batch.rows(); row++) {
                        List<Object> cells = new ArrayList<>();
                        for (FieldVector column : batch.columns()) {
                            Object cell = column.getObject(row);
                            cells.add(cell instanceof Number || cell instanceof Boolean ? cell : text(cell));
                        }
                        rows.add(cells);
                    }
                }
            }
        }
        return rows;
    }

    private static String text(Object cell) {
        return cell == null ? null : cell.toString();
    }

    /** The rows {@code [from, to)} as the file has them. */
    private static List<List<Object>> rows(long from, long to) {
        List<List<Object>> rows = new ArrayList<>();
        for (long id = from; id < to; id++) {
            rows.add(Arrays.asList(id, name(id), price(id), flag(id)));
        }
        return rows;
    }

    private static String name(long id) {
        return id % 5 == 0 ? null : "name \u00fc " + id % 77;
    }

    private static Double price(long id) {
        return id % 11 == 3 ? null : id / 8.0;
    }

    private static Boolean flag(long id) {
        return id % 7 == 6 ? null : id % 3 == 0;
    }

    private byte[] file(int rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PartFormat.Encoder encoder = start(SCHEMA, bytes)) {
            for (int from = 0; from < rows; from += UNIT_ROWS) {
                try (Batch batch = batch(from, Math.min(rows, from + UNIT_ROWS))) {
                    encoder.write(batch);
                }
            }
            encoder.finish(Map.of());
        }
        return bytes.toByteArray();
    }

    private Batch batch(int from, int to) {
        List<List<Object>> rows = rows(from, to);
        List<FieldVector> columns = new ArrayList<>();
        for (int i = 0; i < SCHEMA.getFields().size(); i++) {
            int column = i;
            Object[] cells = rows.stream().map(row -> row.get(column)).toArray();
            columns.add(Vectors.of(SCHEMA.getFields().get(i), allocator, cells));
        }
        return new Batch(
                SCHEMA, columns, to - from, from, new Checkpoint.Sequential("sha256:test", 0, 1, to, to, null));
    }
}
