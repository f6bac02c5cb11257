// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import org.apache.parquet.format.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * A data or dictionary page, decompressed: addresses of its parts in memory that the {@link PageSource} holds, perhaps with
 * others, until its next page. Behind the values lie at least 64 readable bytes.
 */
public final class Page {
    /** Values, nulls included. */
    public int valueCount;

    /** How the values are encoded. */
    public Encoding encoding = Encoding.PLAIN;

    /** How the levels of a V1 page are encoded, as the number of an {@link Encoding}; checked by who needs them. */
    public int repetitionEncoding;

    public int definitionEncoding;

    /** True when the levels' lengths are known from the header: they lie one after the other, repetition levels first. */
    public boolean levelsApart;

    public long levelsAddress;
    public int repetitionBytes;
    public int definitionBytes;

    /** Start of the values; of V1 pages, of the levels that precede them. */
    public long dataAddress;

    /** Bytes from {@link #dataAddress} on. */
    public int dataBytes;

    /** Set where the values are still in the file: only what {@link #holds} grants may be read of the memory then. */
    public @Nullable PageSource source;

    /** Of such a page: where its body starts, in memory and in the file, and how much of it is in memory. */
    long bodyAddress;

    long bodyOffset;
    int headBytes;

    Page() {}

    /** Whether the next {@code bytes} from {@link #dataAddress} on are in memory. */
    public boolean holds(int bytes) {
        return source == null || dataAddress - bodyAddress + bytes <= headBytes;
    }

    /** Of a page whose values are in the file: the position of {@link #dataAddress} there. */
    public long dataOffset() {
        return bodyOffset + (dataAddress - bodyAddress);
    }

    /** Whether the values are indices into the dictionary. */
    public boolean hasIndices() {
        return encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY;
    }

    /** Refuses a dictionary that cannot have the values that it claims: each takes at least {@code bytes}. */
    public void requireDictionaryWithin(int bytes) {
        if ((long) valueCount * bytes > dataBytes) {
            throw ForebayException.corrupt(
                    "a dictionary must lie within its page: values=" + valueCount + ", pageBytes=" + dataBytes);
        }
    }

    /** Refuses a dictionary whose values take other than all bytes: there are fewer than were written. */
    public void requireDictionaryOf(long bytes) {
        if (bytes != dataBytes) {
            throw ForebayException.corrupt("the values of a dictionary must fill its page: values=" + valueCount
                    + ", valueBytes=" + bytes + ", pageBytes=" + dataBytes);
        }
    }
}
