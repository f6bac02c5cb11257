// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.Bits;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageSource;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;

/** Reads the dictionary of a column chunk on its own. */
public final class DictionaryPage {
    private DictionaryPage() {}

    /** The values of the dictionary that {@code pages} start with, or null if they start with none. The caller owns the vector. */
    public static @Nullable FieldVector read(FlatColumn column, PageSource pages, BufferAllocator allocator) {
        Header header = pages.peek();
        if (header == null || header.kind() != PageType.DICTIONARY_PAGE.getValue() || header.valueCount() == 0) {
            return null;
        }
        return valuesOf(column, pages.load(), allocator);
    }

    /** The values of a dictionary page, in a vector that the caller owns. */
    static FieldVector valuesOf(FlatColumn column, Page page, BufferAllocator allocator) {
        page.requireDictionaryWithin(column.isBytes() ? Integer.BYTES : 1);
        page.encoding = Encoding.PLAIN;
        int count = page.valueCount;
        try (PageValues values = PageValues.of(column, allocator);
                ArrowBuf validity = allocator.buffer(Bits.bytes(count))) {
            Bits.fill(validity.memoryAddress(), 0, count, true);
            values.start(count);
            values.startPage(page);
            values.read(0, count, count, validity.memoryAddress());
            FieldVector vector = column.field().createVector(allocator);
            values.finish(vector, new ArrowFieldNode(count, 0), validity);
            return vector;
        }
    }
}
