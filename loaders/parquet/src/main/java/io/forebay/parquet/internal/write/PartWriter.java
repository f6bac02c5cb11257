// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.Sink;
import io.forebay.parquet.Compression;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Writes the parts of one folder; holds a lock on it, so that no second run writes there. One thread at a time. */
public final class PartWriter implements Sink.Writer {
    static final String CHECKPOINT_KEY = "forebay.checkpoint";
    private static final String SUCCESS = "_SUCCESS";
    private static final String TEMPORARY_PREFIX = ".part-";

    private final Path folder;
    private final boolean created;
    private final Schema schema;
    private final long partRows;
    private final Compression compression;
    private final FolderLock lock;
    private final CommittedParts committed;
    private @Nullable BatchFileWriter part;
    private @Nullable Path temporary;
    private long partFirstRow;
    private long partRowCount;
    private @Nullable Checkpoint reached;
    private int parts;
    private boolean closed;

    private PartWriter(
            Path folder,
            boolean created,
            Schema schema,
            long partRows,
            Compression compression,
            FolderLock lock,
            CommittedParts committed) {
        this.folder = folder;
        this.created = created;
        this.schema = schema;
        this.partRows = partRows;
        this.compression = compression;
        this.lock = lock;
        this.committed = committed;
        this.parts = committed.count();
    }

    /**
     * Opens a folder for writing.
     *
     * @throws ForebayException of kind {@code usage} when it is in use, or not empty and not to be resumed, or holds
     *     parts of other columns or of other metadata
     */
    public static PartWriter open(Path folder, Schema schema, long partRows, Compression compression, boolean resume) {
        MessageType message = ArrowToParquet.message(schema); // before the folder is made
        try {
            boolean created = !Files.exists(folder);
            if (!created && !Files.isDirectory(folder)) {
                throw ForebayException.usage("output must be a folder, or absent")
                        .at(Place.of(folder.toString()));
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
                deleteTemporaries(folder);
                CommittedParts committed = CommittedParts.in(folder, message, schema.getCustomMetadata());
                return new PartWriter(folder, created, schema, partRows, compression, lock, committed);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed("output folder must be writable", folder, e);
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

    private static void deleteTemporaries(Path folder) throws IOException {
        List<Path> leftOver;
        try (Stream<Path> files = Files.list(folder)) {
            leftOver = files.filter(file -> file.getFileName().toString().startsWith(TEMPORARY_PREFIX))
                    .toList();
        }
        for (Path file : leftOver) {
            Files.delete(file);
        }
    }

    @Override
    public @Nullable Checkpoint committed() {
        return committed.last();
    }

    @Override
    public void write(Batch batch) {
        try {
            if (part == null) {
                startPart(batch.firstRow());
            }
            BatchFileWriter open = Objects.requireNonNull(part);
            open.write(batch);
            partRowCount += batch.rows();
            reached = batch.checkpoint();
            if (partRowCount >= partRows) {
                commit();
            }
        } catch (IOException | ParquetRuntimeException | IllegalArgumentException | IllegalStateException e) {
            throw failed("output must be writable", folder, e);
        }
    }

    private void startPart(long firstRow) throws IOException {
        if (Files.deleteIfExists(folder.resolve(SUCCESS))) { // the output grows: it is not complete any more
            forceFolder();
        }
        partFirstRow = firstRow;
        partRowCount = 0;
        Path file = folder.resolve(TEMPORARY_PREFIX + firstRow + ".tmp");
        part = new BatchFileWriter(file, schema, compression);
        temporary = file;
    }

    /** Makes the part visible: its bytes are on the device before its name is, and its name before the next part. */
    private void commit() throws IOException {
        if (part == null || temporary == null) {
            return;
        }
        Map<String, String> metadata = new HashMap<>(schema.getCustomMetadata());
        if (reached != null) {
            metadata.put(CHECKPOINT_KEY, reached.toJson());
        }
        part.finish(metadata);
        Files.move(temporary, folder.resolve("part-" + partFirstRow + ".parquet"), StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
        part = null;
        temporary = null;
        parts++;
    }

    /** Forces the folder's own entries, on file systems that let a folder be opened. */
    private void forceFolder() throws IOException {
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
    public void finish() {
        try {
            if (part == null && parts == 0) {
                startPart(0); // no rows at all: one empty part, so that readers find the columns
            }
            commit();
            Path success = folder.resolve(SUCCESS);
            if (!Files.exists(success)) {
                Files.createFile(success);
                forceFolder();
            }
        } catch (IOException | ParquetRuntimeException | IllegalArgumentException | IllegalStateException e) {
            throw failed("output must be writable", folder, e);
        }
    }

    @Override
    public int parts() {
        return parts;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            try {
                abandonPart();
            } finally {
                lock.close();
            }
            if (created && parts == 0) {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw failed("output must be closable", folder, e);
        }
    }

    private void abandonPart() throws IOException {
        BatchFileWriter open = part;
        Path file = temporary;
        part = null;
        temporary = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static ForebayException failed(String rule, Path folder, Exception cause) {
        if (cause instanceof ClosedByInterruptException) {
            return new ForebayException(Kind.CANCELLED, "writing was interrupted", Place.of(folder.toString()), cause);
        }
        return new ForebayException(Kind.IO, rule + ": " + cause, Place.of(folder.toString()), cause);
    }
}
