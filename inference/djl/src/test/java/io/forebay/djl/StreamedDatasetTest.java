// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import io.forebay.BadRows;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.MissingColumnException;
import io.forebay.Mixture;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.StepOrder;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Nulls;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Preparation;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ForebayTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Training gets the rows of the order, each once an epoch, as the arrays that were asked for, and leaves nothing open. */
class StreamedDatasetTest extends ForebayTest {
    private static final int ROWS = 1000;
    private static final int BATCH_ROWS = 64;
    private static final TrainingColumns ID = TrainingColumns.none().input(Element.INT64, "id");

    private final NDManager manager = TorchRuntime.get().newBaseManager();
    private Path data;

    @BeforeEach
    void write() {
        data = ColumnFiles.write(
                forebay,
                folder.resolve("data"),
                column("id", LongStream.range(0, ROWS).boxed().toArray()),
                column("half", IntStream.range(0, ROWS).mapToObj(i -> i / 2f).toArray()),
                column("whole", IntStream.range(0, ROWS).boxed().toArray()),
                column("odd", IntStream.range(0, ROWS).mapToObj(i -> i % 2 == 1).toArray()),
                column(
                        "gap",
                        IntStream.range(0, ROWS)
                                .mapToObj(i -> i == 777 ? null : (double) i)
                                .toArray()),
                column(
                        "kind",
                        IntStream.range(0, ROWS)
                                .mapToObj(i -> i % 3 == 0 ? "a" : "b")
                                .toArray()));
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void everyEpochHasTheRowsOfItsOrder() {
        for (Tail tail : Tail.values()) {
            Dataset dataset = shuffled(tail);
            try (StreamedDataset rows = StreamedDataset.of(dataset, ID)) {
                for (int epoch = 0; epoch < 3; epoch++) {
                    List<Long> expected = rowsOf(dataset.order(rows.checkpoint()));
                    assertThat(ids(rows)).isEqualTo(expected);
                    assertThat(((Checkpoint.Shuffled) rows.checkpoint())
                                    .shuffle()
                                    .epoch())
                            .isEqualTo(epoch + 1);
                }
            }
        }
    }

    @Test
    void readersTakeEquallyManyStepsWhereTheRestIsDropped() {
        int world = 4;
        List<Long> seen = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            Dataset dataset = shuffled(Tail.DROP).shard(rank, world);
            try (StreamedDataset rows = StreamedDataset.of(dataset, ID)) {
                List<Long> own = ids(rows);
                assertThat(own).hasSize(ROWS / BATCH_ROWS * BATCH_ROWS / world).isEqualTo(rowsOf(dataset.order()));
                seen.addAll(own);
            }
        }
        assertThat(seen).hasSize(ROWS / BATCH_ROWS * BATCH_ROWS).doesNotHaveDuplicates();
    }

    @Test
    void everyEpochOfASequentialReadIsTheSame() {
        try (StreamedDataset rows = StreamedDataset.of(sequential(), ID)) {
            List<Long> all = LongStream.range(0, ROWS).boxed().toList();
            Checkpoint start = rows.checkpoint();
            assertThat(ids(rows)).isEqualTo(all);
            assertThat(rows.checkpoint()).isEqualTo(start);
            assertThat(ids(rows)).isEqualTo(all);
        }
    }

    @Test
    void aStateAtTheVeryEndOfASequentialReadStartsAgain() {
        try (StreamedDataset rows = StreamedDataset.of(sequential(), ID)) {
            Checkpoint last = null;
            for (Batch batch : rows.getData(manager)) {
                last = rows.checkpoint();
                batch.close();
            }
            rows.resumeAt(last);
            assertThat(ids(rows)).hasSize(ROWS);
        }
    }

    @Test
    void theRestFollowsAStateThatWasTakenOnTheWay() {
        for (Dataset dataset : List.of(shuffled(Tail.RAGGED), sequential(), filtered(), locallyFiltered())) {
            List<Long> expected;
            try (StreamedDataset rows = StreamedDataset.of(dataset, ID)) {
                expected = new ArrayList<>(ids(rows));
                expected.addAll(ids(rows));
            }
            for (int taken : List.of(0, 1, 5, 7)) {
                List<Long> seen = new ArrayList<>();
                Checkpoint state;
                try (StreamedDataset rows = StreamedDataset.of(dataset, ID)) {
                    seen.addAll(take(rows, taken));
                    state = Checkpoint.fromJson(rows.checkpoint().toJson());
                }
                try (StreamedDataset rows = StreamedDataset.of(dataset, ID)) {
                    rows.resumeAt(state);
                    seen.addAll(ids(rows));
                    seen.addAll(ids(rows));
                }
                assertThat(seen).isEqualTo(expected);
            }
        }
    }

