// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.page.Scratch;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * What one node of a nested column holds in one batch, as the levels of a leaf below it tell: which of its slots are null,
 * and of a list how many elements each has. A pair of levels stands for a slot if its repetition level is at most that of
 * the innermost list above the node, and its definition level says that this list has an element. Not thread-safe; its owner
 * closes it.
 */
final class NodeShape implements AutoCloseable {
    private static final int SLOTS_MAX = Integer.MAX_VALUE - 1;

    private final ColumnNode node;
    private final boolean isList;

    /** Whether it must not be null where what is right above it is there: true of the keys of a map. */
    private final boolean mustBeThere;

    /** The levels by which a pair stands for a slot, and those by which it stands for an element of one. */
    private final int slotRepetition;

    private final int slotDefinition;
    private final int elementRepetition;
    private final int elementDefinition;

    private final BufferAllocator allocator;
    private final Scratch validity;
    private final Scratch offsets;
    private int slots;
    private int valid;

    /** Whether no slot is null so far; the bitmap is not written until one is. */
    private boolean allValid;

    private int elements;

    /** Slots of the batch before. */
    private int expectedSlots;

    /**
     * The shape of a node.
     *
     * @param above what is right above the node, or null
     * @param list the innermost list above the node, or null
     */
    NodeShape(
            ColumnNode node,
            @Nullable ColumnNode above,
            ColumnNode.@Nullable Repeated list,
            BufferAllocator allocator) {
        this.node = node;
        this.mustBeThere = !node.field().isNullable() && above != null && node.definition() > above.innerDefinition();
        this.slotRepetition = list == null ? 0 : list.repetition();
        this.slotDefinition = list == null ? 0 : list.elementDefinition();
        this.isList = node instanceof ColumnNode.Repeated;
        this.elementRepetition = node instanceof ColumnNode.Repeated own ? own.repetition() : 0;
        this.elementDefinition = node instanceof ColumnNode.Repeated own ? own.elementDefinition() : 0;
        this.allocator = allocator;
        this.validity = new Scratch(allocator);
        this.offsets = new Scratch(allocator);
    }

    /** Starts a batch. */
    void start() {
        slots = 0;
        valid = 0;
        elements = 0;
        allValid = true;
        reserve(expectedSlots);
    }

    private void reserve(int count) {
        long total = (long) slots + count;
        long most = (long) Math.max(slots, elements) + count;
        if (most > SLOTS_MAX) {
            throw ForebayException.limit("a batch holds at most " + SLOTS_MAX
                    + " values of one column, ask for fewer batch rows: values=" + most);
        }
        if (!allValid) {
            validity.ensureKeeping(Bits.bytes(total), Bits.bytes(slots));
        }
        if (isList) {
            offsets.ensureKeeping(4 * (total + 1), 4L * slots);
        }
    }

    int slots() {
        return slots;
    }

    /** The slots that are not null. */
    int valid() {
        return valid;
    }

    /** Of each slot whether it is not null; of no use where none is. */
    long validityAddress() {
        return allValid ? 0 : validity.address();
    }

    /** Writes the bitmap from now on. */
    private void startValidity(int count) {
        if (allValid) {
            allValid = false;
            validity.ensureKeeping(Bits.bytes((long) slots + count), 0);
            Bits.fill(validity.address(), 0, slots, true);
        }
    }

    /** Takes in the next pairs of {@code levels}, up to {@code to}. */
    void append(LevelBlocks levels, int to) {
        int count = to - levels.next();
        reserve(count);
        if (levels.isRepeated()) {
            appendRepeated(levels.repetition[0], levels.definition[0], count);
        } else if (allValid && levels.leastDefinition() >= (isList ? elementDefinition : node.definition())) {
            appendPresent(levels, to);
        } else {
            appendWritten(levels, to);
        }
    }

    /** Pairs of which all slots are not null, and lists not empty. */
    private void appendPresent(LevelBlocks levels, int to) {
        int before = slots;
        if (isList) {
            appendStarts(levels.repetition, levels.next(), to);
        } else if (slotRepetition == levels.repetitionMax) {
            slots += to - levels.next();
        } else {
            slots += countUpTo(slotRepetition, levels.repetition, levels.next(), to);
        }
        valid += slots - before;
    }

