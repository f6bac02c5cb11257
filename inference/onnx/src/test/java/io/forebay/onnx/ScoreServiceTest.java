// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Model;
import io.forebay.inference.ScoreService;
import io.forebay.inference.ServeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of a few rows that run together: who gets what, what fails alone, and what is refused. */
@Timeout(60)
class ScoreServiceTest {
    private static final ServeOptions PATIENT = ServeOptions.defaults().withMaxWait(Duration.ofMinutes(5));
    private static final Schema COLUMNS =
            new Schema(List.of(Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE))));

    @TempDir
    Path folder;

    private final Forebay forebay = Forebay.builder().trackAllocations(true).build();
    private final BufferAllocator allocator = forebay.newAllocator("requests");
    private Model model;

    @BeforeEach
    void load() throws IOException {
        model = OnnxModel.of(new OnnxFiles()
                        .input("x", OnnxFiles.FLOAT, -1)
                        .output("y", OnnxFiles.FLOAT, -1)
                        .node("Add", "y", "x", "x")
                        .writeTo(folder.resolve("doubling.onnx")))
                .load(forebay);
    }

    @AfterEach
    void nothingLeaks() {
        model.close();
        allocator.close();
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
    }

    @Test
    void eachRequestGetsItsOwnRowsFromManyThreads() throws Exception {
        int threads = 8;
        int requests = 200;
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try (ScoreService service = model.serve(COLUMNS, ServeOptions.defaults())) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int seed = thread;
                done.add(callers.submit(() -> {
                    Random random = new Random(seed);
                    for (int i = 0; i < requests; i++) {
                        Float[] values = new Float[random.nextInt(6)];
                        for (int row = 0; row < values.length; row++) {
                            values[row] = random.nextFloat();
                        }
                        requireDoubled(service.submit(rows(values)), values);
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
            assertThat(service.metrics().queued()).isZero();
            assertThat(service.metrics().batches()).isLessThan((long) threads * requests);
        } finally {
            callers.shutdown();
            assertThat(callers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void runsBeginWithEnoughRowsOrBytes() throws Exception {
        ServeOptions rows = PATIENT.withMaxRows(4);
        ServeOptions bytes = PATIENT.withMaxBytes(1);
        try (ScoreService service = model.serve(COLUMNS, rows)) {
            CompletableFuture<VectorSchemaRoot> first = service.submit(rows(1f, 2f, 3f));
            CompletableFuture<VectorSchemaRoot> second = service.submit(rows(4f));
            requireDoubled(first, 1f, 2f, 3f);
            requireDoubled(second, 4f);
            assertThat(service.metrics().batches()).isEqualTo(1);
            requireDoubled(
                    service.submit(rows(1f, 2f, 3f, 4f, 5f, 6f)), 1f, 2f, 3f, 4f, 5f, 6f); // more than fits runs alone
        }
        try (ScoreService service = model.serve(COLUMNS, bytes)) {
            requireDoubled(service.submit(rows(1f)), 1f);
        }
    }

    @Test
    void aRequestWaitsNoLongerThanIsSaid() throws Exception {
        try (ScoreService service = model.serve(COLUMNS, ServeOptions.defaults().withMaxWait(Duration.ofMillis(30)))) {
            long started = System.nanoTime();
            requireDoubled(service.submit(rows(1f)), 1f);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
        }
    }

    @Test
    void aRequestThatFailsFailsAlone() throws Exception {
        try (ScoreService service = model.serve(COLUMNS, PATIENT.withMaxRows(3))) {
            CompletableFuture<VectorSchemaRoot> good = service.submit(rows(1f));
            CompletableFuture<VectorSchemaRoot> bad = service.submit(rows((Float) null));
            CompletableFuture<VectorSchemaRoot> alsoGood = service.submit(rows(3f));
            requireDoubled(good, 1f);
            requireDoubled(alsoGood, 3f);
            requireFailed(bad, Kind.UNSUPPORTED, "a model's input must not be null");
        }
    }

    @Test
    void aDeadlineIsHeldAgainstBeforeTheRun() throws Exception {
        try (ScoreService service = model.serve(COLUMNS, PATIENT.withMaxRows(2))) {
            CompletableFuture<VectorSchemaRoot> late = service.submit(rows(1f), Duration.ofNanos(1));
            requireFailed(late, Kind.CANCELLED, "a request must be run by its deadline: deadline=PT0.000000001S");
            CompletableFuture<VectorSchemaRoot> inTime =
                    service.submit(rows(2f), Duration.ofMillis(400)); // does not wait for others
            requireDoubled(inTime, 2f);
            assertThat(service.metrics().rows()).isEqualTo(1);
        }
    }

    @Test
    void anyDurationIsADuration() throws Exception {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        try (ScoreService service =
                model.serve(COLUMNS, PATIENT.withMaxWait(forever).withMaxRows(2))) {
            CompletableFuture<VectorSchemaRoot> first = service.submit(rows(1f), forever);
            CompletableFuture<VectorSchemaRoot> second = service.submit(rows(2f));
            requireDoubled(first, 1f);
            requireDoubled(second, 2f);
        }
    }

    @Test
    void callbacksMayWaitAndInterrupt() throws Exception {
        try (ScoreService service = model.serve(COLUMNS, PATIENT.withMaxRows(2))) {
            for (int i = 0; i < 10; i++) {
                CompletableFuture<Integer> second = new CompletableFuture<>();
                CompletableFuture<Integer> first = service.submit(rows(1f)).thenApply(scored -> {
                    Thread.currentThread().interrupt();
                    return closed(scored) + second.join();
                });
                CompletableFuture<Void> told =
                        service.submit(rows(2f)).thenAccept(scored -> second.complete(closed(scored)));
                assertThat(first.get()).isEqualTo(2);
                told.get();
            }
        }
    }

    @Test
    void resultsOutliveTheService() throws Exception {
        CompletableFuture<VectorSchemaRoot> result;
        try (ScoreService service = model.serve(COLUMNS, ServeOptions.defaults())) {
            result = service.submit(rows(4f));
        }
        requireDoubled(result, 4f);
    }

    @Test
    void aServiceIsClosedOnce() throws Exception {
        ScoreService first = model.serve(COLUMNS, ServeOptions.defaults());
        ScoreService second = model.serve(COLUMNS, ServeOptions.defaults());
        first.close();
        first.close();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(model::close);
        assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        requireDoubled(second.submit(rows(1f)), 1f);
        second.close();
        closing.get();
    }

    @Test
    void rowsWithoutValuesAndColumnsThatNobodyNeedsDoNoHarm() throws Exception {
        List<Field> more = new ArrayList<>(COLUMNS.getFields());
        more.add(Field.nullable("note", new ArrowType.Utf8()));
        Schema columns = new Schema(more);
        try (ScoreService service = model.serve(columns, ServeOptions.defaults())) {
            try (VectorSchemaRoot scored =
                    service.submit(VectorSchemaRoot.create(columns, allocator)).get()) {
                assertThat(scored.getRowCount()).isZero();
            }
        }
    }

    @Test
    void columnsOfOtherLengthsAreRefused() {
        try (ScoreService service = model.serve(COLUMNS, ServeOptions.defaults());
                VectorSchemaRoot rows = rows(1f, 2f)) {
            VectorSchemaRoot lying = new VectorSchemaRoot(COLUMNS, rows.getFieldVectors(), 1);
            assertThatThrownBy(() -> service.submit(lying))
                    .hasMessage(
                            "a request's columns must have as many values as it has rows: column=x, values=2, rows=1");
        }
    }

    @Test
    void whatIsCancelledIsNotRun() throws Exception {
        try (ScoreService service = model.serve(COLUMNS, PATIENT.withMaxRows(2))) {
            service.submit(rows(1f)).cancel(false);
            CompletableFuture<VectorSchemaRoot> other = service.submit(rows(2f));
            requireDoubled(other, 2f);
            assertThat(service.metrics().rows()).isEqualTo(1);
        }
    }

    @Test
    void moreThanMayWaitAreRefusedAndStayTheCallers() throws Exception {
        CompletableFuture<Integer> rowsOfFirst;
        try (ScoreService service = model.serve(COLUMNS, PATIENT.withMaxQueued(1));
                VectorSchemaRoot second = rows(2f)) {
            rowsOfFirst = service.submit(rows(1f)).thenApply(ScoreServiceTest::closed);
            assertThat(service.metrics().queued()).isEqualTo(1);
            assertThatThrownBy(() -> service.submit(second))
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
                    .hasMessage("no more requests may wait than a service is told: maxQueued=1");
        }
        assertThat(rowsOfFirst.get()).as("what waits is run at the end").isEqualTo(1);
    }

    private static int closed(VectorSchemaRoot scored) {
        try (scored) {
            return scored.getRowCount();
        }
    }

    @Test
    void aClosedServiceTakesNothing() {
        ScoreService service = model.serve(COLUMNS, ServeOptions.defaults());
        service.close();
        try (VectorSchemaRoot rows = rows(1f)) {
            assertThatThrownBy(() -> service.submit(rows))
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        }
    }

    @Test
    void columnsMustBeThoseOfTheService() {
        Schema other = new Schema(List.of(Field.nullable("z", new ArrowType.Utf8())));
        assertThatThrownBy(() -> model.serve(other, ServeOptions.defaults()))
                .hasMessageStartingWith("every input of a model needs a column of its name: input=x");
        try (ScoreService service = model.serve(COLUMNS, ServeOptions.defaults());
                VectorSchemaRoot rows = VectorSchemaRoot.create(other, allocator)) {
            assertThatThrownBy(() -> service.submit(rows))
                    .hasMessageStartingWith(
                            "a request must have the columns that the service was made for: columns=[z: Utf8]");
        }
    }

    private VectorSchemaRoot rows(@Nullable Float... values) {
        VectorSchemaRoot root = VectorSchemaRoot.create(COLUMNS, allocator);
        Float4Vector column = (Float4Vector) root.getVector(0);
        column.allocateNew(values.length + 1);
        for (int row = 0; row < values.length; row++) {
            if (values[row] == null) {
                column.setNull(row);
            } else {
                column.set(row, values[row]);
            }
        }
        root.setRowCount(values.length);
        return root;
    }

    private static void requireDoubled(CompletableFuture<VectorSchemaRoot> result, Float... values)
            throws InterruptedException, ExecutionException {
        try (VectorSchemaRoot scored = result.get()) {
            assertThat(scored.getRowCount()).isEqualTo(values.length);
            for (int row = 0; row < values.length; row++) {
                assertThat(scored.getVector("y").getObject(row)).isEqualTo(2 * values[row]);
            }
        }
    }

    private static void requireFailed(CompletableFuture<VectorSchemaRoot> result, Kind kind, String message) {
        assertThatThrownBy(result::get)
                .cause()
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageStartingWith(message);
    }
}
