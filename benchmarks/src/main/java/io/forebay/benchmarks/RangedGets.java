// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The plain way to get an object: ranges of one size by several threads, through the client that Forebay uses. */
final class RangedGets implements AutoCloseable {

    static final String BUCKET = "lake";

    private final S3Client client;
    private final ExecutorService threads;
    private final int rangeBytes;

    RangedGets(URI endpoint, int threadCount, int rangeBytes) {
        this.threads = Executors.newFixedThreadPool(threadCount);
        this.rangeBytes = rangeBytes;
        this.client = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** Makes the bucket and puts a file into it, under its name. */
    void put(Path file) {
        client.createBucket(request -> request.bucket(BUCKET));
        client.putObject(request -> request.bucket(BUCKET).key(key(file)), RequestBody.fromFile(file));
    }

    /** Gets a whole object, and returns the number of its bytes. */
    long get(Path file) throws Exception {
        long size = client.headObject(request -> request.bucket(BUCKET).key(key(file)))
                .contentLength();
        List<Future<Long>> ranges = new ArrayList<>();
        for (long offset = 0; offset < size; offset += rangeBytes) {
            String range = "bytes=" + offset + "-" + (Math.min(size, offset + rangeBytes) - 1);
            ranges.add(threads.submit(() -> getRange(key(file), range)));
        }
        long bytes = 0;
        for (Future<Long> range : ranges) {
            bytes += range.get();
        }
        return bytes;
    }

    private long getRange(String key, String range) {
        try (ResponseInputStream<GetObjectResponse> body =
                client.getObject(request -> request.bucket(BUCKET).key(key).range(range))) {
            byte[] chunk = new byte[64 << 10];
            long bytes = 0;
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                bytes += count;
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(Path file) {
        return file.getFileName().toString();
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }
}
