// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.nio.ByteBuffer;

/**
 * The rows of a lane that lie in the file as its vector has them: values of one width in bytes, none of them null. They can be read in
 * any order, straight to where they are wanted. Used by one thread at a time, until the reader that it belongs to is closed.
 */
@FunctionalInterface
public interface RowsInFile {
    /**
     * Reads rows from {@code row} on, as many as {@code target} has room for.
     *
     * @param row counted from the start of the unit
     * @throws io.forebay.ForebayException when the file cannot be read
     */
    void read(long row, ByteBuffer target);
}
