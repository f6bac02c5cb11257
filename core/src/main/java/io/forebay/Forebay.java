// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.RecentMap;
import io.forebay.internal.Services;
import io.forebay.internal.WorkerThreads;
import io.forebay.internal.mask.Masking;
import io.forebay.internal.memory.ByteSize;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.LocalFilterPlan;
import io.forebay.internal.plan.Manifest;
import io.forebay.internal.plan.MixturePlan;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.internal.plan.SelectedRows;
import io.forebay.internal.plan.Selection;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.shuffle.LocallyFilteredStream;
import io.forebay.internal.shuffle.MixedStream;
import io.forebay.internal.shuffle.ShuffledStream;
import io.forebay.internal.stream.FilterScan;
import io.forebay.internal.stream.OrderedStream;
import io.forebay.internal.stream.OwnedStream;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The context of everything that holds threads or memory: one budget of off-heap bytes, one set of decoding threads, the
 * formats and storages found on the class path. Several may live in one JVM. Thread-safe; closed after everything that
 * was made from it, and after that refuses new work.
 *
 * <pre>{@code
 * try (Forebay forebay = Forebay.open();
 *      BatchStream batches = forebay.dataset("flights/").select("distance", "origin").stream()) {
 *   for (Batch batch : batches) {
 *     try (batch) {
 *       ...
 *     }
 *   }
 * }
 * }</pre>
 */
public final class Forebay implements AutoCloseable {
    /** Filters whose rows are remembered, a bit for each row of their data sets: as many as a mixture may have. */
    private static final int SELECTED_ROWS_MAX = MixturePlan.SOURCES_MAX;

    private final Services services;
    private final Memory memory;
    private final int threads;
    private final ExecutorService workers;
    private final List<OwnedStream> streams = new ArrayList<>();
    private final List<OwnedStream> closedStreams = new ArrayList<>();
    private final List<FilterScan> scans = new ArrayList<>();
    private final Map<String, SelectedRows> selectedRows = new RecentMap<>(SELECTED_ROWS_MAX);
    private final AtomicInteger streamCount = new AtomicInteger();
    private boolean closed;

    private Forebay(Builder builder) {
        this.services = Services.load(builder.classLoader, builder.storages, builder.mapFiles);
        this.memory = new Memory(builder.memoryLimitBytes, builder.trackAllocations);
        this.threads = builder.threads;
        this.workers = WorkerThreads.start("decode", threads);
    }

    /** A context with default settings. */
    public static Forebay open() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * The data set of one or more locations, in the order given: files, folders, globs or URIs. Lists them and reads
     * their metadata.
     *
     * @throws ForebayException when nothing is there, a file is damaged, or the files' columns differ
     */
    public Dataset dataset(String... locations) {
        return dataset(List.of(locations));
    }

    /** As {@link #dataset(String...)}. */
    public Dataset dataset(List<String> locations) {
        requireOpen();
        if (locations.isEmpty()) {
            throw ForebayException.usage("a data set needs at least one location: locations=0");
        }
        if (locations.stream().anyMatch(String::isBlank)) {
            throw ForebayException.usage("a location must not be blank: locations=" + locations);
        }
        try (BufferAllocator allocator = memory.newAllocator("metadata")) {
            return new Dataset(this, services.manifest(locations, allocator), Selection.all(threads));
        }
    }

    /**
     * Opens a folder for the output of one run, on whichever storage {@code location} is of. For sinks; the caller closes it.
     *
     * @param resume whether what lies there stays; otherwise there must be nothing
     * @throws ForebayException of kind {@code usage} when there is something, or another run writes there; {@code
     *     unsupported} for a storage that cannot be written to
     */
    public OutputFolder openOutput(String location, boolean resume) {
        requireOpen();
        return services.openOutput(location, resume);
    }

    /**
     * The one file at a location as a file of this machine, copied to the folder for temporary files if it lies elsewhere. The
     * caller closes it.
     *
     * @throws ForebayException of kind {@code io} when there is nothing or it cannot be read, {@code usage} when there are
     *     several files
     */
    public LocalFile localFile(String location) {
        requireOpen();
        Path path = services.localPath(location);
        return path != null ? new LocalFile(path, false) : new LocalFile(services.download(location), true);
    }

    /** What the context's memory is used for now. */
    public MemoryBudget memory() {
        returnMemoryOfClosedStreams();
        return memory.snapshot();
    }

    /**
     * A new allocator within the budget, for a model, a sink or an application's own vectors. Its owner closes it before
     * the context.
     *
     * @param owner the name by which {@link #memory} lists it
     */
    public BufferAllocator newAllocator(String owner) {
        requireOpen();
        return memory.newAllocator(owner);
    }

    /** Worker threads for decoding. */
    public int threads() {
        return threads;
    }

    BatchStream stream(ReadPlan plan) {
        plan.requireReadable();
        return started(
                plan, (name, masking) -> new OrderedStream(plan, masking, workers, memory, name, this::returnMemoryOf));
    }

    BatchStream stream(ShufflePlan plan) {
        plan.columns().requireReadable();
        return started(
                plan.columns(),
                (name, masking) -> ShuffledStream.start(plan, masking, workers, memory, name, this::returnMemoryOf));
    }

    BatchStream stream(MixturePlan plan) {
        plan.requireReadable();
        return started(name -> MixedStream.start(plan, workers, memory, name, this::returnMemoryOf));
    }

