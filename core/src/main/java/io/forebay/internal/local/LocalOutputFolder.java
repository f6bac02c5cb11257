// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.spi.OutputFile;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder of this machine, locked so that no second run writes there. */
public final class LocalOutputFolder implements OutputFolder {
    private static final String HIDDEN_PREFIX = ".part-";
    private static final String HIDDEN_SUFFIX = ".tmp";

    private final Path folder;
    private final boolean created;
    private final FolderLock lock;
    private boolean closed;

    private LocalOutputFolder(Path folder, boolean created, FolderLock lock) {
        this.folder = folder;
        this.created = created;
        this.lock = lock;
    }

    static LocalOutputFolder open(Path folder, boolean resume) throws IOException {
        boolean created = !Files.exists(folder);
        if (!created && !Files.isDirectory(folder)) {
            throw ForebayException.usage("output must be a folder, or absent").at(Place.of(folder.toString()));
        }
        Files.createDirectories(folder);
        if (!resume) {
            requireEmpty(folder);
        }
        FolderLock lock = FolderLock.take(folder);
        try {
            if (!resume) {
                requireEmpty(folder); // once more: another run may have come and gone before the lock was taken
            }
            deleteHidden(folder);
            return new LocalOutputFolder(folder, created, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.anyMatch(file -> !file.getFileName().toString().equals(FolderLock.FILE_NAME))) {
                throw ForebayException.usage("output folder must be absent or empty, unless a run is resumed")
                        .at(Place.of(folder.toString()));
            }
        }
    }

    private static void deleteHidden(Path folder) throws IOException {
        List<Path> leftOver;
        try (Stream<Path> files = Files.list(folder)) {
            leftOver = files.filter(file -> isHidden(file.getFileName().toString()))
                    .toList();
        }
        for (Path file : leftOver) {
            Files.delete(file);
        }
    }

    private static boolean isHidden(String name) {
        return name.startsWith(HIDDEN_PREFIX) && name.endsWith(HIDDEN_SUFFIX);
    }

    @Override
    public String location() {
        return folder.toString();
    }

    @Override
    public List<StorageObject> files() throws IOException {
        List<StorageObject> objects = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (!file.getFileName().toString().startsWith(".")) {
                    objects.add(LocalStorage.describe(file, file.getFileName()));
                }
            }
        }
        return objects;
    }

    @Override
    public RangeReader open(StorageObject file) {
        return new LocalStorage().open(file);
    }

    @Override
    public OutputFile create(String name) throws IOException {
        return new LocalOutputFile(folder, HIDDEN_PREFIX + name + HIDDEN_SUFFIX, name);
    }

    @Override
    public void mark(String name) throws IOException {
        Files.createFile(folder.resolve(name));
        force(folder);
    }

    @Override
    public void delete(String name) throws IOException {
        if (Files.deleteIfExists(folder.resolve(name))) {
            force(folder);
        }
    }

    /** Forces a folder's own entries to the device, on file systems that let a folder be opened. */
    public static void force(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            return; // Windows opens no folders; there the rename itself is journaled
        }
        try (channel) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        lock.close();
        if (created && isEmpty()) {
            Files.delete(folder);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
