// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.MixturePlan;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.stream.ColumnBuilder;
import io.forebay.internal.stream.Failures;
import io.forebay.internal.stream.OwnedStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a mixture, or what is left of it: each data set is a stream of its own, read ahead, and the consumer's thread puts their
 * rows together.
 */
public final class MixedStream extends OwnedStream {
    /** Where bad rows are masked, data sets are not mixed. */
    private static final int[] NO_BAD_ROWS = new int[0];

    private final MixturePlan plan;
    private final Executor workers;
    private final Memory memory;
    private final List<Feed> feeds = new ArrayList<>();
    private long nextStep;

    /** Guards which streams are open, and whether none will be any more. */
    private final Object opening = new Object();

    private boolean ended;
    private long bytesOfEnded;

    private MixedStream(
            MixturePlan plan,
            Checkpoint start,
            Executor workers,
            Memory memory,
            String name,
            Consumer<OwnedStream> onClose) {
        super(memory.newAllocator(name), plan.name(), start, onClose);
        this.plan = plan;
        this.workers = workers;
        this.memory = memory;
        for (int source = 0; source < plan.sources(); source++) {
            feeds.add(new Feed(source));
        }
    }

    /**
     * Opens all data sets.
     *
     * @param onClose told once, when the stream has been closed
     * @throws ForebayException of kind {@code limit} when the memory budget is too small for them
     */
    public static MixedStream start(
            MixturePlan plan, Executor workers, Memory memory, String name, Consumer<OwnedStream> onClose) {
        MixedStream stream = new MixedStream(plan, plan.stateAfter(-1), workers, memory, name, onClose);
        try {
            for (Feed feed : stream.feeds) {
                if (plan.hasRows(feed.source, feed.ends)) {
                    stream.open(feed);
                }
            }
            return stream;
        } catch (RuntimeException | Error e) {
            stream.allocator.close();
            throw e;
        }
    }

    /** Rows of a batch of a feed. */
    private record Piece(Batch batch, int from, int rows) {}

    /** The rows of one data set, in their order, over the ends of its epochs. */
    private final class Feed {
        final int source;
        long ends;

        @Nullable
        OwnedStream stream;

        @Nullable
        Batch batch;

        int taken;

        Feed(int source) {
            this.source = source;
            this.ends = plan.endsBefore(source);
        }

        /** Adds the next {@code count} rows to {@code pieces}; batches that are used up go to {@code used}. */
        void take(int count, List<Piece> pieces, List<Batch> used) {
            for (int left = count; left > 0; ) {
                Batch current = batch;
                if (current == null) {
                    current = nextBatch();
                    batch = current;
                    taken = 0;
                }
                int rows = Math.min(left, current.rows() - taken);
                pieces.add(new Piece(current, taken, rows));
                taken += rows;
                left -= rows;
                if (taken == current.rows()) {
                    used.add(current);
                    batch = null;
                }
            }
        }

        private Batch nextBatch() {
            while (true) {
                while (stream == null && !plan.hasRows(source, ends)) {
                    ends++;
                }
                OwnedStream open = stream == null ? open(this) : stream;
                Batch next = open.next();
                if (next == null) {
                    closed(this, open);
                } else if (next.rows() == 0) {
                    next.close();
                } else {
                    return next;
                }
            }
        }
    }

    private OwnedStream open(Feed feed) {
        ShufflePlan part = plan.part(feed.source, feed.ends);
        synchronized (opening) {
            if (ended) {
                throw ForebayException.cancelled("a closed stream has no more batches");
            }
            OwnedStream opened =
                    ShuffledStream.within(allocator, part, workers, memory, memory.limitBytes() / plan.sources());
            feed.stream = opened;
            return opened;
        }
    }

    private void closed(Feed feed, OwnedStream stream) {
        stream.close();
        synchronized (opening) {
            feed.stream = null;
            feed.ends++;
            bytesOfEnded += stream.progress().bytesRead();
        }
    }

    @Override
    public Schema schema() {
        return plan.schema();
    }

    @Override
    protected @Nullable Batch read() {
        if (nextStep >= plan.steps()) {
            return null;
        }
        long step = nextStep++;
        int[] sources = plan.sourcesOf(step);
        List<Piece> pieces = new ArrayList<>();
        List<Batch> used = new ArrayList<>();
        try {
            int[] picks = takeRows(sources, pieces, used);
            Checkpoint state = plan.stateAfter(step);
            return new Batch(
                    schema(),
                    columns(pieces, picks),
                    picks.length,
                    plan.stepStart(step),
                    state,
                    picks.length,
                    rowNumbers(plan, step),
                    NO_BAD_ROWS);
        } finally {
            used.forEach(Batch::close);
        }
    }

    /** Of the plan alone: a batch may outlive its stream. */
    private static Supplier<long[]> rowNumbers(MixturePlan plan, long step) {
        return () -> plan.rowNumbers().of(step);
    }

    /** Takes the rows of a step of each data set; answers of each row which of all that were taken it is. */
    private int[] takeRows(int[] sources, List<Piece> pieces, List<Batch> used) {
        int[] counts = new int[feeds.size()];
        for (int source : sources) {
            counts[source]++;
        }
        int[] next = new int[feeds.size()];
        int sum = 0;
        for (Feed feed : feeds) {
            next[feed.source] = sum;
            sum += counts[feed.source];
            feed.take(counts[feed.source], pieces, used);
        }
        int[] picks = new int[sources.length];
        for (int row = 0; row < picks.length; row++) {
            picks[row] = next[sources[row]]++;
        }
        return picks;
    }

    private List<FieldVector> columns(List<Piece> pieces, int[] picks) {
        List<FieldVector> columns = new ArrayList<>();
        try {
            List<Field> fields = schema().getFields();
            for (int column = 0; column < fields.size(); column++) {
                columns.add(column(fields.get(column), column, pieces, picks));
            }
            return columns;
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    private FieldVector column(Field field, int column, List<Piece> pieces, int[] picks) {
        try (Joined joined = new Joined(field, picks.length, allocator)) {
            for (Piece piece : pieces) {
                joined.append(piece.batch.columns().get(column), false, null, piece.from, piece.rows);
            }
            if (feeds.size() == 1) {
                return joined.finish();
            }
            boolean nullFree = joined.isNullFree();
            try (FieldVector together = joined.finish();
                    ColumnBuilder mixed = ColumnBuilder.like(together, field, allocator, picks.length)) {
                mixed.expectNullFree(nullFree);
                mixed.append(together, picks, 0, picks.length);
                return mixed.finish();
            }
        }
    }

    @Override
    protected long bytesRead() {
        synchronized (opening) {
            long bytes = bytesOfEnded;
            for (Feed feed : feeds) {
                bytes += feed.stream == null ? 0 : feed.stream.progress().bytesRead();
            }
            return bytes;
        }
    }

    @Override
    protected void stop() {
        List<OwnedStream> open = new ArrayList<>();
        synchronized (opening) {
            ended = true;
            for (Feed feed : feeds) {
                if (feed.stream != null) {
                    open.add(feed.stream);
                }
            }
        }
        Failures.closeAll(open, OwnedStream::close);
    }

    @Override
    protected void release() {
        for (Feed feed : feeds) {
            if (feed.batch != null) {
                feed.batch.close();
                feed.batch = null;
            }
        }
    }
}
