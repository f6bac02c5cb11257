// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.inference.CopyReason;
import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.RunMetrics;
import io.forebay.inference.ServeOptions;
import io.forebay.internal.plan.Digest;
import io.forebay.internal.stream.Joining;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Runs requests, a thread for each run in flight; whichever is free takes the next ones. */
public final class ServeExecution implements AutoCloseable {
    /** What requests come from cannot be read again. */
    private static final String NO_DATASET = new Digest().add("requests").finish();

    private final Schema columns;

    /** Those of them that the model is fed from. */
    private final Schema fed;

    private final BufferAllocator results;
    private final ScorePlan plan;
    private final Batcher batcher;
    private final RunMeter meter = new RunMeter();
    private final Scorers scorers;
    private final ExecutorService serving = Executors.newCachedThreadPool(Threads.named("forebay-serve"));

    /** Callbacks may wait for one another: there is a thread for each. */
    private final ExecutorService answering = Executors.newCachedThreadPool(Threads.named("forebay-answer"));

    /**
     * Starts to wait for requests.
     *
     * @param columns of each request
     * @param results from which the memory of results comes, and that of tensors
     */
    public ServeExecution(
            List<EngineSession> sessions,
            BufferAllocator results,
            ModelOptions options,
            Schema columns,
            ServeOptions limits) {
        this.columns = columns;
        this.results = results;
        this.plan = ScorePlan.of(sessions.get(0), columns, options, ScoreSettings.Kept.these(List.of()));
        this.fed = plan.columns(columns);
        this.batcher = new Batcher(limits);
        this.scorers = new Scorers(plan, sessions, options, results, meter);
        try {
            scorers.all().forEach(scorer -> serving.execute(() -> serve(scorer)));
        } catch (RuntimeException | Error e) { // of threads there may be no more
            close();
            throw e;
        }
    }

    /** Queues rows, which are taken over unless this throws; see the public service. */
    public CompletableFuture<VectorSchemaRoot> submit(VectorSchemaRoot rows, @Nullable Duration deadline) {
        requireFits(rows);
        ServeRequest request = new ServeRequest(rows, deadline, answering);
        batcher.add(request);
        return request.result();
    }

    private void requireFits(VectorSchemaRoot rows) {
        List<Field> found =
                rows.getFieldVectors().stream().map(FieldVector::getField).toList();
        if (!found.equals(columns.getFields())) {
            throw ForebayException.usage("a request must have the columns that the service was made for: columns="
                    + found + ", expected=" + columns.getFields());
        }
        for (FieldVector column : rows.getFieldVectors()) {
            if (column.getValueCount() != rows.getRowCount()) {
                throw ForebayException.usage("a request's columns must have as many values as it has rows: column="
                        + column.getName() + ", values=" + column.getValueCount() + ", rows=" + rows.getRowCount());
            }
        }
    }

    /** What was done so far. */
    public RunMetrics metrics() {
        return meter.metrics(batcher.queued());
    }

    private void serve(Scorer scorer) {
        while (true) {
            try {
                List<ServeRequest> taken = batcher.take();
                if (taken == null) {
                    return;
                }
                taken.forEach(request -> meter.waited(request.waitedNanos()));
                run(scorer, taken);
            } catch (InterruptedException e) {
                // nobody who may interrupts these threads; they end when the service is closed
            }
        }
    }

    /** Runs requests together; where that fails, in halves, so that none suffers for another. */
    private void run(Scorer scorer, List<ServeRequest> requests) {
        if (requests.isEmpty()) {
            return;
        }
        try {
            List<VectorSchemaRoot> scored = score(scorer, requests);
            for (int i = 0; i < scored.size(); i++) {
                requests.get(i).complete(scored.get(i));
            }
        } catch (RuntimeException | Error e) { // nobody else would tell those who wait
            if (requests.size() == 1) {
                requests.get(0).fail(RunFailures.typed(e));
            } else {
                int half = requests.size() / 2;
                runWanted(scorer, requests.subList(0, half));
                runWanted(scorer, requests.subList(half, requests.size()));
            }
        }
    }

    private void runWanted(Scorer scorer, List<ServeRequest> requests) {
        List<ServeRequest> wanted = new ArrayList<>();
        for (ServeRequest request : requests) {
            if (request.isWanted()) {
                wanted.add(request);
            } else {
                request.drop();
            }
        }
        run(scorer, wanted);
    }

    private List<VectorSchemaRoot> score(Scorer scorer, List<ServeRequest> requests) {
        List<VectorSchemaRoot> slices = new ArrayList<>();
        try (Batch scored = scorer.score(join(requests))) {
            int from = 0;
            for (ServeRequest request : requests) {
                slices.add(slice(scored, from, request.rowCount()));
                from += request.rowCount();
            }
            return slices;
        } catch (RuntimeException | Error e) {
            slices.forEach(VectorSchemaRoot::close);
            throw e;
        }
    }

    /** One batch of all rows, with the columns that the model is fed from; the requests keep theirs until they are done with. */
    private Batch join(List<ServeRequest> requests) {
        List<FieldVector> joined = new ArrayList<>();
        try {
            for (Field field : fed.getFields()) {
                List<FieldVector> parts = new ArrayList<>();
                for (ServeRequest request : requests) {
                    parts.add(request.rows().getVector(field.getName()));
                }
                FieldVector column = Joining.join(field, parts, scorers.allocator());
                joined.add(column);
                meter.copied(CopyReason.REQUESTS, column.getBufferSize());
            }
            int rows = requests.stream().mapToInt(ServeRequest::rowCount).sum();
            return new Batch(fed, joined, rows, 0, new Checkpoint.Sequential(NO_DATASET, 0, 1, rows, rows, null));
        } catch (RuntimeException | Error e) {
            joined.forEach(FieldVector::close);
            throw e;
        }
    }

    private VectorSchemaRoot slice(Batch scored, int from, int rows) {
        List<FieldVector> slices = new ArrayList<>();
        try {
            for (FieldVector column : scored.columns()) {
                FieldVector slice = column.getField().createVector(results);
                slices.add(slice);
                column.makeTransferPair(slice).splitAndTransfer(from, rows);
            }
            return new VectorSchemaRoot(plan.outputSchema(), slices, rows);
        } catch (RuntimeException | Error e) {
            slices.forEach(FieldVector::close);
            throw e;
        }
    }

    /** Runs what waits, and ends; those who were answered may still be at work with it. */
    @Override
    public synchronized void close() {
        batcher.close();
        Threads.end(serving);
        answering.shutdown();
        scorers.close();
    }
}
