// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.sink;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.DictionaryVector;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.Sink;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.spi.OutputFile;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.PartFormat;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches as the parts of one folder, in whatever format, wherever the folder lies. Each part is named after its first
 * row and carries the checkpoint that it stands for. One thread at a time.
 */
public final class PartWriter implements Sink.Writer {
    static final String CHECKPOINT_KEY = "forebay.checkpoint";
    private static final String SUCCESS = "_SUCCESS";

    private final OutputFolder folder;
    private final PartFormat format;
    private final Schema schema;
    private final long partRows;
    private final CommittedParts committed;
    private @Nullable OpenPart part;
    private @Nullable Checkpoint reached;
    private boolean complete;
    private int parts;
    private boolean closed;

    private PartWriter(
            OutputFolder folder,
            PartFormat format,
            Schema schema,
            long partRows,
            CommittedParts committed,
            boolean complete) {
        this.folder = folder;
        this.format = format;
        this.schema = schema;
        this.partRows = partRows;
        this.committed = committed;
        this.complete = complete;
        this.parts = committed.count();
    }

    /**
     * Opens a folder for writing.
     *
     * @param location where the folder lies, of any storage of {@code forebay} that can be written to
     * @throws ForebayException of kind {@code usage} when it is in use, or not empty and not to be resumed, or holds
     *     parts of other columns or of other metadata
     */
    public static PartWriter open(
            Forebay forebay, String location, PartFormat format, Schema columns, long partRows, boolean resume) {
        Schema schema = Dictionaries.plain(columns); // files get the values
        format.requireWritable(schema); // before the folder is made
        OutputFolder folder = forebay.openOutput(location, resume);
        try {
            List<StorageObject> files = folder.files();
            CommittedParts committed = CommittedParts.in(folder, files, format, schema);
            boolean complete = files.stream().anyMatch(file -> file.fileName().equals(SUCCESS));
            return new PartWriter(folder, format, schema, partRows, committed, complete);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, folder);
            throw e instanceof IOException io
                    ? failed("output folder must be readable", location, io)
                    : (RuntimeException) e;
        }
    }

    private static void closeAfter(Exception failure, OutputFolder folder) {
        try {
            folder.close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** A part that is being written. */
    private static final class OpenPart implements AutoCloseable {
        final OutputFile file;
        final PartFormat.Encoder encoder;
        long rows;

        OpenPart(OutputFile file, PartFormat format, Schema schema) throws IOException {
            this.file = file;
            try {
                this.encoder = format.start(schema, file);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try {
                encoder.close();
            } finally {
                file.close();
            }
        }
    }

    @Override
    public @Nullable Checkpoint committed() {
        return committed.last();
    }

    @Override
    public void write(Batch batch) {
        try {
            OpenPart open = part == null ? startPart(batch.firstRow()) : part;
            writePlain(open.encoder, batch);
            open.rows += batch.rows();
            reached = batch.checkpoint();
            if (open.rows >= partRows) {
                commit(open);
            }
        } catch (IOException e) {
            throw failed("output must be writable", folder.location(), e);
        }
    }

    /** Writes a batch, its dictionaries resolved. */
    private static void writePlain(PartFormat.Encoder encoder, Batch batch) throws IOException {
        if (batch.columns().stream().noneMatch(DictionaryVector.class::isInstance)) {
            encoder.write(batch);
            return;
        }
        List<FieldVector> columns = new ArrayList<>(batch.columns());
        List<FieldVector> decoded = new ArrayList<>();
        try {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i) instanceof DictionaryVector encoded) {
                    decoded.add(Dictionaries.decode(encoded));
                    columns.set(i, decoded.get(decoded.size() - 1));
                }
            }
            Schema schema = Dictionaries.plain(batch.schema());
            // The other columns stay the batch's own: this one is not closed.
            encoder.write(new Batch(schema, columns, batch.rows(), batch.firstRow(), batch.checkpoint()));
        } finally {
            decoded.forEach(FieldVector::close);
        }
    }

    private OpenPart startPart(long firstRow) throws IOException {
        if (complete) { // the output grows: it is not complete any more
            folder.delete(SUCCESS);
            complete = false;
        }
        OpenPart open = new OpenPart(folder.create("part-" + firstRow + "." + format.extension()), format, schema);
        part = open;
        return open;
    }

    private void commit(OpenPart open) throws IOException {
        Map<String, String> notes = new HashMap<>(schema.getCustomMetadata());
        if (reached != null) {
            notes.put(CHECKPOINT_KEY, reached.toJson());
        }
        open.encoder.finish(notes);
        open.file.commit();
        open.close();
        part = null;
        parts++;
    }

    @Override
    public void finish() {
        try {
            if (part == null && parts == 0) {
                startPart(0); // no rows at all: one empty part, so that readers find the columns
            }
            if (part != null) {
                commit(part);
            }
            if (!complete) {
                folder.mark(SUCCESS);
                complete = true;
            }
        } catch (IOException e) {
            throw failed("output must be writable", folder.location(), e);
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
        try (folder) {
            if (part != null) {
                part.close();
            }
        } catch (IOException e) {
            throw failed("output must be closable", folder.location(), e);
        }
    }

    private static ForebayException failed(String rule, String location, IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            return new ForebayException(Kind.CANCELLED, "writing was interrupted", Place.of(location), cause);
        }
        return new ForebayException(Kind.IO, rule + ": " + cause, Place.of(location), cause);
    }
}
