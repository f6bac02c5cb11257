// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.text.Utf8;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import io.forebay.parquet.internal.page.SharedChunk;
import org.apache.arrow.memory.BufferAllocator;

/** A dictionary of byte arrays. Not written to once it is made; its owner closes it. */
final class BytesDictionary implements SharedChunk.Dictionary {
    private final Scratch values;

    /** Of each entry the offset in the upper and the length in the lower half; of short ones of one length, their bytes. */
    private final Scratch entries;

    private int size;

    /** The length of the longest entry. */
    private int longest;

    /** Whether all entries have the length of the longest, and fit a word. */
    private boolean words;

    private BytesDictionary(BufferAllocator allocator) {
        this.values = new Scratch(allocator);
        this.entries = new Scratch(allocator);
    }

    /** The byte arrays of a PLAIN page. */
    static BytesDictionary of(Page page, boolean utf8, BufferAllocator allocator) {
        BytesDictionary dictionary = new BytesDictionary(allocator);
        try {
            dictionary.load(page, utf8);
            return dictionary;
        } catch (RuntimeException | Error e) {
            dictionary.close();
            throw e;
        }
    }

    private void load(Page page, boolean utf8) {
        page.requireDictionaryWithin(Integer.BYTES);
        values.ensure(page.dataBytes);
        entries.ensure(8L * page.valueCount);
        RawMemory.copy(page.dataAddress, values.address(), page.dataBytes);
        size = page.valueCount;
        longest = 0;
        int shortest = Integer.MAX_VALUE;
        long offset = 0;
        for (int i = 0; i < size; i++) {
            int length = offset + 4 > page.dataBytes ? -1 : RawMemory.getInt(values.address() + offset);
            if (length < 0 || length > page.dataBytes - offset - 4) {
                throw ForebayException.corrupt("a dictionary value must lie within its page: length=" + length
                        + ", bytesLeft=" + (page.dataBytes - offset));
            }
            RawMemory.putLong(entries.address() + 8L * i, ((offset + 4) << 32) | length);
            longest = Math.max(longest, length);
            shortest = Math.min(shortest, length);
            if (utf8) {
                Utf8.require(values.address() + offset + 4, length);
            }
            offset += 4 + length;
        }
        page.requireDictionaryOf(offset);
        words = shortest == longest && longest <= Long.BYTES;
        for (int i = 0; words && i < size; i++) {
            long value = values.address() + (4L + longest) * i + 4;
            RawMemory.putLong(entries.address() + 8L * i, RawMemory.getLong(value));
        }
    }

    /** A decoder of pages of indices into this. */
    Indices indices() {
        return new Indices();
    }

    /** Decodes pages of indices. Not thread-safe. */
    final class Indices implements BytesDecoder {
        private final DictionaryIndices indices = new DictionaryIndices();

        void startPage(Page page) {
            indices.start(page);
        }

        @Override
        public void read(BytesTarget target, int index, int count) {
            if (words) {
                target.expect((long) count * longest);
            }
            for (int done = 0; done < count; ) {
                int block = indices.next(Math.min(count - done, DictionaryIndices.BLOCK_VALUES), size);
                append(target, index + done, indices.values(block), block);
                done += block;
            }
        }

        @Override
        public void skip(int count) {
            indices.skip(count);
        }
    }

    private void append(BytesTarget target, int index, int[] block, int count) {
        if (words) {
            ByteArrays.equalEnds(target.endAddress(index), count, longest, target.usedBytes());
            ByteArrays.copyWords(entries.address(), block, count, longest, target.append((long) count * longest));
            return;
        }
        long bytes = ByteArrays.ends(entries.address(), block, count, target.endAddress(index), target.usedBytes());
        long to = target.append(bytes);
        ByteArrays.copy(values.address(), entries.address(), block, count, longest, to);
    }

    @Override
    public void close() {
        values.close();
        entries.close();
    }
}