    @Test
    void anEpochOfWhichNoRowPassesIsFollowedByTheNext() {
        Dataset none = locallyFiltered().filter(Filter.parse("id < 0"));
        try (StreamedDataset rows = StreamedDataset.of(none, ID)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                Checkpoint.LocallyFiltered state = (Checkpoint.LocallyFiltered) rows.checkpoint();
                assertThat(state.place().shuffle().epoch()).isEqualTo(epoch);
                assertThat(ids(rows)).isEmpty();
            }
        }
    }

    @Test
    void epochsOfAMixtureAreTrainedOnAndGoneOnWith() {
        Dataset all = forebay.dataset(data.toString());
        Mixture mixture = Mixture.of(all.shuffle(1), 2)
                .and(all.filter(Filter.parse("kind = 'a'")).shuffle(2), 1)
                .globalBatch(BATCH_ROWS);
        try (StreamedDataset rows = StreamedDataset.of(mixture, ID);
                StreamedDataset resumed = StreamedDataset.of(mixture, ID)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                Checkpoint start = rows.checkpoint();
                assertThat(((Checkpoint.Mixed) start).epoch()).isEqualTo(epoch);
                List<Long> ids = ids(rows);
                assertThat(ids).hasSize(15 * BATCH_ROWS);
                resumed.resumeAt(Checkpoint.fromJson(start.toJson()));
                assertThat(ids(resumed)).isEqualTo(ids);
                assertThat(ids.stream().filter(id -> id % 3 == 0).count())
                        .isGreaterThan(ids.size() / 3)
                        .isLessThan(ids.size());
            }
        }
    }

    @Test
    void anEpochThatIsLeftGoesOnWithTheNextCall() {
        try (StreamedDataset rows = StreamedDataset.of(sequential(), ID)) {
            assertThat(take(rows, 2)).hasSize(2 * BATCH_ROWS);
            assertThat(ids(rows)).startsWith(2L * BATCH_ROWS).hasSize(ROWS - 2 * BATCH_ROWS);
        }
    }

    @Test
    void columnsAndFeaturesAreJoinedSideBySide() {
        TrainingColumns columns = TrainingColumns.none()
                .preparation(Preparation.none()
                        .withFeature(Feature.of("kind").oneHot(List.of("a", "b")))
                        .withFeature(Feature.of("whole").named("capped").clip(0, 10)))
                .input("half", "whole", "odd", "kind", "capped")
                .input("half")
                .input(Element.INT64, "id", "whole")
                .label("odd")
                .label(Element.INT32, "whole");
        try (StreamedDataset rows = StreamedDataset.of(sequential(), columns);
                Batch batch = rows.getData(manager).iterator().next()) {
            assertThat(batch.getSize()).isEqualTo(BATCH_ROWS);
            NDArray matrix = batch.getData().get(0);
            assertThat(matrix.getShape()).isEqualTo(new Shape(BATCH_ROWS, 6));
            assertThat(matrix.get(11).toFloatArray()).containsExactly(5.5f, 11, 1, 0, 1, 10);
            assertThat(batch.getData().get(1).getShape()).isEqualTo(new Shape(BATCH_ROWS, 1));
            assertThat(batch.getData().get(1).getFloat(3, 0)).isEqualTo(1.5f);
            assertThat(batch.getData().get(2).getDataType()).isEqualTo(DataType.INT64);
            assertThat(batch.getData().get(2).get(7).toLongArray()).containsExactly(7, 7);
            assertThat(batch.getLabels().get(0).get(1).toFloatArray()).containsExactly(1);
            assertThat(batch.getLabels().get(1).get(9).toIntArray()).containsExactly(9);
        }
    }

    @Test
    void aNullIsRefusedByColumnAndRowUnlessFilled() {
        TrainingColumns columns = TrainingColumns.none().input("half", "gap");
        for (Dataset dataset : List.of(sequential(), shuffled(Tail.RAGGED), locallyFiltered())) {
            try (StreamedDataset rows = StreamedDataset.of(dataset, columns)) {
                assertThatThrownBy(() -> consume(rows))
                        .isInstanceOfSatisfying(ForebayException.class, e -> {
                            assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
                            assertThat(e.place().row()).isEqualTo(777);
                            assertThat(e.place().column()).isEqualTo("gap");
                        })
                        .hasMessage("a model's input must not be null, unless told what stands in:"
                                + " input=input0 float32[rows, ?] [at column gap, row 777]");
            }
        }
        try (StreamedDataset rows = StreamedDataset.of(sequential(), columns.nulls(Nulls.fill(-1)))) {
            float gap = 0;
            int first = 0;
            for (Batch batch : rows.getData(manager)) {
                try (batch) {
                    if (first <= 777 && 777 < first + batch.getSize()) {
                        gap = batch.getData().get(0).getFloat(777 - first, 1);
                    }
                    first += batch.getSize();
                }
            }
            assertThat(gap).isEqualTo(-1);
        }
    }

    @Test
    void anEpochThatFailedDoesNotPassTheFailureBy() {
        try (StreamedDataset rows =
                StreamedDataset.of(sequential(), TrainingColumns.none().input("gap"))) {
            var batches = rows.getData(manager).iterator();
            for (int batch = 0; batch < 777 / BATCH_ROWS; batch++) {
                batches.next().close();
            }
            Checkpoint before = rows.checkpoint();
            assertThatThrownBy(batches::next).hasMessageContaining("row 777");
            assertThatThrownBy(batches::next).isInstanceOf(ForebayException.class);
            assertThat(rows.checkpoint()).isEqualTo(before);
            assertThatThrownBy(() -> consume(rows)).hasMessageContaining("row 777");
        }
    }

    @Test
    void aNullAmongTheLabelsIsRefusedWhateverStandsInForInputs() {
        TrainingColumns columns =
                TrainingColumns.none().input("half").label("gap").nulls(Nulls.fill(0));
        try (StreamedDataset rows = StreamedDataset.of(sequential(), columns)) {
            assertThatThrownBy(() -> consume(rows))
                    .hasMessageContaining("label0 float32[rows, ?] [at column gap, row 777]");
        }
    }

    @Test
    void batchesMayBeClosedAfterTheirDataSet() {
        StreamedDataset rows = StreamedDataset.of(shuffled(Tail.DROP), ID);
        List<Batch> open = new ArrayList<>();
        rows.getData(manager).forEach(open::add);
        List<Long> expected = rowsOf(shuffled(Tail.DROP).order());
        rows.close();
        rows.close();
        List<Long> seen = new ArrayList<>();
        for (Batch batch : open) { // each has memory of its own
            seen.addAll(idsOf(batch));
            batch.close();
        }
        assertThat(seen).isEqualTo(expected);
        assertThatThrownBy(() -> rows.getData(manager)).hasMessage("a closed data set has no more epochs");
    }

    @Test
    void theManagerClosesWhatWasLeftOpen() {
        try (StreamedDataset rows = StreamedDataset.of(shuffled(Tail.DROP), ID)) {
            NDManager own = manager.newSubManager();
            var batches = rows.getData(own).iterator();
            batches.next();
            batches.next();
            assertThat(batches.hasNext()).isTrue(); // and one that is only decoded
            own.close();
            assertThatThrownBy(batches::next).isInstanceOf(ForebayException.class);
        }
    }

    @Test
    void memoryDoesNotGrowWithTheEpochs() {
        try (StreamedDataset rows =
                StreamedDataset.of(sequential(), TrainingColumns.none().input("half", "whole"))) {
            consume(rows);
            long used = forebay.memory().usedBytes();
            for (int epoch = 0; epoch < 5; epoch++) {
                consume(rows);
                assertThat(forebay.memory().usedBytes()).isEqualTo(used);
            }
            assertThat(used).isEqualTo(BATCH_ROWS * 2L * Float.BYTES); // one binder, whatever the number of batches
        }
    }

    @Test
    void columnsMustBeThereAndFit() {
        TrainingColumns none = TrainingColumns.none();
        assertThatThrownBy(() -> StreamedDataset.of(sequential(), none.label("half")))
                .hasMessage("training must have an input: inputs=0");
        assertThatThrownBy(() -> StreamedDataset.of(sequential(), none.input("nowhere")))
                .isInstanceOf(MissingColumnException.class);
        assertThatThrownBy(() -> StreamedDataset.of(sequential(), none.input("kind")))
                .hasMessageStartingWith("a column's type must fit the model's input");
        assertThatThrownBy(() -> none.input()).hasMessage("an array for training must have a column: element=float32");
        assertThatThrownBy(() -> none.nulls(Nulls.mask(0)))
                .hasMessage("nulls of training must be refused or filled: policy=MASK");
    }

    @Test
    void aStateOfAnotherOrderIsRefused() {
        try (StreamedDataset rows = StreamedDataset.of(shuffled(Tail.DROP), ID);
                StreamedDataset others = StreamedDataset.of(sequential(), ID)) {
            rows.resumeAt(others.checkpoint());
            assertThatThrownBy(() -> rows.getData(manager))
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE));
        }
    }

    /** A bad row keeps its place in a batch, but has no values to learn from; what is said of others still says where they are. */
    @Test
    void badRowsAreLeftOut() throws IOException {
        Path damaged = ColumnFiles.write(
                forebay,
                folder.resolve("damaged"),
                column("id", LongStream.range(0, 100).boxed().toArray()),
                column("gap", IntStream.range(0, 100).mapToObj(i -> (double) i).toArray()));
        damageFirstPage(damaged);
        BadRows mask = BadRows.mask().atMostShare(1);
        Dataset dataset = forebay.dataset(damaged.toString(), data.toString())
                .select("id", "gap")
                .batchRows(30)
                .badRows(mask);
        for (Tail tail : Tail.values()) {
            Dataset shuffled = dataset.shuffle(
                            Shuffle.seed(42).lanes(4).window(32).tail(tail))
                    .globalBatch(BATCH_ROWS);
            try (StreamedDataset rows = StreamedDataset.of(shuffled, ID)) {
                List<Long> expected = rowsOf(shuffled.order()).stream()
                        .filter(row -> row >= 100)
                        .map(row -> row - 100)
                        .toList();
                assertThat(ids(rows)).isEqualTo(expected);
            }
            requireGapAt(877, shuffled);
        }
        try (StreamedDataset rows = StreamedDataset.of(dataset, ID)) { // whole batches are bad, and one in part
            assertThat(ids(rows)).isEqualTo(LongStream.range(0, ROWS).boxed().toList());
        }
        requireGapAt(877, dataset);
    }

    private void requireGapAt(long row, Dataset dataset) {
        try (StreamedDataset rows = StreamedDataset.of(
                dataset, TrainingColumns.none().input(Element.INT64, "id").input("gap"))) {
            assertThatThrownBy(() -> consume(rows)).isInstanceOfSatisfying(ForebayException.class, e -> assertThat(
                            e.place().row())
                    .isEqualTo(row));
        }
    }

    /** The header of the first page, which is one of the first column. */
    private static void damageFirstPage(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                Arrays.fill(bytes, 4, 20, (byte) 0xff);
                Files.write(file, bytes);
            }
        }
    }

    private Dataset sequential() {
        return forebay.dataset(data.toString()).batchRows(BATCH_ROWS);
    }

    private Dataset shuffled(Tail tail) {
        Shuffle order = Shuffle.seed(42).lanes(4).window(32).tail(tail);
        return forebay.dataset(data.toString()).shuffle(order).globalBatch(BATCH_ROWS);
    }

    private Dataset filtered() {
        return shuffled(Tail.RAGGED).filter(Filter.parse("odd = true"));
    }

    private Dataset locallyFiltered() {
        return filtered().filterLocally(true);
    }

    /** All rows of the epoch; those that only fill a batch up are not trained on. */
    private static List<Long> rowsOf(StepOrder order) {
        List<Long> rows = new ArrayList<>();
        for (long step = 0; step < order.steps(); step++) {
            for (long row : order.rows(step)) {
                if (row != StepOrder.PADDING) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private void consume(StreamedDataset rows) {
        rows.getData(manager).forEach(Batch::close);
    }

    private List<Long> ids(StreamedDataset rows) {
        return take(rows, Integer.MAX_VALUE);
    }

    private List<Long> take(StreamedDataset rows, int batches) {
        List<Long> ids = new ArrayList<>();
        if (batches > 0) {
            int taken = 0;
            for (Batch batch : rows.getData(manager)) {
                try (batch) {
                    ids.addAll(idsOf(batch));
                }
                if (++taken == batches) {
                    break;
                }
            }
        }
        return Collections.unmodifiableList(ids);
    }

    private static List<Long> idsOf(Batch batch) {
        return LongStream.of(batch.getData().get(0).toLongArray()).boxed().toList();
    }
}
