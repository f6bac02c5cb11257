// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
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
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/** Runs requests, a thread for each run in flight; whichever is free takes the next ones. */
public final class ServeExecution implements AutoCloseable {
    /** What requests come from cannot be read again. */
    private static final String NO_DATASET = new Digest().add("requests").finish();

    private final Schema columns;
    private final BufferAllocator allocator;
    private final ScorePlan plan;
    private final Batcher batcher;
    private final RunMeter meter = new RunMeter();
    private final List<Scorer> scorers = new ArrayList<>();
    private final ExecutorService threads;

    /**
     * Starts to wait for requests.
     *
     * @param columns of each request
     * @param modelAllocator from which a child is taken for tensors and results
     */
    public ServeExecution(
            List<EngineSession> sessions,
            BufferAllocator modelAllocator,
            ModelOptions options,
            Schema columns,
            ServeOptions limits) {
        this.columns = columns;
        this.plan = ScorePlan.of(sessions.get(0), columns, options, ScoreSettings.Kept.these(List.of()));
        this.batcher = new Batcher(limits);
        this.allocator = modelAllocator.newChildAllocator("serve", 0, modelAllocator.getLimit());
        try {
            for (int i = 0; i < options.concurrency(); i++) {
                for (EngineSession session : sessions) {
                    scorers.add(new Scorer(plan, session, options, allocator, meter));
                }
            }
        } catch (RuntimeException | Error e) { // a runner may need what the device has no more of
            closeScorers();
            throw e;
        }
        this.threads = Executors.newFixedThreadPool(scorers.size(), Threads.named("forebay-serve"));
        scorers.forEach(scorer -> threads.execute(() -> serve(scorer)));
    }

    /** Queues rows, which are taken over; see the public service. */
    public CompletableFuture<VectorSchemaRoot> submit(VectorSchemaRoot rows, @Nullable Duration deadline) {
        if (!rows.getSchema().getFields().equals(columns.getFields())) {
            throw ForebayException.usage("a request must have the columns that the service was made for: columns="
                    + rows.getSchema().getFields() + ", expected=" + columns.getFields());
        }
        ServeRequest request = new ServeRequest(rows, deadline);
        batcher.add(request);
        return request.result();
    }

    /** What was done so far. */
    public RunMetrics metrics() {
        return meter.metrics(batcher.queued());
    }

    private void serve(Scorer scorer) {
        try {
            for (List<ServeRequest> run = batcher.take(); !run.isEmpty(); run = batcher.take()) {
                run.forEach(request -> meter.waited(System.nanoTime() - request.submittedNanos()));
                run(scorer, run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody else knows of this thread
        }
    }

    /** Runs requests together; where that fails, each alone, so that none suffers for another. */
    private void run(Scorer scorer, List<ServeRequest> requests) {
        List<VectorSchemaRoot> results;
        try {
            results = score(scorer, requests);
        } catch (RuntimeException | Error e) { // nobody else would tell those who wait
            if (requests.size() > 1) {
                requests.forEach(request -> run(scorer, List.of(request)));
            } else {
                requests.get(0).fail(typed(e));
            }
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            requests.get(i).complete(results.get(i));
        }
    }

    private List<VectorSchemaRoot> score(Scorer scorer, List<ServeRequest> requests) {
        try (Batch scored = scorer.score(join(requests))) {
            List<VectorSchemaRoot> results = new ArrayList<>();
            try {
                int from = 0;
                for (ServeRequest request : requests) {
                    results.add(slice(scored, from, request.rowCount()));
                    from += request.rowCount();
                }
                return results;
            } catch (RuntimeException | Error e) {
                results.forEach(VectorSchemaRoot::close);
                throw e;
            }
        }
    }

    /** One batch of all rows; the requests keep theirs until they are done with. */
    private Batch join(List<ServeRequest> requests) {
        List<FieldVector> joined = new ArrayList<>();
        try {
            int column = 0;
            for (Field field : columns.getFields()) {
                List<FieldVector> parts = new ArrayList<>();
                for (ServeRequest request : requests) {
                    parts.add(request.rows().getVector(column));
                }
                joined.add(Joining.join(field, parts, allocator));
                column++;
            }
            int rows = requests.stream().mapToInt(ServeRequest::rowCount).sum();
            return new Batch(columns, joined, rows, 0, new Checkpoint(NO_DATASET, 0, 1, rows, rows, null));
        } catch (RuntimeException | Error e) {
            joined.forEach(FieldVector::close);
            throw e;
        }
    }

    private VectorSchemaRoot slice(Batch scored, int from, int rows) {
        List<FieldVector> slices = new ArrayList<>();
        for (FieldVector column : scored.columns()) {
            TransferPair transfer = column.getTransferPair(allocator);
            transfer.splitAndTransfer(from, rows);
            slices.add((FieldVector) transfer.getTo());
        }
        return new VectorSchemaRoot(plan.outputSchema(), slices, rows);
    }

    private static ForebayException typed(Throwable failure) {
        if (failure instanceof ForebayException own) {
            return own;
        }
        return failure instanceof OutOfMemoryException
                ? new ForebayException(Kind.LIMIT, "a run must fit the memory budget: " + failure.getMessage(), failure)
                : new ForebayException(Kind.IO, "the run failed: " + failure, failure);
    }

    /** Runs what waits, and ends. */
    @Override
    public void close() {
        batcher.close();
        Threads.end(threads);
        closeScorers();
    }

    private void closeScorers() {
        scorers.forEach(Scorer::close);
        allocator.close();
    }
}
