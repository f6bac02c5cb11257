// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A multipart upload: nobody sees its parts before it is complete. Every request is made again until it succeeds, and may
 * be made twice without harm. One thread at a time.
 */
final class S3Upload {
    private static final String MIME_TYPE = "application/octet-stream";

    private final S3Storage storage;
    private final String bucket;
    private final String key;
    private final String id;
    private final List<CompletedPart> parts = new ArrayList<>();
    private long sizeBytes;

    /** An upload that is under way. */
    S3Upload(S3Storage storage, String bucket, String key, String id) {
        this.storage = storage;
        this.bucket = bucket;
        this.key = key;
        this.id = id;
    }

    static S3Upload start(S3Storage storage, String bucket, String key) {
        CreateMultipartUploadResponse started = storage.call(
                uri(bucket, key),
                client -> client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key)));
        return new S3Upload(storage, bucket, key, started.uploadId());
    }

    /** Writes a small object by one request. */
    static void put(S3Storage storage, String bucket, String key, byte[] bytes, int length) {
        storage.upload(
                uri(bucket, key),
                client -> client.putObject(
                        request -> request.bucket(bucket).key(key).contentLength((long) length), body(bytes, length)));
    }

    private static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(() -> new ByteArrayInputStream(bytes, 0, length), length, MIME_TYPE);
    }

    private static String uri(String bucket, String key) {
        return new S3Location(bucket, key).uri();
    }

    /** Sends a part; the bytes are the caller's again when this returns. */
    void addPart(byte[] bytes, int length) {
        int number = parts.size() + 1;
        UploadPartResponse sent = storage.upload(
                uri(bucket, key),
                client -> client.uploadPart(
                        request -> request.bucket(bucket)
                                .key(key)
                                .uploadId(id)
                                .partNumber(number)
                                .contentLength((long) length),
                        body(bytes, length)));
        parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
        sizeBytes += length;
    }

    /** Makes the object visible. */
    void complete() {
        try {
            call(client -> client.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(id).multipartUpload(upload -> upload.parts(parts))));
        } catch (ForebayException e) {
            if (!isComplete()) { // an answer that was lost is followed by the news that there is no such upload
                throw e;
            }
        }
    }

    private boolean isComplete() {
        long size = call(client -> {
            try {
                return client.headObject(request -> request.bucket(bucket).key(key))
                        .contentLength();
            } catch (SdkException e) {
                return unlessMissing(e, -1L);
            }
        });
        return size == sizeBytes;
    }

    /** Takes the parts away, unless they are gone. */
    void abort() {
        call(client -> {
            try {
                client.abortMultipartUpload(
                        request -> request.bucket(bucket).key(key).uploadId(id));
                return true;
            } catch (SdkException e) {
                return unlessMissing(e, false);
            }
        });
    }

    private static <T> T unlessMissing(SdkException failure, T otherwise) {
        if (S3Failures.isMissing(failure)) {
            return otherwise;
        }
        throw failure;
    }

    private <T> T call(S3Storage.Request<T> request) {
        return storage.call(uri(bucket, key), request);
    }
}
