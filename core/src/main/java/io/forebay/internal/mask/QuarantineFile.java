// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.internal.local.LocalOutputFolder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file of bad rows, a line of JSON each. One that is there already goes on behind its last whole line, and does not get the rows of its
 * lines again. Its bytes are locked against a second writer. Not thread-safe; its owner closes it.
 */
final class QuarantineFile implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What every line starts with. */
    private static final String LINE_START = "{\"uri\":\"";

    /** What no line of a quarantine has. */
    private static final int LINE_BYTES_MAX = 1 << 20;

    /** Behind whatever is written, since some systems do not let locked bytes be read. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** The files that this process has open: it would lose its locks if it opened and closed one a second time. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    /** Of each unit, the rows that are in the file. */
    private final Map<String, RowSet> written = new HashMap<>();

    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long end;
    private boolean closed;

    private QuarantineFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens the file, made if need be.
     *
     * @throws ForebayException of kind {@code usage} when another stream writes to it, or it holds something else; {@code io} when it
     *     cannot be opened
     */
    static QuarantineFile open(Path path) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder == null) {
                throw ForebayException.usage("a file of bad rows must have a name")
                        .at(Place.of(path.toString()));
            }
            Path real = folder.toRealPath().resolve(path.getFileName());
            if (!HELD.add(real)) {
                throw inUse(path);
            }
            return openHeld(real);
        } catch (IOException e) {
            throw failed("opened", path, e);
        }
    }

    private static QuarantineFile openHeld(Path path) throws IOException {
        QuarantineFile file = null;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(channel, path);
            QuarantineFile made = new QuarantineFile(path, channel);
            made.readLines();
            if (made.end == 0) { // the file may be new
                LocalOutputFolder.force(Objects.requireNonNull(path.getParent()));
            }
            file = made;
            return made;
        } finally {
            if (file == null) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(path);
            }
        }
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        try {
            if (channel.tryLock(LOCKED_BYTE, 1, false) != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // another copy of this library has it, in the same process
        }
        throw inUse(path);
    }

    private static ForebayException inUse(Path path) {
        return ForebayException.usage("a file of bad rows must not be in use by another stream")
                .at(Place.of(path.toString()));
    }

    private static ForebayException failed(String what, Path path, IOException e) {
        return new ForebayException(
                Kind.IO, "a file of bad rows could not be " + what + ": " + e, Place.of(path.toString()), e);
    }

    /** Notes the rows of whole lines, and cuts off what a run that was killed left of another. */
    private void readLines() throws IOException {
        channel.position(0);
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel)); // not closed: the channel goes on
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.write(next);
            if (next == '\n') {
                note(line.toString(StandardCharsets.UTF_8));
                end += line.size();
                line.reset();
            } else if (line.size() > LINE_BYTES_MAX) {
                throw notOurs();
            }
        }
        requireStartOfLine(line.toString(StandardCharsets.UTF_8));
        channel.truncate(end);
    }

    /** What is cut off must be of a line that was to be written here. */
    private void requireStartOfLine(String rest) {
        if (!rest.startsWith(LINE_START) && !LINE_START.startsWith(rest)) {
            throw notOurs();
        }
    }

    private void note(String line) {
        try {
            JsonNode row = JSON.readTree(line);
            boolean known = row.path("uri").isTextual()
                    && row.path("unit").isInt()
                    && row.path("row").canConvertToLong();
            if (known) {
                rowsOf(row.get("uri").textValue(), row.get("unit").intValue())
                        .add(row.get("row").longValue());
                return;
            }
        } catch (JsonProcessingException e) {
            // as any other line that was not written here
        }
        throw notOurs();
    }

    private ForebayException notOurs() {
        return ForebayException.usage(
                        "a file of bad rows must have a row with uri, unit and row in each line: byte=" + end)
                .at(Place.of(path.toString()));
    }

    private RowSet rowsOf(String uri, int unit) {
        return written.computeIfAbsent(unit + " " + uri, key -> new RowSet());
    }

    /** Adds a row, unless the file has it already. */
    void add(Place place, String column, String error) {
        String uri = String.valueOf(place.uri());
        if (rowsOf(uri, place.unit()).add(place.row())) {
            ObjectNode line = JSON.createObjectNode()
                    .put("uri", uri)
                    .put("unit", place.unit())
                    .put("row", place.row())
                    .put("column", column)
                    .put("error", error);
            pending.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Brings the rows that were added to the disk. */
    void force() {
        if (pending.size() == 0) {
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
            while (bytes.hasRemaining()) {
                end += channel.write(bytes, end);
            }
            channel.force(false);
            pending.reset();
        } catch (IOException e) {
            throw failed("written", path, e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // what was written is on the disk
        } finally {
            HELD.remove(path);
        }
    }
}
