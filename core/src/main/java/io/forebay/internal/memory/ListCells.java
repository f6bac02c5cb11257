// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;

/** Cells of lists and maps in any layout: which elements belong to a row. */
public final class ListCells {
    private ListCells() {}

    /** Whether {@code vector} is of lists or maps. */
    public static boolean isList(FieldVector vector) {
        return vector instanceof BaseListVector || vector instanceof LargeListVector;
    }

    /** The first element of a row. */
    public static int start(FieldVector list, int row) {
        return list instanceof LargeListVector large
                ? (int) large.getElementStartIndex(row)
                : ((BaseListVector) list).getElementStartIndex(row);
    }

    /** The element after the last of a row. */
    public static int end(FieldVector list, int row) {
        return list instanceof LargeListVector large
                ? (int) large.getElementEndIndex(row)
                : ((BaseListVector) list).getElementEndIndex(row);
    }
}