    BatchStream stream(LocalFilterPlan plan) {
        plan.allRows().columns().requireReadable();
        return started(name -> LocallyFilteredStream.start(plan, workers, memory, name, this::returnMemoryOf));
    }

    /** The rows that pass a selection's filter; the ones asked for last are remembered. */
    SelectedRows selectedRows(Manifest manifest, Selection selection) {
        requireOpen();
        String digest = Objects.requireNonNull(selection.digest());
        synchronized (selectedRows) { // who asks at the same time asks for the same, and waits for it
            return selectedRows.computeIfAbsent(manifest.fingerprint() + digest, key -> {
                Selection filterAlone = selection
                        .withShard(0, 1)
                        .withColumns(List.of())
                        .withBadRows(BadRows.fail())
                        .withPrefetch(-1);
                ReadPlan plan = ReadPlan.of(manifest, filterAlone, null);
                plan.requireReadable();
                return scan(plan, digest);
            });
        }
    }

    private SelectedRows scan(ReadPlan plan, String digest) {
        FilterScan scan;
        synchronized (streams) {
            requireOpen();
            scan = new FilterScan(plan, workers, memory);
            scans.add(scan);
        }
        try (scan) {
            return scan.run(digest);
        } finally {
            synchronized (streams) {
                scans.remove(scan);
            }
        }
    }

    /** As {@link #started(Function)}; the stream closes what masks its bad rows. */
    private BatchStream started(ReadPlan columns, BiFunction<String, @Nullable Masking, OwnedStream> start) {
        Masking masking = Masking.of(columns);
        try {
            return started(name -> start.apply(name, masking));
        } catch (RuntimeException | Error e) {
            if (masking != null) {
                masking.close();
            }
            throw e;
        }
    }

    /** Starts a stream that goes by the name it is given. */
    private BatchStream started(Function<String, OwnedStream> start) {
        synchronized (streams) {
            requireOpen();
            OwnedStream stream = start.apply("stream-" + streamCount.incrementAndGet());
            streams.add(stream);
            return stream;
        }
    }

    /** Called when a stream has been closed; its batches may still hold memory, so all closed streams are looked at. */
    private void returnMemoryOf(OwnedStream stream) {
        synchronized (streams) {
            streams.remove(stream);
            closedStreams.add(stream);
            returnMemoryOfClosedStreams();
        }
    }

    private void returnMemoryOfClosedStreams() {
        synchronized (streams) {
            closedStreams.removeIf(OwnedStream::returnMemory);
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw ForebayException.cancelled("a closed context does no more work");
        }
    }

    /**
     * Closes the streams that are still open and returns threads and memory.
     *
     * @throws IllegalStateException when batches, models or allocators made from this context are still open: the message
     *     names them, and with {@link Builder#trackAllocations} it says where their memory was allocated
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        List<OwnedStream> open;
        List<FilterScan> scanning;
        synchronized (streams) {
            open = List.copyOf(streams);
            scanning = List.copyOf(scans);
        }
        try {
            scanning.forEach(FilterScan::close);
            open.forEach(OwnedStream::close);
            returnMemoryOfClosedStreams();
        } finally {
            workers.shutdown();
            services.close();
            memory.close();
        }
    }

    /** Settings of a context, with sane defaults. Not thread-safe. */
    public static final class Builder {
        private long memoryLimitBytes = Memory.defaultLimitBytes();
        private int threads = Runtime.getRuntime().availableProcessors();
        private boolean trackAllocations;
        private boolean mapFiles;
        private @Nullable ClassLoader classLoader;
        private final List<Storage> storages = new ArrayList<>();

        private Builder() {}

        /**
         * The budget of off-heap memory, such as {@code "256MiB"}. Default: 256 MiB, or three quarters of the JVM's
         * direct memory where that is less; more than those three quarters is a {@code usage} error.
         */
        public Builder memoryLimit(String size) {
            memoryLimitBytes = Memory.checkedLimit(ByteSize.parse(size));
            return this;
        }

        /** Worker threads that decode. Default: the number of processors. */
        public Builder threads(int count) {
            if (count < 1) {
                throw ForebayException.usage("threads must be positive: threads=" + count);
            }
            threads = count;
            return this;
        }

        /** Whether to remember where memory was allocated, for a leak report on close. Default: no; it costs time. */
        public Builder trackAllocations(boolean value) {
            trackAllocations = value;
            return this;
        }

        /**
         * Vouches that no local file changes while it is read, so that formats may map files instead of reading them:
         * uncompressed Arrow files then cost no copy and no budget, and shuffled reads of uncompressed Parquet numbers fewer system calls.
         * A file that is cut short all the same ends the JVM.
         * Columns of batches may then be read-only memory. Mappings are kept for the scans to come, until the context is closed or
         * other files take their place: a file deleted meanwhile gives its disk space back only then. Default: no.
         */
        public Builder mapFiles(boolean value) {
            mapFiles = value;
            return this;
        }

        /** Where formats and storages are looked up. Default: the thread's context class loader. */
        public Builder classLoader(ClassLoader loader) {
            classLoader = loader;
            return this;
        }

        /** Asks this storage before those that are found on the class path. The context owns it from now on. */
        public Builder storage(Storage storage) {
            storages.add(storage);
            return this;
        }

        public Forebay build() {
            return new Forebay(this);
        }
    }
}
