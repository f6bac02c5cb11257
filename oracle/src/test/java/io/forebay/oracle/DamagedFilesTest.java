// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.UnixOperatingSystemMXBean;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files end in rows or in a typed error, within a small memory budget and in time; neither memory nor open files
 * are left behind. The property {@code forebay.mutations} sets how many damaged files are tried, {@code
 * forebay.mutations.seed} the first seed; a failure names the file and the seed that {@link Damage#to} takes.
 */
class DamagedFilesTest {
    private static final int MUTATIONS = Integer.getInteger("forebay.mutations", 2_000);
    private static final long FIRST_SEED = Long.getLong("forebay.mutations.seed", 1);
    private static final Duration TIME_MAX = Duration.ofSeconds(20);
    private static final long FILE_BYTES_MAX = 32 << 10;
    private static final long BATCHES_MAX = 300;
    private static final long OPEN_FILES_SPARE = 8;
    private static final int GENERATED_ROWS = 120;
    private static final int NESTED_FILES = 60;

    @TempDir
    Path folder;

    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "reader of damaged files");
        thread.setDaemon(true);
        return thread;
    });
    private Forebay forebay;

    @BeforeEach
    void open() {
        forebay = Forebay.builder().memoryLimit("64MiB").threads(2).build();
    }

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        reader.shutdownNow();
        forebay.close();
    }

    @Test
    void damagedFilesOfManyWriters() throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        for (Corpora.Entry entry : Corpora.parquet("good")) {
            if (Files.size(entry.path()) <= FILE_BYTES_MAX) {
                files.add(entry.path());
            }
        }
        damage(files);
    }

    @Test
    void damagedArrowFilesAndStreams() throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        for (Path file : Corpora.arrow("integration")) {
            if (!file.toString().endsWith(".gz") && Files.size(file) <= FILE_BYTES_MAX) {
                files.add(file);
            }
        }
        damage(files);
    }

    /** Every encoding and codec, without checksums: these would find out nearly all damage to pages. */
    @Test
    void damagedFilesOfEveryEncoding() throws IOException, InterruptedException {
        List<CompressionCodecName> codecs = List.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.GZIP,
                CompressionCodecName.ZSTD,
                CompressionCodecName.LZ4_RAW);
        List<Path> files = new ArrayList<>();
        for (Encoder encoder : Encoder.values()) {
            for (Kind kind : Kind.values()) {
                if (encoder.supports(kind.physical())) {
                    int ordinal = files.size();
                    // every other file is not compressed: in it damage reaches the decoders
                    CompressionCodecName codec = codecs.get(ordinal % 2 == 0 ? 0 : ordinal / 2 % codecs.size());
                    FileLayout layout = new FileLayout(codec, 1 + ordinal / 4 % 2, 50, GENERATED_ROWS, false);
                    TestColumn column = new TestColumn("a", kind, ordinal % 3 == 0, Nulls.random(0.2), encoder, 20);
                    Path path = folder.resolve("good-" + encoder + "-" + kind + ".parquet");
                    files.add(TestFiles.write(path, List.of(column), GENERATED_ROWS, layout, ordinal)
                            .path());
                }
            }
        }
        damage(files);
    }

    /** Lists, maps and structs, without checksums. */
    @Test
    void damagedNestedFiles() throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        for (int seed = 0; seed < NESTED_FILES; seed++) {
            CompressionCodecName codec = seed % 4 == 0 ? CompressionCodecName.ZSTD : CompressionCodecName.UNCOMPRESSED;
            FileLayout layout = new FileLayout(codec, 1 + seed % 2, 20, GENERATED_ROWS, false);
            Path path = folder.resolve("nested-" + seed + ".parquet");
            NestedFiles.write(path, GENERATED_ROWS, layout, seed);
            files.add(path);
        }
        damage(files);
    }

    private void damage(List<Path> files) throws IOException, InterruptedException {
        long openBefore = openFiles();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + MUTATIONS; seed++) {
            Path original = files.get(new SplittableRandom(seed).nextInt(files.size()));
            String name = original.getFileName().toString();
            Path damaged =
                    folder.resolve("damaged" + (name.contains(".") ? name.substring(name.lastIndexOf('.')) : ""));
            Files.write(damaged, Damage.to(Files.readAllBytes(original), seed));
            String what = "seed " + seed + " of " + original;
            readInTime(damaged, what);
            assertThat(forebay.memory().usedBytes())
                    .as("bytes held after %s", what)
                    .isZero();
            assertThat(openFiles()).as("open files after %s", what).isLessThan(openBefore + OPEN_FILES_SPARE);
        }
    }

    private void readInTime(Path path, String what) throws InterruptedException {
        Future<?> reading = reader.submit(() -> read(path));
        try {
            reading.get(TIME_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            fail("no end in %s: %s", TIME_MAX, what);
        } catch (ExecutionException e) {
            throw new AssertionError(what + ": " + e.getCause(), e.getCause());
        }
    }

    private void read(Path path) {
        try {
            Dataset dataset = forebay.dataset(path.toString());
            assertThat(dataset.rows()).isNotNegative();
            if (drain(dataset)) {
                drain(dataset.shard(1, 2).batchRows(13)); // passes over pages
                drain(dataset.sample(3, 1)); // decodes rows one by one
                drain(Columns.encoded(dataset).batchRows(50));
            }
            Filters.probe(dataset.schema()).ifPresent(filter -> drain(dataset.filter(filter))); // asks the indexes
        } catch (ForebayException e) {
            Corpora.requireMeant(e);
        }
    }

    /** Reads the first batches; true when those were all, of as many rows as the data set claims. */
    private static boolean drain(Dataset dataset) {
        long rows = 0;
        try (BatchStream stream = dataset.stream()) {
            for (int i = 0; i < BATCHES_MAX; i++) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        assertThat(rows).isLessThanOrEqualTo(dataset.rows());
                        return true;
                    }
                    assertThat(batch.rows()).isPositive();
                    rows += batch.rows();
                }
            }
        }
        return false;
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }
}
