// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.memory.ArrowBuf;

/** Bits of a buffer, front to back. What is read starts at a byte, wherever it started in the buffer. */
final class BitReader {
    private final BufferBytes bytes;

    /** The byte that was read last, and how many of its bits have been taken: all of them where it is 0. */
    private byte carried;

    private int carriedTaken;

    BitReader(BufferBytes bytes) {
        this.bytes = bytes;
    }

    /** The next {@code count} bits, from bit 0 on; bits behind them may be anything. The caller closes the buffer. */
    ArrowBuf take(int count) {
        if (carriedTaken == 0) {
            ArrowBuf taken = bytes.take(Bits.bytes(count));
            carry(taken, count);
            return taken;
        }
        long bitsToEnd = (long) carriedTaken + count;
        try (ArrowBuf shifted = bytes.allocator.buffer(Bits.bytes(bitsToEnd))) {
            shifted.setByte(0, carried);
            bytes.read(shifted, 1, Bits.bytes(bitsToEnd) - 1);
            ArrowBuf taken = bytes.allocator.buffer(Bits.bytes(count));
            Bits.copy(shifted.memoryAddress(), carriedTaken, taken.memoryAddress(), 0, count);
            carry(shifted, bitsToEnd);
            return taken;
        }
    }

    void skip(long count) {
        long bitsToEnd = carriedTaken + count;
        long wholeBytes = bitsToEnd >>> 3;
        if (carriedTaken > 0 && wholeBytes == 0) {
            carriedTaken = (int) bitsToEnd;
            return;
        }
        bytes.skip(wholeBytes - (carriedTaken > 0 ? 1 : 0));
        carriedTaken = 0;
        if ((bitsToEnd & 7) != 0) {
            take((int) (bitsToEnd & 7)).close();
        }
    }

    /** Keeps the byte that holds the last of {@code bits} bits, if there are more in it. */
    private void carry(ArrowBuf read, long bits) {
        carriedTaken = (int) (bits & 7);
        if (carriedTaken != 0) {
            carried = RawMemory.getByte(read.memoryAddress() + (bits >>> 3));
        }
    }
}
