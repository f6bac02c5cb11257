// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.spi.OutputFile;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A prefix that one run writes to. A store has no locks: that there is only one run is the caller's to see to. One thread at
 * a time.
 */
final class S3OutputFolder implements OutputFolder {
    /** Keys of the uploads that a run makes, and that the next one takes away. */
    private static final String OWN_PREFIX = "part-";

    private final S3Storage storage;
    private final S3Location folder;

    private S3OutputFolder(S3Storage storage, S3Location folder) {
        this.storage = storage;
        this.folder = folder;
    }

    /** Opens the folder at {@code where}; what an earlier run has uploaded and not completed is taken away. */
    static S3OutputFolder open(S3Storage storage, S3Location where, boolean resume) {
        S3OutputFolder output = new S3OutputFolder(storage, new S3Location(where.bucket(), where.folder()));
        if (!resume && output.holdsAnything()) {
            throw ForebayException.usage("output folder must be absent or empty, unless a run is resumed")
                    .at(Place.of(where.uri()));
        }
        output.abortUploads();
        return output;
    }

    private boolean holdsAnything() {
        ListObjectsV2Response page = storage.call(
                location(),
                client -> client.listObjectsV2(request ->
                        request.bucket(folder.bucket()).prefix(folder.key()).maxKeys(2)));
        return page.contents().stream().anyMatch(object -> !object.key().equals(folder.key()));
    }

    private void abortUploads() {
        String prefix = folder.key() + OWN_PREFIX;
        ListMultipartUploadsResponse page;
        do {
            page = storage.call(
                    location(),
                    client -> client.listMultipartUploads(
                            request -> request.bucket(folder.bucket()).prefix(prefix)));
            for (MultipartUpload upload : page.uploads()) {
                if (isOwn(upload.key())) {
                    new S3Upload(storage, folder.bucket(), upload.key(), upload.uploadId()).abort();
                }
            }
        } while (Boolean.TRUE.equals(page.isTruncated()));
    }

    private boolean isOwn(String key) {
        return key.startsWith(folder.key() + OWN_PREFIX)
                && key.indexOf('/', folder.key().length()) < 0;
    }

    @Override
    public String location() {
        return folder.uri();
    }

    @Override
    public List<StorageObject> files() {
        List<StorageObject> files = new ArrayList<>();
        for (S3Object object : storage.objectsBelow(folder.bucket(), folder.key(), location())) {
            String name = object.key().substring(folder.key().length());
            if (!name.isEmpty() && !name.contains("/")) {
                String uri = new S3Location(folder.bucket(), object.key()).uri();
                files.add(new StorageObject(uri, name, object.size(), object.eTag()));
            }
        }
        files.sort(Comparator.comparing(StorageObject::relativePath));
        return files;
    }

    @Override
    public RangeReader open(StorageObject file) {
        return storage.open(file);
    }

    @Override
    public OutputFile create(String name) {
        return new S3OutputFile(storage, folder.bucket(), folder.key() + name);
    }

    @Override
    public void mark(String name) {
        storage.call(
                location() + name,
                client -> client.putObject(
                        request -> request.bucket(folder.bucket()).key(folder.key() + name), RequestBody.empty()));
    }

    @Override
    public void delete(String name) {
        storage.call(
                location() + name,
                client -> client.deleteObject(
                        request -> request.bucket(folder.bucket()).key(folder.key() + name)));
    }

    @Override
    public void close() {} // nothing is held
}
