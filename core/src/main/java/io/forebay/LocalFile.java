// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of any storage as a file of this machine: itself, or a copy that lasts until this is closed. For libraries that
 * take nothing but paths. Immutable, but for being closed.
 */
public final class LocalFile implements AutoCloseable {
    private final Path path;
    private final boolean copied;

    /** @param copied whether the file is deleted on closing */
    LocalFile(Path path, boolean copied) {
        this.path = path;
        this.copied = copied;
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        if (copied) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new ForebayException(
                        ForebayException.Kind.IO, "a copy must be deletable: " + e, Place.of(path.toString()), e);
            }
        }
    }
}
