// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.FixedCells;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import io.forebay.parquet.internal.page.SharedChunk;
import org.apache.arrow.memory.BufferAllocator;

/** A dictionary of values of one width, in Arrow's layout already. Not written to once it is made; its owner closes it. */
final class FixedDictionary implements SharedChunk.Dictionary {
    private final int width;
    private final Scratch values;
    private final int size;

    private FixedDictionary(int width, int size, BufferAllocator allocator) {
        this.width = width;
        this.size = size;
        this.values = new Scratch(allocator);
    }

    /** The {@code count} values of {@code decoder}. */
    static FixedDictionary of(FixedDecoder decoder, int count, int width, BufferAllocator allocator) {
        FixedDictionary dictionary = new FixedDictionary(width, count, allocator);
        try {
            dictionary.values.ensure((long) count * width);
            decoder.read(dictionary.values.address(), count);
            return dictionary;
        } catch (RuntimeException | Error e) {
            dictionary.close();
            throw e;
        }
    }

    /** A decoder of pages of indices into this. */
    Indices indices() {
        return new Indices();
    }

    @Override
    public void close() {
        values.close();
    }

    /** Decodes pages of indices. Not thread-safe. */
    final class Indices implements FixedDecoder {
        private final DictionaryIndices indices = new DictionaryIndices();

        void startPage(Page page) {
            indices.start(page);
        }

        @Override
        public void read(long to, int count) {
            for (int done = 0; done < count; ) {
                int block = indices.next(count - done, size);
                long target = to + (long) done * width;
                if (indices.isRepeated()) {
                    long value = values.address() + (long) indices.repeatedIndex() * width;
                    FixedCells.repeat(value, block, width, target);
                } else {
                    FixedCells.gather(values.address(), indices.values(block), 0, block, width, target);
                }
                done += block;
            }
        }

        @Override
        public void skip(int count) {
            indices.skip(count);
        }
    }
}
