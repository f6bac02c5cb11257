// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import org.apache.arrow.vector.FieldVector;

/** Rows without values, of which there are no bytes. */
final class NullColumnReader implements ColumnReader {
    @Override
    public void read(int rows, FieldVector target) {
        target.setValueCount(rows);
    }

    @Override
    public void skip(long rows) {}
}
