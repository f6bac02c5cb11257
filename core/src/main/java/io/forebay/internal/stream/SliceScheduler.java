// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.ForebayException;
import io.forebay.internal.mask.BadRowLog;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.spi.UnitFile;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Decodes slices ahead of their consumer, by several workers and in order.
 *
 * <p>The unit of work is one lane of one slice. Slices wait in a window, in order; a worker takes the first lane that is
 * ready, so the slice that the consumer waits for comes first. Lanes of filter columns go before the others, which are
 * not read where no row passes. The window is short; it grows, over a unit's end if need be, only when a worker would be
 * idle otherwise: that is what lets row groups decode in parallel. It starts longer where the consumer has used all of it up
 * faster than it was filled. Where slices wait for the consumer, as many workers go on as keep up with it. Work on any slice
 * but the first starts only while less than half of the memory budget is in use: so memory is bounded, and the first slice
 * can always be finished. Units on a remote storage are opened well before their slices are made, so that their bytes are on
 * their way.
 *
 * <p>One consumer calls {@link #next}; {@link #close} may come from any thread.
 */
final class SliceScheduler implements AutoCloseable {
    /** Slices decoded ahead for each worker, beside the one it works on. */
    private static final int AHEAD_PER_WORKER = 2;

    private static final int WINDOW_MAX = 1024;

    /** As {@link #AHEAD_PER_WORKER}, where that has not been enough: a longer window is colder. */
    private static final int AHEAD_PER_WORKER_MAX = 4;

    /** Slices that a waiting consumer is woken for: a wake costs as much time as a narrow slice takes to decode. */
    private static final int SLICES_PER_WAKE = 2;

    /** Lanes that a worker decodes before it queues behind the work of other streams. */
    private static final int TURNS_MAX = 64;

    /** Units opened before their turn: at most so many, and no more than were begun; their bytes are a part of the budget. */
    private static final int UNITS_AHEAD_MAX = 64;

    private static final int UNITS_AHEAD_SHARE = 4;

    private final ReadPlan plan;
    private final SliceDecoder decoder;
    private final Executor workers;
    private final Memory memory;
    private final int threads;

    /** Slices that are in the window whatever workers do, as far as memory goes. */
    private int depth;

    /** Whether the window may grow, and workers rest: unless its length was asked for. */
    private final boolean adapting;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Slice> window = new ArrayDeque<>();
    private final SliceCursor cursor;
    private @Nullable Slice planned;

    /** Workers handed to the executor, and those of them that have started. */
    private int submittedWorkers;

    private int runningWorkers;

    /** Lanes being decoded, and units being opened. */
    private int workInHand;

    /** The most that one lane of one slice has taken so far: what a lane that starts is expected to take. */
    private long largestLaneBytes;

    /** How fast the consumer is, and what its slices cost: tells how many threads keep up with it. */
    private final Pace pace = new Pace();

    /** Whether the whole window was decoded at some time since the consumer had to wait last. */
    private boolean wasAhead;

    private int unitsBegun;
    private boolean opensAhead = true;
    private boolean failed;
    private boolean closed;
    private long bytesRead;

    /** @param badRows where bad rows are noted, or null where they are failures */
    SliceScheduler(
            ReadPlan plan, @Nullable BadRowLog badRows, Executor workers, BufferAllocator allocator, Memory memory) {
        this.plan = plan;
        this.decoder = new SliceDecoder(plan, badRows, allocator);
        this.workers = workers;
        this.memory = memory;
        this.threads = plan.threads();
        this.adapting = plan.prefetch() < 0;
        this.depth = (int) Math.min(WINDOW_MAX, 1 + (adapting ? (long) AHEAD_PER_WORKER * threads : plan.prefetch()));
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
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
        }
        try {
            pace.asked(System.nanoTime());
            while (true) {
                requireOpen();
                fillWindow();
                Slice head = window.peek();
                if (head == null) {
                    return null;
                }
                if (head.isComplete()) {
                    return take(head);
                }
                lookFurther();
                startWorker();
                changed.await();
            }
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
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

    /** Ends the work: waits for the lanes that are being decoded, then releases everything; then fails with the first failure. */
    @Override
    public void close() {
        ForebayException failure = null;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            Set<OpenUnit> units = unitsInUse();
            units.forEach(OpenUnit::cancel);
            while (runningWorkers > 0) {
                changed.awaitUninterruptibly();
            }
            window.forEach(Slice::release);
            window.clear();
            for (OpenUnit unit : units) {
                try {
                    bytesRead += unit.close();
                } catch (RuntimeException | Error e) {
                    failure = failure == null ? Failures.located(e, unit.source.place()) : failure;
                }
            }
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The units that may have a reader: of slices cut already, and those that were looked at ahead of them. */
    private Set<OpenUnit> unitsInUse() {
        Set<OpenUnit> units = new LinkedHashSet<>();
        window.forEach(slice -> units.add(slice.unit));
        if (planned != null) {
            units.add(planned.unit);
        }
        units.addAll(cursor.ahead());
        return units;
    }

    private void requireOpen() {
        if (closed) {
            throw ForebayException.cancelled("a closed stream has no more batches");
        }
    }

    private Slice take(Slice head) {
        Throwable failure = head.failure;
        if (failure != null) {
            throw Failures.located(failure, head.unit.source.place());
        }
        window.remove();
        pace.given(System.nanoTime());
        fillWindow();
        startWorker();
        return head;
    }

    /** The consumer has to wait: if workers had decoded all that they might before, that was not enough. */
    private void lookFurther() {
        if (adapting && wasAhead) {
            long most = Math.min(WINDOW_MAX, 1 + (long) AHEAD_PER_WORKER_MAX * threads);
            depth = (int) Math.max(depth, Math.min(most, depth + (long) threads));
            fillWindow();
        }
        wasAhead = false;
    }

    private void fillWindow() {
        while (mayPlan() && window.size() < depth && (window.isEmpty() || hasHeadroom())) {
            addPlanned();
        }
    }

    /** True while the lanes being decoded, and one more, leave half of the budget free. */
    private boolean hasHeadroom() {
        return memory.hasHeadroom((workInHand + 1) * largestLaneBytes);
    }

    private boolean mayPlan() {
        return planned != null && !failed;
    }

    private void addPlanned() {
        Slice slice = Objects.requireNonNull(planned);
        window.add(slice);
        planned = cursor.next();
        unitsBegun += slice.isFirstOfUnit() ? 1 : 0;
        if (slice.unit.isOpen()) {
            slice.countLanes();
            finishIfComplete(slice);
        }
    }

    /** Hands one worker to the executor if there is work for it; a worker that starts looks for the next. */
    private void startWorker() {
        if (!closed && submittedWorkers < workersWanted() && findReady() != null) {
            submittedWorkers++;
            try {
                workers.execute(this::work);
            } catch (RuntimeException | Error e) {
                submittedWorkers--;
                throw e;
            }
        }
    }

    /**
     * All threads where no slice waits for the consumer; else as many as keep up with it: one that computes needs a processor of its
     * own.
     */
    private int workersWanted() {
        return adapting && completeUpTo(1) > 0 ? pace.workersAbreast(threads) : threads;
    }

    /** As {@link #startWorker}, for a worker: where no thread is to be had, the consumer tries, and sees why. */
    private void startHelper() {
        try {
            startWorker();
        } catch (RuntimeException | Error e) {
            changed.signalAll();
        }
    }

    /** The first work that is ready, or null; lets the window grow where that yields some. */
    private @Nullable LaneWork findReady() {
        LaneWork work = findAhead();
        if (work == null) {
            work = findInWindow();
        }
        while (work == null && growWindow()) {
            work = findIn(window.getLast());
        }
        return work;
    }

    /** A unit to open before its turn: the first one's own bytes come first, then there must be memory for it. */
    private @Nullable LaneWork findAhead() {
        Slice head = window.peek();
        if (!opensAhead || !mayPlan() || head == null || !head.unit.isOpen()) {
            return null;
        }
        OpenUnit next = cursor.firstUntouched();
        if (next == null || !next.source.file().isRemote()) {
            opensAhead = false;
            return null;
        }
        long bytes = bytesAhead(next);
        int units = 0;
        for (OpenUnit unit : cursor.ahead()) {
            if (!unit.isUntouched()) {
                bytes += bytesAhead(unit);
                units++;
            }
        }
        boolean fits = units == 0 || bytes <= memory.limitBytes() / UNITS_AHEAD_SHARE;
        return fits && units < Math.min(unitsBegun, UNITS_AHEAD_MAX) && memory.hasHeadroom(bytesAhead(next))
                ? new LaneWork(next, null, LaneWork.OPEN)
                : null;
    }

    private long bytesAhead(OpenUnit unit) {
        return Math.min(unit.bytes(plan), memory.limitBytes() / UnitFile.AHEAD_SHARE);
    }

    private @Nullable LaneWork findInWindow() {
        for (Slice slice : window) {
            if (slice.isComplete()) {
                continue;
            }
            if (slice != window.peek() && !hasHeadroom()) {
                return null;
            }
            LaneWork work = findIn(slice);
            if (work != null) {
                return work;
            }
        }
        return null;
    }

    private static @Nullable LaneWork findIn(Slice slice) {
        if (slice.unit.isUntouched()) {
            return new LaneWork(slice.unit, slice, LaneWork.OPEN);
        }
        OpenUnit.Lane[] lanes = slice.unit.lanes();
        for (int lane = 0; lane < lanes.length; lane++) {
            if (slice.isReadyFor(lanes[lane])) {
                return new LaneWork(slice.unit, slice, lane);
            }
        }
        return null;
    }

    /** Adds a slice for a worker that found every lane taken, unless it is the consumer that is behind. */
    private boolean growWindow() {
        if (!adapting || !mayPlan() || window.size() >= WINDOW_MAX || !hasHeadroom()) {
            return false;
        }
        Slice head = window.peek();
        if (head == null || head.isComplete()) {
            return false;
        }
        addPlanned();
        return true;
    }

    /** One lane of one slice; or, as lane {@link #OPEN}, the opening of its unit, before its turn if there is no slice. */
    private record LaneWork(OpenUnit unit, @Nullable Slice slice, int lane) {
        static final int OPEN = -1;

        OpenUnit.Lane state() {
            return unit.lanes()[lane];
        }

        Slice ownSlice() {
            return Objects.requireNonNull(slice);
        }
    }

    /** Decodes until nothing is ready, or until other streams should have their turn on the thread. */
    private void work() {
        lock.lock();
        try {
            runningWorkers++;
            for (int turn = 0; turn < TURNS_MAX && !closed && submittedWorkers <= workersWanted(); turn++) {
                LaneWork work = findReady();
                if (work == null) {
                    wasAhead |= window.stream().allMatch(Slice::isComplete);
                    break;
                }
                claim(work);
                startHelper();
                lock.unlock();
                long started = System.nanoTime();
                Throwable failure = attempt(work);
                long nanos = System.nanoTime() - started;
                lock.lock();
                pace.worked(nanos);
                report(work, failure);
            }
        } finally {
            runningWorkers--;
            submittedWorkers--;
            if (closed) {
                changed.signalAll();
            } else {
                startHelper();
                wakeConsumer(1);
            }
            lock.unlock();
        }
    }

    private void claim(LaneWork work) {
        workInHand++;
        if (work.lane == LaneWork.OPEN) {
            work.unit.claimOpening();
        } else {
            work.state().busy = true;
        }
    }

    /** Does the work without the lock; returns what went wrong, since errors travel to the consumer in order. */
    private @Nullable Throwable attempt(LaneWork work) {
        try {
            if (work.lane == LaneWork.OPEN) {
                decoder.open(work.unit);
            } else {
                decoder.decode(work.ownSlice(), work.lane);
            }
            return null;
        } catch (Throwable e) { // out of memory included
            return e;
        }
    }

    private void report(LaneWork work, @Nullable Throwable failure) {
        workInHand--;
        if (failure != null && work.slice == null) { // who needs the unit tries again, and sees why
            opensAhead = false;
            work.unit.giveOpeningUp();
        } else if (failure != null) {
            fail(work.ownSlice(), failure);
        } else if (work.lane == LaneWork.OPEN) {
            work.unit.startDecoding();
            for (Slice waiting : window) {
                if (waiting.unit == work.unit) {
                    waiting.countLanes();
                    finishIfComplete(waiting);
                }
            }
        } else {
            Slice decoded = work.ownSlice();
            largestLaneBytes = Math.max(largestLaneBytes, decoded.bytesOf(work.state().columns));
            decoded.laneDone(work.state());
            finishIfComplete(decoded);
        }
    }

    /** Nothing more is planned after a failure; the lane or unit stays taken, so nothing more is decoded from it. */
    private void fail(Slice slice, Throwable failure) {
        slice.failure = failure;
        failed = true;
        changed.signalAll();
    }

    private void finishIfComplete(Slice slice) {
        if (slice.failure != null || !slice.isComplete()) {
            return;
        }
        OpenUnit unit = slice.unit;
        if (++unit.slicesComplete == unit.slicesMade && unit.planned) {
            try {
                bytesRead += unit.close();
            } catch (RuntimeException | Error e) {
                fail(slice, e);
            }
        }
        wakeConsumer(SLICES_PER_WAKE);
    }

    /** Wakes a waiting consumer if {@code least} slices are ready for it; a worker that stops leaves it those there are. */
    private void wakeConsumer(int least) {
        if (completeUpTo(least) == least) {
            changed.signalAll();
        }
    }

    /** How many slices are ready for the consumer, counted up to {@code most}. */
    private int completeUpTo(int most) {
        int complete = 0;
        for (Slice slice : window) {
            if (complete == most || !slice.isComplete()) {
                break;
            }
            complete++;
        }
        return complete;
    }
}
