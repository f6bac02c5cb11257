// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Sink;
import io.forebay.TensorSpec;
import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.internal.prepare.PreparationPlan;
import io.forebay.inference.prepare.Preparation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Order, ends and failures of the pipeline, over an engine that does what a test says and a sink that remembers. */
class PipelineTest {
    private static final Schema SCHEMA = new Schema(List.of(Field.notNullable("row", new ArrowType.Int(64, true))));
    private static final int BATCHES = 40;
    private static final int CONCURRENCY = 3;
    private static final Duration HANG = Duration.ofSeconds(20);

    private final TestMemory memory = new TestMemory();
    private final Cancellation cancellation = new Cancellation();
    private final List<Long> written = Collections.synchronizedList(new ArrayList<>());
    private int fed;

    @AfterEach
    void nothingLeaks() {
        memory.close();
    }

    @Test
    void batchesAreWrittenInTheOrderOfTheFeed() {
        long rows = run(row -> pause(row % 3), row -> {});
        assertThat(rows).isEqualTo(BATCHES);
        assertThat(written)
                .containsExactlyElementsOf(LongStream.range(0, BATCHES).boxed().toList());
    }

    @Test
    void theRunEndsWithItsLastBatch() {
        long[] millis = new long[9];
        for (int i = 0; i < millis.length; i++) {
            fed = 0;
            long started = System.nanoTime();
            run(row -> {}, row -> {});
            millis[i] = Duration.ofNanos(System.nanoTime() - started).toMillis();
        }
        Arrays.sort(millis);
        assertThat(millis[millis.length / 2])
                .as("milliseconds of next to no work")
                .isLessThan(40);
    }

    @Test
    void aFailingModelEndsTheRun() {
        assertThatThrownBy(() -> run(row -> failAt(row, 7, new IllegalStateException("model")), row -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("model");
        assertThat(written).doesNotContain(7L).isSorted();
    }

    @Test
    void aFailingSinkEndsTheRun() {
        assertThatThrownBy(() -> run(row -> {}, row -> failAt(row, 7, new IllegalStateException("sink"))))
                .hasMessage("sink");
        assertThat(written).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    /** The writer must outlive errors too: without it the feed would wait for room for ever. */
    @Test
    void anErrorInTheSinkEndsTheRun() {
        assertThatThrownBy(() -> run(row -> {}, row -> failAt(row, 7, new AssertionError("sink"))))
                .isInstanceOf(ForebayException.class)
                .hasMessageContaining("sink");
    }

    @Test
    void aFailingSourceEndsTheRun() {
        assertThatThrownBy(() -> run(row -> {}, row -> {}, () -> {
                    if (fed == 7) {
                        throw new IllegalStateException("source");
                    }
                    return nextBatch();
                }))
                .hasMessage("source");
        assertThat(written.size()).isLessThanOrEqualTo(7);
        assertThat(written)
                .containsExactlyElementsOf(
                        LongStream.range(0, written.size()).boxed().toList());
    }

    @Test
    void cancellingEndsTheRunAlthoughTheSinkIsSlow() {
        assertThatThrownBy(() -> run(row -> {}, row -> {
                    cancellation.request();
                    pause(20);
                }))
                .isInstanceOf(ForebayException.class)
                .hasMessage("the run was cancelled");
        assertThat(written.size()).isLessThan(BATCHES);
    }

    @Test
    void anInterruptEndsTheRunAndIsKept() {
        Thread feeder = Thread.currentThread();
        assertThatThrownBy(() -> pipeline(
                                row -> {},
                                row -> {
                                    feeder.interrupt();
                                    pause(20);
                                },
                                this::nextBatch)
                        .run())
                .isInstanceOf(ForebayException.class)
                .hasMessage("the run was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    /** A request that comes when everything has been fed already. */
    @Test
    void aLateCancellationEndsTheRun() {
        fed = BATCHES - 2;
        assertThatThrownBy(() -> run(row -> pause(20), row -> cancellation.request()))
                .isInstanceOf(ForebayException.class)
                .hasMessage("the run was cancelled");
        assertThat(written).containsExactly(BATCHES - 2L);
    }

    @Test
    void aSinkThatInterruptsItsThreadEndsTheRun() {
        assertThatThrownBy(() -> run(row -> {}, row -> Thread.currentThread().interrupt()))
                .isInstanceOf(ForebayException.class)
                .hasMessage("the run was interrupted");
        assertThat(written).containsExactly(0L);
    }

    private long run(Consumer<Long> model, Consumer<Long> sink) {
        return run(model, sink, this::nextBatch);
    }

    private long run(Consumer<Long> model, Consumer<Long> sink, Pipeline.Source source) {
        return assertTimeoutPreemptively(
                HANG, () -> pipeline(model, sink, source).run());
    }

    private Pipeline pipeline(Consumer<Long> model, Consumer<Long> sink, Pipeline.Source source) {
        RunMeter meter = new RunMeter();
        TensorSpec input = new TensorSpec("row", TensorSpec.Element.INT64, List.of(-1L));
        ScorePlan plan = new ScorePlan(
                PreparationPlan.of(Preparation.none(), SCHEMA),
                List.of(new InputPlan(input, List.of("row"), false)),
                List.of(),
                List.of("row"),
                SCHEMA);
        List<Scorer> scorers = new ArrayList<>();
        for (int i = 0; i < CONCURRENCY; i++) {
            scorers.add(new Scorer(plan, new FakeSession(model), ModelOptions.defaults(), memory.allocator(), meter));
        }
        return new Pipeline(source, scorers, new RecordingWriter(sink), meter, rows -> {}, cancellation);
    }

    /** Batches of one row, which holds its own number. */
    private @Nullable Batch nextBatch() {
        if (fed == BATCHES) {
            return null;
        }
        BigIntVector vector = new BigIntVector(SCHEMA.getFields().get(0), memory.allocator());
        vector.setSafe(0, fed);
        vector.setValueCount(1);
        Checkpoint state = new Checkpoint.Sequential("sha256:none", 0, 1, fed + 1, fed + 1, null);
        return new Batch(SCHEMA, List.of(vector), 1, fed++, state);
    }

    private static void failAt(long row, long failing, Throwable failure) {
        if (row == failing) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    /** An engine without outputs that shows each row to the test. */
    private record FakeSession(Consumer<Long> model) implements EngineSession {
        @Override
        public String engine() {
            return "fake";
        }

        @Override
        public String modelIdentity() {
            return "fake";
        }

        @Override
        public List<TensorSpec> inputs() {
            return List.of();
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of();
        }

        @Override
        public Runner newRunner() {
            return (inputs, outputs) -> model.accept(inputs.get(0).data().getLong(0));
        }

        @Override
        public void close() {}
    }

    /** Notes the rows that the test's own sink did not refuse. */
    private final class RecordingWriter implements Sink.Writer {
        private final Consumer<Long> sink;

        RecordingWriter(Consumer<Long> sink) {
            this.sink = sink;
        }

        @Override
        public @Nullable Checkpoint committed() {
            return null;
        }

        @Override
        public void write(Batch batch) {
            long row = ((BigIntVector) batch.column("row")).get(0);
            sink.accept(row);
            written.add(row);
        }

        @Override
        public void finish() {}

        @Override
        public int parts() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
