// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Structs and lists of one size: each row has the same number of each child's rows. */
final class StructReader implements ColumnReader {
    private final NullReader nulls;
    private final List<ColumnReader> children;
    private final int childRowsPerRow;

    StructReader(NullReader nulls, List<ColumnReader> children, int childRowsPerRow) {
        this.nulls = nulls;
        this.children = children;
        this.childRowsPerRow = childRowsPerRow;
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows)) {
            target.loadFieldBuffers(nulls.node(rows), List.of(validity));
        }
        long childRows = (long) rows * childRowsPerRow;
        if (childRows > Integer.MAX_VALUE) {
            throw ForebayException.limit("a batch holds at most 2^31 elements of one column: elements=" + childRows);
        }
        List<FieldVector> vectors = target.getChildrenFromFields();
        for (int i = 0; i < children.size(); i++) {
            children.get(i).read((int) childRows, vectors.get(i));
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        children.forEach(child -> child.skip(rows * childRowsPerRow));
    }

    @Override
    public void close() {
        children.forEach(ColumnReader::close);
    }
}
