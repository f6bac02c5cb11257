// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import org.apache.arrow.vector.types.pojo.Field;

/** A place in the flat lists of a record batch, which hold the columns in depth-first order. Not thread-safe. */
public final class LayoutCursor {
    private final BatchLayout layout;
    private int node;
    private int buffer;
    private int variadic;

    /** A cursor before the first column. */
    public LayoutCursor(BatchLayout layout) {
        this.layout = layout;
    }

    public BatchLayout layout() {
        return layout;
    }

    /** The ordinal of the next buffer. */
    public int buffer() {
        return buffer;
    }

    /** Takes the next column's entry; returns its ordinal. */
    public int nextNode() {
        return node++;
    }

    /** Takes the next buffer; returns its ordinal. */
    public int nextBuffer() {
        return buffer++;
    }

    /** Takes the number of buffers that the next column of views has. */
    public int nextVariadicCount() {
        return layout.variadicCount(variadic++);
    }

    /** Moves past a column and its children. */
    public void pass(Field column) {
        FieldShape shape = FieldShape.of(column, layout.unionsHaveValidity());
        node += shape.nodes();
        buffer += shape.buffers();
        for (int i = 0; i < shape.variadics(); i++) {
            buffer += nextVariadicCount();
        }
    }
}
