// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.SharedChunk;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The values of a column on their way from pages into the buffers of one batch; what its reader leaves to the
 * layout of the column's type. Not thread-safe; its owner closes it.
 */
abstract class PageValues implements AutoCloseable {
    static PageValues of(FlatColumn column, BufferAllocator allocator) {
        if (column.conversion() == FlatColumn.Conversion.ALWAYS_NULL) {
            return new NoValues();
        }
        if (column.type().getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN) {
            return new BooleanValues(allocator);
        }
        if (column.isBytes()) {
            return column.field().getDictionary() == null
                    ? new BytesValues(column, allocator)
                    : new EncodedValues(column, allocator);
        }
        return new FixedValues(column, allocator);
    }

    /** Takes the buffers of a batch of {@code rows} rows. */
    abstract void start(int rows);

    /** Makes room for {@code rows} rows of a batch, of which {@code done} have been read. */
    abstract void reserve(int rows, int done);

    /** Whether the values of a page may stay in the file until they are read. */
    boolean mayStayInFile(Header page) {
        return false;
    }

    /** Whether those of the current page do. */
    boolean stayInFile() {
        return false;
    }

    /** Goes on with the values of {@code page}, whose levels have been consumed. */
    abstract void startPage(Page page);

    /**
     * Decodes the dictionary and {@linkplain #useDictionary uses} it. The caller closes it after all values that do; null where it is of no
     * use to others, and these close it.
     */
    abstract SharedChunk.@Nullable Dictionary loadDictionary(Page page);

    /** Uses the dictionary that values of the same column have decoded. */
    void useDictionary(SharedChunk.Dictionary decoded) {
        throw new IllegalStateException("values of this column have no dictionary that others may use");
    }

    /**
     * Decodes rows {@code [at, at + rows)} of the batch, of which {@code valid} have a value.
     *
     * @param validity the batch's bitmap, complete for these rows
     */
    abstract void read(int at, int rows, int valid, long validity);

    /** Moves past {@code valid} values. */
    abstract void skip(int valid);

    /** Hands the batch's buffers to {@code vector}. */
    abstract void finish(FieldVector vector, ArrowFieldNode node, ArrowBuf validity);

    /** Releases what {@link #start} took and {@link #finish} did not hand over. */
    abstract void abandon();

    @Override
    public abstract void close();

    static ForebayException unsupportedEncoding(Page page, String physicalType) {
        return ForebayException.unsupported(
                "an encoding must fit its column's type: encoding=" + page.encoding + ", type=" + physicalType);
    }

    static ForebayException missingDictionary() {
        return ForebayException.corrupt("a page of dictionary indices needs a dictionary page before it");
    }
}
