// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

/**
 * One file or object as a listing saw it. An immutable value.
 *
 * @param uri what messages call it, and what its storage opens
 * @param relativePath its path below the location that was listed, with forward slashes: the same wherever the data lies
 * @param sizeBytes its size
 * @param version what changes when the content is replaced: a modification time or an ETag
 */
public record StorageObject(String uri, String relativePath, long sizeBytes, String version) {
    /** The last component of the path. */
    public String fileName() {
        return relativePath.substring(relativePath.lastIndexOf('/') + 1);
    }
}