    private static int countUpTo(int greatest, byte[] levels, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += (levels[i] - greatest - 1) >>> 31;
        }
        return count;
    }

    private void appendStarts(byte[] repetitions, int from, int to) {
        int slot = slots;
        int element = elements;
        long starts = offsets.address();
        for (int i = from; i < to; i++) {
            int repetition = repetitions[i];
            RawMemory.putInt(starts + 4L * slot, element); // kept if this is a slot, overwritten by the next one if not
            slot += (repetition - slotRepetition - 1) >>> 31;
            element += (repetition - elementRepetition - 1) >>> 31;
        }
        slots = slot;
        elements = element;
    }

    private void appendWritten(LevelBlocks levels, int to) {
        startValidity(to - levels.next());
        int before = slots;
        if (isList) {
            appendLists(levels.repetition, levels.definition, levels.next(), to);
        } else {
            appendSlots(levels.repetition, levels.definition, levels.next(), to);
        }
        valid += Bits.countSet(validity.address(), before, slots - before);
    }

    private void appendRepeated(int repetition, int definition, int count) {
        boolean slot = repetition <= slotRepetition && definition >= slotDefinition;
        int step = isList && repetition <= elementRepetition && definition >= elementDefinition ? 1 : 0;
        if (slot) {
            boolean there = definition >= node.definition();
            if (!there) {
                startValidity(count);
            }
            if (!allValid) {
                Bits.fill(validity.address(), slots, count, there);
            }
            valid += there ? count : 0;
        }
        if (slot && isList) {
            long starts = offsets.address() + 4L * slots;
            for (int i = 0; i < count; i++) {
                RawMemory.putInt(starts + 4L * i, elements + i * step);
            }
        }
        slots += slot ? count : 0;
        elements += count * step;
    }

    /** A struct or a value: one bit for each slot, written a byte at a time. */
    private void appendSlots(byte[] repetitions, byte[] definitions, int from, int to) {
        int least = node.definition();
        int slot = slots;
        long address = validity.address() + (slot >>> 3);
        int octet = (slot & 7) == 0 ? 0 : RawMemory.getByte(address) & ((1 << (slot & 7)) - 1);
        for (int i = from; i < to; i++) {
            int definition = definitions[i];
            int isSlot = ((repetitions[i] - slotRepetition - 1) & (slotDefinition - 1 - definition)) >>> 31;
            octet |= (isSlot & ((least - 1 - definition) >>> 31)) << (slot & 7);
            slot += isSlot;
            if ((slot & 7) == 0 && isSlot != 0) {
                RawMemory.putByte(address++, (byte) octet);
                octet = 0;
            }
        }
        if ((slot & 7) != 0) {
            RawMemory.putByte(address, (byte) octet);
        }
        slots = slot;
    }

    /** A list: also where each slot's elements start. */
    private void appendLists(byte[] repetitions, byte[] definitions, int from, int to) {
        int least = node.definition();
        int slot = slots;
        int element = elements;
        long starts = offsets.address();
        long address = validity.address() + (slot >>> 3);
        int octet = (slot & 7) == 0 ? 0 : RawMemory.getByte(address) & ((1 << (slot & 7)) - 1);
        for (int i = from; i < to; i++) {
            int repetition = repetitions[i];
            int definition = definitions[i];
            int isSlot = ((repetition - slotRepetition - 1) & (slotDefinition - 1 - definition)) >>> 31;
            RawMemory.putInt(starts + 4L * slot, element); // kept if this is a slot, overwritten by the next one if not
            octet |= (isSlot & ((least - 1 - definition) >>> 31)) << (slot & 7);
            slot += isSlot;
            element += ((repetition - elementRepetition - 1) & (elementDefinition - 1 - definition)) >>> 31;
            if ((slot & 7) == 0 && isSlot != 0) {
                RawMemory.putByte(address++, (byte) octet);
                octet = 0;
            }
        }
        if ((slot & 7) != 0) {
            RawMemory.putByte(address, (byte) octet);
        }
        slots = slot;
        elements = element;
    }

    /** Ends a batch. */
    void finish() {
        expectedSlots = slots;
        if (mustBeThere && valid < slots) {
            throw ForebayException.corrupt("a key of a map must not be null: nulls=" + (slots - valid));
        }
        if (isList) {
            RawMemory.putInt(offsets.address() + 4L * slots, elements);
        }
    }

    /** Fails unless another leaf told the same of this node. */
    void requireSame(NodeShape other) {
        boolean same = slots == other.slots && valid == other.valid && elements == other.elements;
        if (!same || !sameValidity(other) || (isList && !sameOffsets(other))) {
            throw ForebayException.corrupt("the columns of a struct must agree on what is there: field="
                    + node.field().getName());
        }
    }

    private boolean sameValidity(NodeShape other) {
        for (int i = 0; i < slots && valid < slots; i++) {
            if (Bits.get(validity.address(), i) != Bits.get(other.validity.address(), i)) {
                return false;
            }
        }
        return true;
    }

    private boolean sameOffsets(NodeShape other) {
        for (int i = 0; i < slots; i++) {
            if (RawMemory.getInt(offsets.address() + 4L * i) != RawMemory.getInt(other.offsets.address() + 4L * i)) {
                return false;
            }
        }
        return true;
    }

    /** What {@link FieldVector#loadFieldBuffers} needs beside the buffers. */
    ArrowFieldNode fieldNode() {
        return new ArrowFieldNode(slots, slots - valid);
    }

    /** The validity bitmap, empty where nothing is null, which the caller owns from now on. */
    ArrowBuf takeValidity() {
        return allValid ? allocator.getEmpty() : validity.take();
    }

    /** Hands the batch's buffers to the vector of a list or struct. */
    void load(FieldVector vector) {
        try (ArrowBuf bits = takeValidity()) {
            if (isList) {
                try (ArrowBuf starts = offsets.take()) {
                    vector.loadFieldBuffers(fieldNode(), List.of(bits, starts));
                }
            } else {
                vector.loadFieldBuffers(fieldNode(), List.of(bits));
            }
        }
    }

    @Override
    public void close() {
        validity.close();
        offsets.close();
    }
}
