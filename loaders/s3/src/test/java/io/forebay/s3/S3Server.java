// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import java.net.URI;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** A real S3 server with one bucket, whose objects live in memory. */
public final class S3Server {
    static final String BUCKET = "lake";
    private static final int ATTEMPTS_MAX = 12;

    private final S3Proxy server;
    private final S3Client client;

    /** A server that lets everybody in. */
    public S3Server() throws Exception {
        this(AuthenticationType.NONE, "", "");
    }

    /** A server that asks for these credentials. */
    static S3Server requiring(String accessKey, String secret) throws Exception {
        return new S3Server(AuthenticationType.AWS_V4, accessKey, secret);
    }

    private S3Server(AuthenticationType authentication, String accessKey, String secret) throws Exception {
        boolean open = authentication == AuthenticationType.NONE;
        server = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .awsAuthentication(authentication, open ? null : accessKey, open ? null : secret)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .stopTimeout(0)
                .build();
        server.start();
        client = S3Client.builder()
                .endpointOverride(endpoint())
                .serviceConfiguration(
                        service -> service.pathStyleAccessEnabled(true).expectContinueEnabled(false))
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        open
                                ? AnonymousCredentialsProvider.create()
                                : StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secret)))
                .httpClient(UrlConnectionHttpClient.create())
                // the JDK may keep several connections to an earlier server at the same port, dead by now
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.standardStrategyBuilder()
                        .maxAttempts(ATTEMPTS_MAX)
                        .build()))
                .build();
        client.createBucket(request -> request.bucket(BUCKET));
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    S3Settings settings() {
        return S3Settings.defaults().withEndpoint(endpoint()).withAnonymous(true);
    }

    /** Makes or replaces an object, and returns its location. */
    public String put(String key, byte[] content) {
        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(content));
        return "s3://" + BUCKET + "/" + key;
    }

    public byte[] get(String key) {
        return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                .asByteArray();
    }

    /** Starts a multipart upload, and leaves it at that. */
    void startUpload(String key) {
        client.createMultipartUpload(request -> request.bucket(BUCKET).key(key));
    }

    /** The keys of the uploads that have been started and neither completed nor aborted, sorted. */
    List<String> uploads() {
        return client.listMultipartUploads(request -> request.bucket(BUCKET)).uploads().stream()
                .map(MultipartUpload::key)
                .sorted()
                .toList();
    }

    void delete(String key) {
        client.deleteObject(request -> request.bucket(BUCKET).key(key));
    }

    public void stop() throws Exception {
        client.close();
        server.stop();
    }
}
