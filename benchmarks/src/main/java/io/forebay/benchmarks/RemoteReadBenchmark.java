// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Explanation;
import io.forebay.Forebay;
import io.forebay.s3.S3Settings;
import io.forebay.s3.S3Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A scan of a Parquet file in an S3 store on this machine, beside what bounds it: a scan of the same file on disk, and plain
 * concurrent ranged GETs of all its bytes. Milliseconds each. The store is a process of its own that shares the cores.
 */
@State(Scope.Benchmark)
public class RemoteReadBenchmark extends ReadBenchmark {

    @Param("data/lineitem-1-zstd.parquet")
    public String data;

    /** Decoding threads of both scans. */
    @Param("1")
    public int threads;

    /** Threads of the plain GETs. */
    @Param("8")
    public int getThreads;

    /** Bytes of one plain GET. */
    @Param("1048576")
    public int getBytes;

    private Path file;
    private ScanRequest request;
    private ObjectStore store;
    private RangedGets gets;
    private ForebayContender local;
    private ForebayContender remote;

    @Setup(Level.Trial)
    public void start() throws Exception {
        file = Path.of(data).toAbsolutePath();
        store = ObjectStore.start();
        gets = new RangedGets(store.endpoint(), getThreads, getBytes);
        gets.put(file);
        S3Settings settings =
                S3Settings.defaults().withEndpoint(store.endpoint()).withAnonymous(true);
        local = new ForebayContender("forebay", Forebay.builder().threads(threads));
        remote = new ForebayContender(
                "forebay-s3",
                Forebay.builder().threads(threads).storage(new S3Storage(settings)),
                path -> "s3://" + RangedGets.BUCKET + "/" + path.getFileName());
        request = ScanRequest.all(file);
        try (ScanContender reference = Contenders.referenceFor(remote, request)) {
            CorrectnessGate.check(remote, reference, request);
        }
        Explanation plan = remote.dataset(file).explain();
        System.out.printf(
                "# %d ranged GETs for %,d bytes: %.0f per GB%n",
                plan.requests(), plan.bytesRead(), plan.requests() * 1e9 / plan.bytesRead());
    }

    @TearDown(Level.Trial)
    public void stop() {
        remote.close();
        local.close();
        gets.close();
        store.close();
    }

    @Benchmark
    public ScanResult remoteScan() {
        return remote.scan(request);
    }

    @Benchmark
    public ScanResult localScan() {
        return local.scan(request);
    }

    @Benchmark
    public long plainGets() throws Exception {
        long bytes = gets.get(file);
        if (bytes != Files.size(file)) {
            throw new IllegalStateException("all bytes must come: bytes=" + bytes);
        }
        return bytes;
    }
}
