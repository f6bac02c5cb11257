// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import io.forebay.parquet.internal.page.SharedChunk;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.parquet.format.Encoding;

/** Booleans: bits in Parquet as in Arrow, packed plainly or in hybrid runs. */
final class BooleanValues extends PageValues {
    private final Scratch dense;
    private final Scratch data;
    private final HybridRuns runs = new HybridRuns();
    private boolean plain;
    private long plainBase;
    private long plainBit;
    private long plainBits;

    BooleanValues(BufferAllocator allocator) {
        this.dense = new Scratch(allocator);
        this.data = new Scratch(allocator);
    }

    @Override
    void start(int rows) {
        data.ensure(Bits.bytes(rows));
    }

    @Override
    void reserve(int rows, int done) {
        data.ensureKeeping(Bits.bytes(rows), Bits.bytes(done));
    }

    @Override
    void startPage(Page page) {
        plain = page.encoding == Encoding.PLAIN;
        if (plain) {
            plainBase = page.dataAddress;
            plainBit = 0;
            plainBits = 8L * page.dataBytes;
        } else if (page.encoding == Encoding.RLE) {
            startRle(page);
        } else {
            throw unsupportedEncoding(page, "BOOLEAN");
        }
    }

    private void startRle(Page page) {
        if (page.dataBytes == 0) { // a page of nulls alone
            runs.reset(page.dataAddress, 0, 1);
            return;
        }
        int length = page.dataBytes < 4 ? -1 : RawMemory.getInt(page.dataAddress);
        if (length < 0 || length > page.dataBytes - 4) {
            throw ForebayException.corrupt(
                    "runs must lie within their page: bytes=" + length + ", pageBytes=" + page.dataBytes);
        }
        runs.reset(page.dataAddress + 4, length, 1);
    }

    @Override
    SharedChunk.Dictionary loadDictionary(Page page) {
        throw ForebayException.corrupt("booleans have no dictionary: values=" + page.valueCount);
    }

    @Override
    void read(int at, int rows, int valid, long validity) {
        long to = data.address();
        if (valid == rows) {
            readDense(to, at, valid);
            return;
        }
        dense.ensure(Bits.bytes(valid) + 1);
        readDense(dense.address(), 0, valid);
        int next = 0;
        for (int i = 0; i < rows; i++) {
            boolean present = Bits.get(validity, at + i);
            Bits.set(to, at + i, present && Bits.get(dense.address(), next));
            next += present ? 1 : 0;
        }
    }

    private void readDense(long to, long toBit, int count) {
        if (plain) {
            requirePlain(count);
            Bits.copy(plainBase, plainBit, to, toBit, count);
            plainBit += count;
        } else {
            runs.readBits(to, toBit, count);
        }
    }

    @Override
    void skip(int valid) {
        if (plain) {
            requirePlain(valid);
            plainBit += valid;
        } else {
            runs.skip(valid);
        }
    }

    private void requirePlain(int count) {
        if (count > plainBits - plainBit) {
            throw ForebayException.corrupt("plain booleans must lie within their page: values=" + count + ", bitsLeft="
                    + (plainBits - plainBit));
        }
    }

    @Override
    void finish(FieldVector vector, ArrowFieldNode node, ArrowBuf validity) {
        try (ArrowBuf bits = data.take()) {
            vector.loadFieldBuffers(node, List.of(validity, bits));
        }
    }

    @Override
    void abandon() {
        data.close();
    }

    @Override
    public void close() {
        abandon();
        dense.close();
    }
}
