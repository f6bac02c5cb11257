// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.spi.OutputFile;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An object that appears when it is complete: a small one by one request, a larger one by a multipart upload, whose parts
 * are sent as they fill up. One thread at a time.
 */
final class S3OutputFile extends OutputFile {
    /** A store takes at most 10,000 parts, of at least 5 MiB: objects of up to 80 GB. */
    private static final int PART_BYTES = 8 << 20;

    private static final int FIRST_BYTES = 64 << 10;

    private final S3Storage storage;
    private final String bucket;
    private final String key;
    private byte[] part = new byte[FIRST_BYTES];
    private int partLength;
    private @Nullable S3Upload upload;
    private boolean committed;

    S3OutputFile(S3Storage storage, String bucket, String key) {
        this.storage = storage;
        this.bucket = bucket;
        this.key = key;
    }

    @Override
    public void write(int value) {
        makeRoom();
        part[partLength++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        for (int done = 0; done < length; ) {
            makeRoom();
            int count = Math.min(length - done, part.length - partLength);
            System.arraycopy(source, offset + done, part, partLength, count);
            partLength += count;
            done += count;
        }
    }

    /** Sees to it that one more byte can be taken. */
    private void makeRoom() {
        if (partLength < part.length) {
            return;
        }
        if (part.length < PART_BYTES) {
            part = Arrays.copyOf(part, Math.min(PART_BYTES, 2 * part.length));
            return;
        }
        if (upload == null) {
            upload = S3Upload.start(storage, bucket, key);
        }
        upload.addPart(part, partLength);
        partLength = 0;
    }

    @Override
    public void commit() {
        if (upload == null) {
            S3Upload.put(storage, bucket, key, part, partLength);
        } else {
            if (partLength > 0) {
                upload.addPart(part, partLength);
            }
            upload.complete();
        }
        committed = true;
    }

    @Override
    public void close() {
        if (!committed && upload != null) {
            upload.abort();
            upload = null;
        }
    }
}
