// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** An output file that Parquet writes through one {@link FileChannel}. Opened at most once; not thread-safe. */
final class ChannelOutputFile implements OutputFile {
    private final Path path;
    private final boolean durable;
    private @Nullable ChannelOutputStream stream;

    /** @param durable whether closing the stream forces its bytes to the device first */
    ChannelOutputFile(Path path, boolean durable) {
        this.path = path;
        this.durable = durable;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
        return open(Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
        return open(Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
    }

    private PositionOutputStream open(Set<? extends OpenOption> how) throws IOException {
        if (stream != null) {
            throw new IllegalStateException("an output file is opened once: path=" + path);
        }
        ChannelOutputStream opened = new ChannelOutputStream(FileChannel.open(path, how), durable);
        stream = opened;
        return opened;
    }

    /** Closes the channel without flushing: what was buffered is dropped. Harmless after a regular close. */
    void abandon() throws IOException {
        if (stream != null) {
            stream.abandon();
        }
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    @Override
    public String getPath() {
        return path.toString();
    }
}
