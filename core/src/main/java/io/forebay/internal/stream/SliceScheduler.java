// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.internal.filter.BoundFilter;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ReadPlan;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Decodes slices ahead of their consumer, by several workers and in order.
 *
 * <p>The unit of work is one lane of one slice. Slices wait in a window, in order; a worker takes the first lane that is
 * ready, so the slice that the consumer waits for comes first. Lanes of filter columns go before the others, which are
 * not read where no row passes. The window is short; it grows, over a unit's end if need be, only when a worker would be
 * idle otherwise: that is what lets row groups decode in parallel. Work on any slice but the first starts only while less
 * than half of the memory budget is in use: so memory is bounded, and the first slice can always be finished.
 *
 * <p>One consumer calls {@link #next}; {@link #close} may come from any thread.
 */
final class SliceScheduler implements AutoCloseable {
    /** Slices decoded ahead for each worker, beside the one it works on. */
    private static final int AHEAD_PER_WORKER = 2;

    private static final int WINDOW_MAX = 1024;

    private final ReadPlan plan;
    private final Executor workers;
    private final BufferAllocator allocator;
    private final Memory memory;
    private final int threads;
    private final int depth;
    private final @Nullable BoundFilter filter;
    private final boolean[] filterColumns;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Slice> window = new ArrayDeque<>();
    private final SliceCursor cursor;
    private @Nullable Slice planned;
    private int activeWorkers;
    private boolean closed;
    private long bytesRead;

    SliceScheduler(ReadPlan plan, Executor workers, BufferAllocator allocator, Memory memory) {
        this.plan = plan;
        this.workers = workers;
        this.allocator = allocator;
        this.memory = memory;
        this.threads = plan.threads();
        this.depth = 1 + AHEAD_PER_WORKER * threads;
        this.filter = plan.filter();
        this.filterColumns = new boolean[plan.fields().size()];
        if (filter != null) {
            Arrays.stream(filter.columns()).forEach(column -> filterColumns[column] = true);
        }
        this.cursor = new SliceCursor(plan);
        this.planned = cursor.next();
    }

    /**
     * The next slice in order, waiting until it is decoded, or null after the last. The caller releases it.
     *
     * @throws ForebayException what failed in the slice, or of kind {@code cancelled} when closed or interrupted
     */
    @Nullable
    Slice next() {
        lock.lock();
        try {
            while (true) {
                requireOpen();
                fillWindow(depth);
                Slice head = window.peek();
                if (head == null) {
                    return null;
                }
                if (head.isComplete()) {
                    return take(head);
                }
                startWorkers();
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForebayException(Kind.CANCELLED, "the wait for a batch was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes read from storage so far, of finished units. */
    long bytesRead() {
        lock.lock();
        try {
            return bytesRead;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the work: waits for the lanes that are being decoded, then releases everything. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (activeWorkers > 0) {
                changed.awaitUninterruptibly();
            }
            for (Slice slice : window) {
                slice.release();
                bytesRead += slice.unit.close();
            }
            window.clear();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ForebayException(Kind.CANCELLED, "a closed stream has no more batches");
        }
    }

    private Slice take(Slice head) {
        Throwable failure = head.failure;
        if (failure != null) {
            throw located(failure, head.unit.source.place());
        }
        window.remove();
        fillWindow(depth);
        startWorkers();
        return head;
    }

    private void fillWindow(int size) {
        while (planned != null && window.size() < size && (window.isEmpty() || memory.hasHeadroom())) {
            addPlanned();
        }
    }

    private void addPlanned() {
        Slice slice = Objects.requireNonNull(planned);
        try {
            OpenUnit unit = slice.unit;
            if (!unit.isOpen()) {
                var file = unit.source.file();
                unit.opened(
                        file.openUnit(unit.source.ordinal(), plan.fieldsOf(file.schema()), allocator), filterColumns);
            }
            slice.countLanes();
        } catch (RuntimeException e) {
            slice.failure = e;
        }
        window.add(slice);
        planned = slice.failure == null ? cursor.next() : null;
    }

    private void startWorkers() {
        while (activeWorkers < threads) {
            LaneWork work = claim();
            if (work == null) {
                return;
            }
            activeWorkers++;
            workers.execute(() -> decode(work));
        }
    }

    /** The first work that is ready, marked as taken, or null. */
    private @Nullable LaneWork claim() {
        if (closed) {
            return null;
        }
        LaneWork work = claimFromWindow();
        while (work == null && growWindow()) {
            work = claimFrom(window.getLast());
        }
        return work;
    }

    private @Nullable LaneWork claimFromWindow() {
        boolean first = true;
        for (Slice slice : window) {
            if (slice.isComplete()) {
                continue;
            }
            if (!first && !memory.hasHeadroom()) {
                return null;
            }
            first = false;
            LaneWork work = claimFrom(slice);
            if (work != null) {
                return work;
            }
        }
        return null;
    }

    private static @Nullable LaneWork claimFrom(Slice slice) {
        OpenUnit.Lane[] lanes = slice.unit.lanes();
        for (int lane = 0; lane < lanes.length; lane++) {
            if (slice.isReadyFor(lanes[lane])) {
                lanes[lane].busy = true;
                return new LaneWork(slice, lane, lanes[lane]);
            }
        }
        return null;
    }

    /** Adds a slice for a worker that found every lane taken, unless it is the consumer that is behind. */
    private boolean growWindow() {
        if (planned == null || window.size() >= WINDOW_MAX || !memory.hasHeadroom()) {
            return false;
        }
        int complete = 0;
        for (Slice slice : window) {
            complete += slice.isComplete() ? 1 : 0;
        }
        if (complete == window.size() || complete >= depth) {
            return false;
        }
        addPlanned();
        return true;
    }

    /** One lane of one slice. */
    private record LaneWork(Slice slice, int lane, OpenUnit.Lane state) {}

    private void decode(LaneWork first) {
        LaneWork work = first;
        while (work != null) {
            Throwable failure = null;
            try {
                decodeLane(work);
            } catch (Throwable e) { // errors travel the queue to the consumer, out-of-memory included
                failure = e;
            }
            boolean filterReady = report(work, failure);
            if (filterReady) {
                evaluateFilter(work.slice());
            }
            work = nextWork();
        }
    }

    private void decodeLane(LaneWork work) {
        Slice slice = work.slice();
        OpenUnit.Lane lane = work.state();
        if (slice.selectedCount() == 0) {
            return;
        }
        var reader = slice.unit.reader();
        if (lane.row < slice.rowInUnit()) {
            reader.skip(work.lane(), slice.rowInUnit() - lane.row);
        }
        FieldVector[] vectors = reader.read(work.lane(), slice.rows);
        for (int i = 0; i < vectors.length; i++) {
            slice.columns[lane.columns[i]] = vectors[i];
        }
        lane.row = slice.rowInUnit() + slice.rows;
    }

    /** Notes that a lane is done; true when the caller is to evaluate the filter. */
    private boolean report(LaneWork work, @Nullable Throwable failure) {
        lock.lock();
        try {
            Slice slice = work.slice();
            if (failure != null) {
                slice.failure = failure; // the lane stays busy: nothing more is decoded from a failed unit's lane
                planned = null;
            } else {
                work.state().busy = false;
                work.state().nextSlice++;
                slice.lanesLeft--;
                slice.filterLanesLeft -= work.state().filtered ? 1 : 0;
            }
            boolean filterReady = failure == null && !slice.selectionKnown && slice.filterLanesLeft == 0;
            slice.lanesLeft += filterReady ? 1 : 0; // the evaluation counts as a lane, so that no one takes the slice
            finishIfComplete(slice);
            return filterReady;
        } finally {
            lock.unlock();
        }
    }

    private void evaluateFilter(Slice slice) {
        int[] passing = null;
        Throwable failure = null;
        try {
            if (slice.selectedCount() > 0) {
                passing = Objects.requireNonNull(filter)
                        .select(column -> Objects.requireNonNull(slice.columns[column]), slice.rows);
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        lock.lock();
        try {
            if (passing != null) {
                slice.selected = slice.selected == null ? passing : intersection(slice.selected, passing);
            }
            slice.failure = failure == null ? slice.failure : failure;
            slice.selectionKnown = true;
            slice.lanesLeft--;
            finishIfComplete(slice);
        } finally {
            lock.unlock();
        }
    }

    private void finishIfComplete(Slice slice) {
        if (!slice.isComplete()) {
            return;
        }
        OpenUnit unit = slice.unit;
        if (slice.failure == null && ++unit.slicesComplete == unit.slicesMade && unit.planned) {
            bytesRead += unit.close();
        }
        if (slice == window.peek()) {
            changed.signalAll();
        }
    }

    private @Nullable LaneWork nextWork() {
        lock.lock();
        try {
            LaneWork work = claim();
            if (work == null) {
                activeWorkers--;
                if (closed) {
                    changed.signalAll();
                }
            } else {
                startWorkers();
            }
            return work;
        } finally {
            lock.unlock();
        }
    }

    private static int[] intersection(int[] left, int[] right) {
        return Arrays.stream(left)
                .filter(row -> Arrays.binarySearch(right, row) >= 0)
                .toArray();
    }

    /** Any failure as the exception that the consumer sees. */
    private static ForebayException located(Throwable failure, Place place) {
        if (failure instanceof ForebayException typed) {
            return typed.at(place);
        }
        if (failure instanceof OutOfMemoryException || failure instanceof OutOfMemoryError) {
            return new ForebayException(
                    Kind.LIMIT, "data must fit the memory budget: " + failure.getMessage(), place, failure);
        }
        return new ForebayException(Kind.CORRUPT, "data could not be decoded: " + failure, place, failure);
    }
}
