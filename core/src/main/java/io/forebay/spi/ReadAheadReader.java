// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import io.forebay.internal.memory.NioViews;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Reads one range in blocks, front to back, some blocks ahead of what is asked for, so that the next bytes are on their way
 * while these are decoded. A step back or out of the range passes through. One thread at a time, but for {@link #cancel}; it
 * does not own the reader below, and is closed before it.
 */
public final class ReadAheadReader implements RangeReader {
    private final RangeReader file;
    private final ByteRange range;
    private final int blockBytes;
    private final int blocksAhead;
    private final BufferAllocator allocator;

    /** The block that was last asked for, and those after it. */
    private final Deque<Block> blocks = new ArrayDeque<>();

    /** Blocks that nobody wants any more and whose reads are under way still. */
    private final List<Block> passed = new ArrayList<>();

    /** A read under way or done. */
    private record Block(ByteRange range, ArrowBuf bytes, CompletableFuture<Void> done) {}

    /**
     * @param range what will be asked for
     * @param blockBytes bytes of one read
     * @param blocksAhead blocks that may be read beyond the one that is asked for
     */
    public ReadAheadReader(
            RangeReader file, ByteRange range, int blockBytes, int blocksAhead, BufferAllocator allocator) {
        this.file = file;
        this.range = range;
        this.blockBytes = blockBytes;
        this.blocksAhead = blocksAhead;
        this.allocator = allocator;
    }

    /** Asks for the first block, before anybody does. */
    public void start() {
        if (range.length() > 0) {
            tryToAddBlock(range.offset());
        }
    }

    @Override
    public StorageObject storageObject() {
        return file.storageObject();
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer target) {
        ByteRange wanted = new ByteRange(offset, target.remaining());
        boolean back = !blocks.isEmpty() && offset < blocks.getFirst().range.offset();
        if (back || offset < range.offset() || wanted.end() > range.end()) {
            return file.read(offset, target);
        }
        passUntil(offset);
        readUntil(wanted.end());
        CompletableFuture<Void> copied = CompletableFuture.completedFuture(null);
        for (Block block : blocks) {
            if (block.range.offset() < wanted.end()) {
                copied = copied.thenCompose(before -> block.done).thenRun(() -> copy(block, offset, target));
            }
        }
        return copied;
    }

    /** Copies what {@code block} holds of the bytes that {@code target} still misses. */
    private static void copy(Block block, long offset, ByteBuffer target) {
        long from = Math.max(offset, block.range.offset());
        int count = (int) Math.min(block.range.end() - from, target.remaining());
        target.put(Objects.requireNonNull(NioViews.of(block.bytes, from - block.range.offset(), count)));
    }

    /** Lets go of the blocks that end at or before {@code offset}. */
    private void passUntil(long offset) {
        while (!blocks.isEmpty() && blocks.getFirst().range.end() <= offset) {
            passed.add(blocks.removeFirst());
        }
        passed.removeIf(block -> {
            boolean done = block.done.isDone();
            if (done) {
                block.bytes.close();
            }
            return done;
        });
        if (blocks.isEmpty()) {
            addBlock(offset);
        }
    }

    /** Starts the reads of all blocks that hold bytes before {@code end}, and of some after them. */
    private void readUntil(long end) {
        int ahead = 0;
        for (Block block : blocks) {
            ahead += block.range.offset() >= end ? 1 : 0;
        }
        for (long next = blocks.getLast().range.end();
                next < range.end();
                next = blocks.getLast().range.end()) {
            if (next < end) {
                addBlock(next);
            } else if (++ahead > blocksAhead || !tryToAddBlock(next)) {
                return;
            }
        }
    }

    /** Does without a block that nobody has asked for yet where memory is short. */
    private boolean tryToAddBlock(long offset) {
        try {
            addBlock(offset);
            return true;
        } catch (OutOfMemoryException e) {
            return false;
        }
    }

    private void addBlock(long offset) {
        int length = (int) Math.min(blockBytes, range.end() - offset);
        ArrowBuf bytes = allocator.buffer(length);
        ByteBuffer view = Objects.requireNonNull(NioViews.of(bytes, 0, length));
        blocks.add(new Block(new ByteRange(offset, length), bytes, file.read(offset, view)));
    }

    @Override
    public void cancel() {
        file.cancel();
    }

    @Override
    public void close() {
        passed.addAll(blocks);
        blocks.clear();
        for (Block block : passed) {
            block.done.exceptionally(failure -> null).join(); // the buffer belongs to the read until then
            block.bytes.close();
        }
        passed.clear();
    }
}
