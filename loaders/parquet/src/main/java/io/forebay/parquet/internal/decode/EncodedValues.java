// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.DictionaryVector;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.memory.FixedCells;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import io.forebay.parquet.internal.page.SharedChunk;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * Strings and binary values as indices into the dictionary of their chunk. A batch with values outside it is decoded to the
 * values themselves, and gets a dictionary of its own.
 */
final class EncodedValues extends PageValues {
    /** The column without a dictionary. */
    private final FlatColumn column;

    private final BufferAllocator allocator;
    private final Scratch indices;
    private final DictionaryIndices decoder = new DictionaryIndices();
    private final BytesValues plain;
    private @Nullable FieldVector dictionary;

    /** Whether the current page has indices. */
    private boolean encoded;

    /** Whether the batch is being decoded to the values themselves. */
    private boolean decoding;

    private int batchRows;

    EncodedValues(FlatColumn column, BufferAllocator allocator) {
        this.column = column.plain();
        this.allocator = allocator;
        this.indices = new Scratch(allocator);
        this.plain = new BytesValues(this.column, allocator);
    }

    @Override
    void start(int rows) {
        batchRows = rows;
        decoding = false;
        indices.ensure((long) Integer.BYTES * rows);
    }

    @Override
    void reserve(int rows, int done) {
        throw new UnsupportedOperationException("only flat columns have dictionaries");
    }

    @Override
    void startPage(Page page) {
        encoded = page.hasIndices();
        if (encoded) {
            decoder.start(page);
        } else {
            plain.startPage(page);
        }
    }

    @Override
    SharedChunk.@Nullable Dictionary loadDictionary(Page page) {
        dictionary = DictionaryPage.valuesOf(column, page, allocator);
        return null;
    }

    @Override
    void read(int at, int rows, int valid, long validity) {
        if (encoded) {
            readIndices(at, rows, valid, validity);
            if (decoding) {
                plain.append(dictionary, indices.address(), at, rows, validity);
            }
            return;
        }
        if (!decoding) {
            decoding = true;
            plain.start(batchRows);
            plain.append(dictionary, indices.address(), 0, at, validity);
        }
        plain.read(at, rows, valid, validity);
    }

    private void readIndices(int at, int rows, int valid, long validity) {
        FieldVector values = dictionary;
        if (values == null && valid > 0) {
            throw missingDictionary();
        }
        int size = values == null ? 0 : values.getValueCount();
        long to = indices.address() + (long) Integer.BYTES * at;
        for (int done = 0; done < valid; ) {
            int block = Math.min(valid - done, DictionaryIndices.BLOCK_VALUES);
            block = decoder.next(block, size);
            int[] some = decoder.values(block);
            for (int i = 0; i < block; i++) {
                RawMemory.putInt(to + (long) Integer.BYTES * (done + i), some[i]);
            }
            done += block;
        }
        if (valid < rows) {
            FixedCells.spread(to, Integer.BYTES, rows, valid, validity, at);
        }
    }

    @Override
    void skip(int valid) {
        if (!encoded) {
            plain.skip(valid);
        } else if (valid > 0) {
            decoder.skip(valid);
        }
    }

    @Override
    void finish(FieldVector vector, ArrowFieldNode node, ArrowBuf validity) {
        DictionaryVector made = (DictionaryVector) vector;
        if (decoding) {
            try (FieldVector values = column.field().createVector(allocator)) {
                plain.finish(values, node, validity);
                Dictionaries.fill(values, made, allocator);
            }
            return;
        }
        try (ArrowBuf taken = indices.take()) {
            made.loadFieldBuffers(node, List.of(validity, taken));
        }
        if (dictionary != null) {
            Dictionaries.share(dictionary, made.values());
        }
    }

    @Override
    void abandon() {
        indices.close();
        plain.abandon();
    }

    @Override
    public void close() {
        abandon();
        plain.close();
        if (dictionary != null) {
            dictionary.close();
        }
    }
}
