// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.internal.local.LocalStorage;
import io.forebay.internal.plan.Manifest;
import io.forebay.spi.DataFile;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.WritableStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/** The formats and storages of a context, and the way from locations to a manifest. Immutable; closed with the context. */
public final class Services implements AutoCloseable {
    private static final int HEAD_BYTES = 16;

    /** Files whose metadata are read at the same time: what a network takes long for, it takes long for together. */
    private static final int PLANNERS = 16;

    /** Those that wait for a network take no processor. */
    private static final int REMOTE_PLANNERS = 32;

    private final List<DatasetFormat> formats;
    private final List<Storage> storages;
    private final ExecutorService planners = WorkerThreads.start("plan", PLANNERS);
    private final ExecutorService remotePlanners = WorkerThreads.start("plan-remote", REMOTE_PLANNERS);

    private Services(List<DatasetFormat> formats, List<Storage> storages) {
        this.formats = formats;
        this.storages = storages;
    }

    /**
     * Looks up what the class path offers; local files are always there.
     *
     * @param configured storages to be asked before those that are found; closed with them
     * @param mapFiles whether local files may be mapped
     */
    public static Services load(@Nullable ClassLoader loader, List<Storage> configured, boolean mapFiles) {
        ClassLoader from = loader != null ? loader : Thread.currentThread().getContextClassLoader();
        List<Storage> storages = new ArrayList<>(configured);
        ServiceLoader.load(Storage.class, from).forEach(storages::add);
        storages.add(new LocalStorage(mapFiles));
        List<DatasetFormat> formats = new ArrayList<>();
        ServiceLoader.load(DatasetFormat.class, from).forEach(formats::add);
        return new Services(List.copyOf(formats), List.copyOf(storages));
    }

    /** Lists the locations and reads the metadata of every file, several at a time. */
    public Manifest manifest(List<String> locations, BufferAllocator allocator) {
        List<Storage> sources = locations.stream().map(this::storageOf).toList();
        List<Supplier<List<StorageObject>>> listings = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Storage source = sources.get(i);
            String location = locations.get(i);
            listings.add(() -> source.list(location));
        }
        ExecutorService threads = sources.stream().anyMatch(Storage::isRemote) ? remotePlanners : planners;
        List<List<StorageObject>> listed = InOrder.run(threads, listings);
        List<Supplier<DataFile>> files = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Storage source = sources.get(i);
            listed.get(i).forEach(object -> files.add(() -> open(source, object, allocator)));
        }
        return Manifest.of(String.join(", ", locations), InOrder.run(threads, files));
    }

    /** Opens a folder for the output of one run. */
    public OutputFolder openOutput(String location, boolean resume) {
        if (storageOf(location) instanceof WritableStorage storage) {
            return storage.openOutput(location, resume);
        }
        throw ForebayException.unsupported("the location's storage must be one that can be written to")
                .at(Place.of(location));
    }

    /** The one file at a location, where it lies on this machine, or null where it lies elsewhere. */
    public @Nullable Path localPath(String location) {
        return storageOf(location) instanceof LocalStorage storage ? storage.path(onlyFile(storage, location)) : null;
    }

    /** Copies the one file at a location to this machine; the caller deletes the copy. */
    public Path download(String location) {
        Storage storage = storageOf(location);
        return Download.of(storage, onlyFile(storage, location));
    }

    private static StorageObject onlyFile(Storage storage, String location) {
        List<StorageObject> files = storage.list(location);
        if (files.size() != 1) {
            throw ForebayException.usage("a location must be one file: files=" + files.size())
                    .at(Place.of(location));
        }
        return files.get(0);
    }

    private Storage storageOf(String location) {
        return storages.stream()
                .filter(storage -> storage.handles(location))
                .findFirst()
                .orElseThrow(() -> ForebayException.unsupported(
                                "a storage on the class path must handle the location's scheme")
                        .at(Place.of(location)));
    }

    private DataFile open(Storage storage, StorageObject object, BufferAllocator allocator) {
        try {
            return formatOf(storage, object).open(storage, object, allocator);
        } catch (ForebayException e) {
            throw e.at(Place.of(object.uri()));
        } catch (OutOfMemoryException e) {
            throw new ForebayException(
                    Kind.LIMIT, "metadata must fit the memory budget: " + e.getMessage(), Place.of(object.uri()), e);
        }
    }

    private DatasetFormat formatOf(Storage storage, StorageObject object) {
        for (DatasetFormat format : formats) {
            if (format.recognizesName(object.fileName())) {
                return format;
            }
        }
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD_BYTES, object.sizeBytes()));
        try (RangeReader reader = storage.open(object)) {
            reader.readFully(0, head);
        }
        head.flip();
        for (DatasetFormat format : formats) {
            if (format.recognizesHead(head.asReadOnlyBuffer())) {
                return format;
            }
        }
        List<String> names = formats.stream().map(DatasetFormat::name).toList();
        if (names.isEmpty()) {
            throw ForebayException.usage(
                    "a loader must be on the class path: add io.forebay:forebay-parquet to the dependencies");
        }
        throw ForebayException.corrupt("file must be of a known format: formats=" + names);
    }

    @Override
    public void close() {
        planners.shutdown();
        remotePlanners.shutdown();
        storages.forEach(Storage::close);
    }
}
