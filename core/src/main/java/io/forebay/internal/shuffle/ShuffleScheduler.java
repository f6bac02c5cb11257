// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.mask.BadRowLog;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.shuffle.Block.Piece;
import io.forebay.internal.stream.Failures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks and puts their rows into batches, ahead of the consumer and by several workers. The unit of work is one column of one
 * block: its pieces are decoded from all lanes, put one behind the other, and its rows picked into the batches that they belong to. A
 * column goes through the blocks in order.
 *
 * <p>The block that the consumer waits for may always be read; blocks after it only while less than half of the memory budget is in
 * use. One consumer calls {@link #next}; {@link #close} may come from any thread.
 */
final class ShuffleScheduler implements AutoCloseable {
    /** Columns of blocks that a worker reads before it queues behind the work of other streams. */
    private static final int TURNS_MAX = 64;

    private final ShufflePlan plan;
    private final Executor workers;
    private final BufferAllocator allocator;
    private final Memory memory;
    private final List<Field> fields;
    private final int threads;
    private final BlockPlanner planner;

    /** The column by whose lengths rows are put together, which goes first through each block; or −1. */
    private final int bucketColumn;

    /** Blocks that a worker takes a column through before it turns to another: what they copy lies together. */
    private final int blocksInTurn;

    /** Rows beyond the next batch that are read ahead: about as many blocks, unless a number of batches was asked for. */
    private final long rowsAhead;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Blocks that some column still has to go through, the first of which has the number {@code firstBlock}. */
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();

    private long firstBlock;
    private boolean allPlanned;

    /** Of each column the number of its next block, and whether a worker has it in hand. */
    private final long[] nextBlock;

    private final boolean[] busy;

    /** Batches not yet taken, the first of which is the next one, and the step to add next. */
    private final ArrayDeque<PendingBatch> batches = new ArrayDeque<>();

    private long nextStep;
    private long takenRows;

    private int submittedWorkers;
    private int runningWorkers;
    private int workInHand;

    /** The most that one column of one block has taken: what work that starts is expected to take. */
    private long largestWorkBytes;

    /** What went wrong in the first block that something did. */
    private @Nullable Throwable failure;

    private long failedBlock = Long.MAX_VALUE;
    private boolean closed;
    private long bytesRead;

    /** @param badRows where bad rows are noted, or null where they are failures */
    ShuffleScheduler(
            ShufflePlan plan,
            ShuffleMemory use,
            @Nullable BadRowLog badRows,
            Executor workers,
            BufferAllocator allocator,
            Memory memory) {
        this.plan = plan;
        this.workers = workers;
        this.allocator = allocator;
        this.memory = memory;
        this.fields = plan.columns().fields();
        this.threads = plan.columns().threads();
        this.bucketColumn = plan.bucketColumn();
        this.planner = new BlockPlanner(plan, allocator, use, badRows);
        int prefetch = plan.columns().prefetch();
        this.blocksInTurn = use.blocksInTurn();
        long placesAhead = (long) blocksInTurn
                * use.windows()
                * plan.order().windowRows()
                * plan.order().lanes();
        this.rowsAhead =
                prefetch >= 0 ? (long) prefetch * plan.batchRows() : plan.own().within(0, placesAhead);
        this.nextBlock = new long[fields.size()];
        this.busy = new boolean[fields.size()];
    }

    /**
     * The next batch, waiting until it is complete, or null after the last. The caller closes it.
     *
     * @throws ForebayException what failed on the way to it, or of kind {@code cancelled} when closed or interrupted
     */
    @Nullable
    PendingBatch next() {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
        }
        try {
            while (true) {
                if (closed) {
                    throw ForebayException.cancelled("a closed stream has no more batches");
                }
                if (batches.isEmpty() && nextStep >= plan.steps()) {
                    return null;
                }
                PendingBatch head = batches.isEmpty() ? addBatch() : batches.element();
                if (head.isComplete()) {
                    batches.remove();
                    takenRows += head.rows;
                    startWorker();
                    return head;
                }
                startWorker();
                Throwable cause = failure;
                if (cause != null && submittedWorkers == 0) {
                    throw Failures.located(
                            cause, Place.of(plan.columns().manifest().name()));
                }
                changed.await();
            }
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private PendingBatch addBatch() {
        PendingBatch batch = new PendingBatch(nextStep, plan.rowsOf(nextStep), fields, allocator);
        nextStep++;
        batches.add(batch);
        return batch;
    }

    long bytesRead() {
        lock.lock();
        try {
            return bytesRead;
        } finally {
            lock.unlock();
        }
    }

    /** The block of a number, planned now if need be; null behind the last. */
    private @Nullable Block block(long number) {
        while (!allPlanned && number >= firstBlock + blocks.size()) {
            Block block = plannedBlock(firstBlock + blocks.size());
            if (block == null) {
                allPlanned = true;
            } else {
                blocks.add(block);
            }
        }
        int index = (int) (number - firstBlock);
        return index < blocks.size() ? blocks.stream().skip(index).findFirst().orElseThrow() : null;
    }

    /** The next block of the planner; one that fails is not asked again, and what failed comes where the block would. */
    private @Nullable Block plannedBlock(long number) {
        try {
            return planner.next();
        } catch (RuntimeException | Error e) {
            fail(number, e);
            return null;
        }
    }

    private void fail(long number, Throwable cause) {
        if (number < failedBlock) {
            failedBlock = number;
            failure = cause;
        }
        changed.signalAll();
    }

    /** One column of one block. */
    private record Work(int column, Block block) {}

    /** What reading one column of a block has taken: the most memory, the bytes of units that are finished; and found. */
    private static final class Taken {
        long memoryBytes;
        long bytesRead;
        boolean nullFree;
    }

    /** What to do after column {@code last}, or −1: go on with it for some blocks, else with the column furthest behind; or null. */
    private @Nullable Work findReady(int last) {
        // The first block is waited for: no column runs ahead of it.
        if (last >= 0 && firstBlock > 0 && nextBlock[last] < firstBlock + blocksInTurn) {
            Work more = workOn(last);
            if (more != null) {
                return more;
            }
        }
        int found = -1;
        for (int column = 0; column < nextBlock.length; column++) {
            if (!busy[column] && isReady(column) && (found < 0 || nextBlock[column] < nextBlock[found])) {
                found = column;
            }
        }
        return found < 0 ? null : workOn(found);
    }

    private @Nullable Work workOn(int column) {
        if (busy[column] || !isReady(column) || nextBlock[column] >= failedBlock) {
            return null;
        }
        Block block = block(nextBlock[column]);
        return block != null && mayStart(block) ? new Work(column, block) : null;
    }

    /** Where rows are put together by length, columns follow the one that tells it. */
    private boolean isReady(int column) {
        return bucketColumn < 0 || column == bucketColumn || nextBlock[column] < nextBlock[bucketColumn];
    }

    private boolean mayStart(Block block) {
        long neededRows = takenRows + plan.batchRows();
        return block.first() < neededRows
                || (block.first() < neededRows + rowsAhead && memory.hasHeadroom((workInHand + 1) * largestWorkBytes));
    }

    /** The batches that a block's rows go to, as far as they are not taken yet. */
    private List<PendingBatch> targets(Block block) {
        int batchRows = plan.batchRows();
        long lastStep = (block.end() - 1) / batchRows;
        while (nextStep <= lastStep) {
            addBatch();
        }
        List<PendingBatch> targets = new ArrayList<>();
        for (PendingBatch batch : batches) {
            if (batch.step >= block.first() / batchRows && batch.step <= lastStep) {
                targets.add(batch);
            }
        }
        return targets;
    }

    private void startWorker() {
        if (!closed && submittedWorkers < threads && findReady(-1) != null) {
            submittedWorkers++;
            try {
                workers.execute(this::work);
            } catch (RuntimeException | Error e) {
                submittedWorkers--;
                throw e;
            }
        }
    }

    /** As {@link #startWorker}, for a worker: where no thread is to be had, the consumer tries, and sees why. */
    private void startHelper() {
        try {
            startWorker();
        } catch (RuntimeException | Error e) {
            changed.signalAll();
        }
    }

    /** Reads until nothing is ready, or until other streams should have their turn on the thread. */
    private void work() {
        lock.lock();
        try {
            runningWorkers++;
            int last = -1;
            for (int turn = 0; turn < TURNS_MAX && !closed; turn++) {
                Work work = findReady(last);
                if (work == null) {
                    break;
                }
                last = work.column;
                List<PendingBatch> targets = targets(work.block);
                busy[work.column] = true;
                workInHand++;
                startHelper();
                lock.unlock();
                Taken taken = new Taken();
                Throwable failed = attempt(work, targets, taken);
                lock.lock();
                workInHand--;
                report(work, targets, taken, failed);
            }
        } finally {
            runningWorkers--;
            submittedWorkers--;
            if (!closed) {
                startHelper();
            }
            if (closed || failure != null) {
                changed.signalAll();
            }
            lock.unlock();
        }
    }

    /** Does the work without the lock; returns what went wrong, since errors travel to the consumer in order. */
    private @Nullable Throwable attempt(Work work, List<PendingBatch> targets, Taken taken) {
        Block block = work.block;
        try (FieldVector rows = together(work, taken)) {
            taken.memoryBytes = 2L * rows.getBufferSize();
            boolean bucketing = work.column == bucketColumn;
            int[] picks = bucketing ? block.picks(Lengths.of(rows)) : block.picks();
            long[] numbers = bucketing ? block.rowNumbers() : null;
            for (PendingBatch batch : targets) {
                int from = (int) (firstIn(batch, block) - block.first());
                batch.append(work.column, rows, taken.nullFree, picks, from, countIn(batch, block));
                if (numbers != null) {
                    int to = (int) (firstIn(batch, block) - batch.step * plan.batchRows());
                    batch.number(numbers, picks, from, to, countIn(batch, block));
                }
            }
            return null;
        } catch (Throwable e) { // out of memory included
            return e;
        }
    }

    private long firstIn(PendingBatch batch, Block block) {
        return Math.max(batch.step * plan.batchRows(), block.first());
    }

    private int countIn(PendingBatch batch, Block block) {
        return (int) (Math.min(batch.step * plan.batchRows() + batch.rows, block.end()) - firstIn(batch, block));
    }

    /** The pieces of a block, of one column, one behind the other. */
    private FieldVector together(Work work, Taken taken) {
        try (Joined joined = new Joined(fields.get(work.column), work.block.pieceRows(), allocator)) {
            List<Piece> pieces = work.block.pieces();
            for (int i = 0; i < pieces.size(); i++) {
                Piece piece = pieces.get(i);
                if (piece.rows() > 0) {
                    piece.source().appendTo(joined, work.column, piece.row(), piece.rows());
                }
                if (i + 1 == pieces.size() || pieces.get(i + 1).source() != piece.source()) {
                    piece.source().rest(work.column);
                }
                taken.bytesRead += piece.last() ? piece.source().leave(work.column) : 0;
            }
            taken.nullFree = joined.isNullFree();
            return joined.finish();
        }
    }

    private void report(Work work, List<PendingBatch> targets, Taken taken, @Nullable Throwable failed) {
        bytesRead += taken.bytesRead;
        if (failed != null) { // the column stays taken: it goes no further
            fail(nextBlock[work.column], failed);
            return;
        }
        busy[work.column] = false;
        largestWorkBytes = Math.max(largestWorkBytes, taken.memoryBytes);
        for (PendingBatch batch : targets) {
            batch.appended(work.column, countIn(batch, work.block));
        }
        nextBlock[work.column]++;
        long least = Arrays.stream(nextBlock).min().orElseThrow();
        for (; firstBlock < least; firstBlock++) {
            planner.forget(blocks.remove());
        }
        if (!batches.isEmpty() && batches.element().isComplete()) {
            changed.signalAll();
        }
    }

    /** Ends the work: waits for what is being read, then releases everything; then fails with the first failure. */
    @Override
    public void close() {
        ForebayException failed = null;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            planner.live().forEach(RowSource::cancel);
            while (runningWorkers > 0) {
                changed.awaitUninterruptibly();
            }
            batches.forEach(PendingBatch::close);
            batches.clear();
            for (RowSource source : planner.live()) {
                try {
                    bytesRead += source.close();
                } catch (RuntimeException | Error e) {
                    failed = failed == null
                            ? Failures.located(
                                    e, Place.of(plan.columns().manifest().name()))
                            : failed;
                }
            }
        } finally {
            lock.unlock();
        }
        if (failed != null) {
            throw failed;
        }
    }
}
