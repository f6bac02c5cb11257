// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.io.IOException;
import java.io.OutputStream;

/** A file that appears whole, or not at all. One thread at a time. */
public abstract class OutputFile extends OutputStream {
    /** Makes the file visible under its name, in one step, once all its bytes are where they last. Nothing is written after it. */
    public abstract void commit() throws IOException;

    /** Ends the writing; a file that was not committed leaves nothing behind. */
    @Override
    public abstract void close() throws IOException;
}
