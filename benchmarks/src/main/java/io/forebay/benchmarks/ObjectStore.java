// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** An S3 server in a process of its own, whose objects live in memory. Its owner closes it. */
final class ObjectStore implements AutoCloseable {

    private final Process process;
    private final URI endpoint;

    private ObjectStore(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    static ObjectStore start() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ObjectStore.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String port = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (port == null) {
            throw new IOException("the server must start");
        }
        return new ObjectStore(process, URI.create("http://127.0.0.1:" + port));
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Serves until its standard input ends, as it does when the process that started it does. */
    public static void main(String[] args) throws Exception {
        S3Proxy server = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .awsAuthentication(AuthenticationType.NONE, null, null)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .build();
        server.start();
        System.out.println(server.getPort());
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        server.stop();
    }
}
