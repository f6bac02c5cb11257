// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.meta.PageHeaderReader;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * Walks the pages of one column chunk: reads a window of the file at a time, parses page headers in place, verifies
 * checksums and decompresses. Holds one window and one decompressed page, whatever the chunk's size, or stands in one that it shares; the
 * window is the whole chunk where the file's reader holds that in memory. Sizes in headers are checked against the chunk before memory is taken.
 * Not thread-safe; its owner closes it.
 */
public final class PageSource implements AutoCloseable {
    /** Bytes read at a time, unless a page is larger. */
    public static final int WINDOW_BYTES = 512 << 10;

    /** Of a page whose values stay in the file, what is brought to memory: levels have room there as a rule. */
    public static final int HEAD_BYTES = 32 << 10;

    /** What one buffer holds, with room to spare. */
    private static final int PAGE_BYTES_MAX = Integer.MAX_VALUE - (1 << 20);

    private static final int HEADER_BYTES_MAX = 16 << 20;
    private static final int HEADER_BYTES_USUAL = 512;

    private final RangeReader file;
    private final ByteRange chunk;
    private final CompressionCodecName codecName;

    /** Made for the first page; for each page where they are shared, since this decompresses few of them then. */
    private @Nullable Codec codec;

    private final @Nullable SharedChunk shared;

    /** Where the shared page is that this stands in, or −1. */
    private long sharedAt = -1;

    private final Scratch window;
    private final Scratch decompressed;
    private final CRC32 crc = new CRC32();
    private final Page page = new Page();

    /** The file range that the window holds, and the position of the next header. */
    private long windowStart;

    private long windowEnd;
    private long position;
    private @Nullable Header header;
    private long bytesRead;
    private boolean askedForChunk;

    /** Whether the window is the whole chunk, in memory of the file's reader. */
    private boolean chunkHeld;

    /** Whether values that are stored as they are may stay in the file until they are wanted. */
    private final boolean mayStay;

    private @Nullable Header headOnly;
    private boolean headersOnly;

    public PageSource(RangeReader file, ByteRange chunk, CompressionCodecName codec, BufferAllocator allocator) {
        this(file, chunk, codec, allocator, null);
    }

    /**
     * @param shared where pages are looked for before they are decompressed, and put for other readers; then this holds no more of the
     *     file between two pages. Null where nobody else reads the chunk.
     */
    public PageSource(
            RangeReader file,
            ByteRange chunk,
            CompressionCodecName codec,
            BufferAllocator allocator,
            @Nullable SharedChunk shared) {
        this.file = file;
        this.chunk = chunk;
        this.codecName = codec;
        this.shared = isCompressed() ? shared : null;
        this.window = new Scratch(allocator);
        this.decompressed = new Scratch(allocator);
        this.position = chunk.offset();
        this.mayStay = !isCompressed() && file.readsAtOnce();
    }

    private boolean isCompressed() {
        return codecName != CompressionCodecName.UNCOMPRESSED;
    }

    /** Where the pages lie. */
    public ByteRange chunk() {
        return chunk;
    }

    /** Where the header that {@link #peek} showed last is in the file; else where the next one is looked for. */
    public long position() {
        return position;
    }

    /** Goes back to the first page. */
    public void rewind() {
        position = chunk.offset();
        header = null;
        headersOnly = false;
    }

    /** Until a page is loaded, pages are passed over, or begun: little is read at a time where that costs little. */
    public void expectHeadersOnly() {
        headersOnly = file.readsAtOnce();
    }

    /** Continues at the page whose header is at {@code offset} of the file. */
    public void seek(long offset) {
        if (offset < chunk.offset() || offset >= chunk.end()) {
            throw ForebayException.corrupt("a page must lie within its column chunk: offset=" + offset
                    + ", chunkOffset=" + chunk.offset() + ", chunkEnd=" + chunk.end());
        }
        position = offset;
        header = null;
    }

    /** The next page's header, or null at the end of the chunk. Does not move. */
    public @Nullable Header peek() {
        while (header == null && position < chunk.end()) {
            Header next = readHeader();
            if (next.kind() == PageType.INDEX_PAGE.getValue()) {
                position += (long) next.lengthBytes() + next.compressedBytes();
            } else {
                header = next;
            }
        }
        return header;
    }

    /** Moves past the page that {@link #peek} showed, without reading its body. */
    public void skipPage() {
        Header skipped = Objects.requireNonNull(header);
        position += (long) skipped.lengthBytes() + skipped.compressedBytes();
        header = null;
    }

    /** Decompresses the page that {@link #peek} showed and moves past it. The page is valid until the next call. */
    public Page load() {
        Header loaded = Objects.requireNonNull(header);
        headersOnly = false;
        leaveShared();
        ArrowBuf entered = shared == null ? null : shared.enter(position);
        if (entered == null) {
            loadAlone(loaded);
        } else {
            sharedAt = position;
            closeWindow();
            describe(loaded);
            page.dataAddress = entered.memoryAddress();
            page.levelsAddress = page.dataAddress + page.dataBytes;
        }
        position += (long) loaded.lengthBytes() + loaded.compressedBytes();
        header = null;
        return page;
    }

    private void loadAlone(Header loaded) {
        ensureWindow(position, (long) loaded.lengthBytes() + loaded.compressedBytes());
        int bodyOffset = (int) (position - windowStart) + loaded.lengthBytes();
        verifyChecksum(loaded, bodyOffset);
        boolean isInWindow = fill(loaded, bodyOffset);
        if (shared != null && !isInWindow) {
            shared.add(position, decompressed.take());
            sharedAt = position;
            closeWindow();
        }
    }

    private void leaveShared() {
        if (shared != null && sharedAt >= 0) {
            shared.leave(sharedAt);
            sharedAt = -1;
        }
    }

    private void closeWindow() {
        window.close();
        windowStart = 0;
        windowEnd = 0;
    }

    /**
     * As {@link #load}, but values that are stored as they are, and cannot be verified anyway, may stay in the file: the page's
     * {@link Page#source} then reads them. Only the first part of such a page is in memory; where that is not enough of it,
     * {@link #loadMore} goes on.
     */
    public Page loadHead() {
        if (!isBestLeft()) {
            return load();
        }
        headersOnly = false;
        return loadHead(Objects.requireNonNull(header), HEAD_BYTES);
    }

    /** As {@link #loadHead}, of whatever size the page is, but with a few hundred bytes of it; null if it cannot be left in the file. */
    public @Nullable Page loadStart() {
        Header next = Objects.requireNonNull(header);
        return mayBeLeft(next) ? loadHead(next, Math.min(next.compressedBytes(), HEADER_BYTES_USUAL)) : null;
    }

    private boolean mayBeLeft(Header next) {
        return mayStay && !next.hasCrc() && !chunkHeld;
    }

    /** Whether {@link #loadHead} would leave values of the page that {@link #peek} showed in the file. */
    public boolean isBestLeft() {
        Header next = Objects.requireNonNull(header);
        return next.compressedBytes() >= 2 * HEAD_BYTES
                && windowEnd < position + next.lengthBytes() + next.compressedBytes()
                && mayBeLeft(next);
    }

    private Page loadHead(Header loaded, long headBytes) {
        long pageBytes = (long) loaded.lengthBytes() + loaded.compressedBytes();
        ensureWindow(position, loaded.lengthBytes() + headBytes);
        int bodyOffset = (int) (position - windowStart) + loaded.lengthBytes();
        fill(loaded, bodyOffset);
        page.source = this;
        page.bodyAddress = window.address() + bodyOffset;
        page.bodyOffset = position + loaded.lengthBytes();
        page.headBytes = (int) headBytes;
        position += pageBytes;
        headOnly = loaded;
        header = null;
        return page;
    }

    /** Loads more of the page that {@link #loadHead} has loaded the first part of: up to its data and beyond. */
    public Page loadMore() {
        header = Objects.requireNonNull(headOnly);
        position -= (long) header.lengthBytes() + header.compressedBytes();
        long headBytes = page.dataAddress - page.bodyAddress + HEAD_BYTES;
        return headBytes > header.compressedBytes() / 2 ? load() : loadHead(header, headBytes);
    }

    /** Reads values that stayed in the file. */
    public void readValues(long offset, ByteBuffer target) {
        bytesRead += target.remaining();
        file.readFully(offset, target);
    }

    private Header readHeader() {
        int limit = (int) Math.min(HEADER_BYTES_MAX, chunk.end() - position);
        for (int wanted = Math.min(HEADER_BYTES_USUAL, limit); ; wanted = Math.min(wanted * 8, limit)) {
            ensureWindow(position, wanted);
            int offset = (int) (position - windowStart);
            try {
                Header found = PageHeaderReader.read(window.view(offset, wanted), offset, wanted);
                return checked(found);
            } catch (IOException e) {
                if (wanted == limit) {
                    throw new ForebayException(
                            ForebayException.Kind.CORRUPT, "a page header must be valid: " + e.getMessage(), e);
                }
            }
        }
    }

    private Header checked(Header found) {
        long end = position + found.lengthBytes() + found.compressedBytes();
        if (end > chunk.end()) {
            throw ForebayException.corrupt("a page must lie within its column chunk: compressedBytes="
                    + found.compressedBytes() + ", bytesLeft=" + (chunk.end() - position - found.lengthBytes()));
        }
        boolean known = found.kind() >= 0 && found.kind() <= PageType.DATA_PAGE_V2.getValue();
        if (!known) {
            throw ForebayException.unsupported("a page must be of a known type: type=" + found.kind());
        }
        if (found.valueCount() < 0 && found.kind() != PageType.INDEX_PAGE.getValue()) {
            throw ForebayException.corrupt("a page must have a value count: values=" + found.valueCount());
        }
        return found;
    }

    private void verifyChecksum(Header loaded, int bodyOffset) {
        if (!loaded.hasCrc()) {
            return;
        }
        crc.reset();
        crc.update(window.view(bodyOffset, loaded.compressedBytes()));
        if ((int) crc.getValue() != loaded.crc()) {
            throw ForebayException.corrupt("a page must match its checksum: checksum="
                    + Integer.toHexString(loaded.crc()) + ", computed=" + Integer.toHexString((int) crc.getValue()));
        }
    }

    /** Points the page at what the window holds of it from {@code bodyOffset} on, or at that decompressed; answers which. */
    private boolean fill(Header loaded, int bodyOffset) {
        describe(loaded);
        int levelBytes = page.levelsApart ? page.repetitionBytes + page.definitionBytes : 0;
        page.levelsAddress = window.address() + bodyOffset;
        page.dataAddress = page.levelsAddress + levelBytes;
        int dataBytesInFile = loaded.compressedBytes() - levelBytes;
        if (isCompressed() && (!page.levelsApart || loaded.compressed())) {
            decompress(bodyOffset + levelBytes, dataBytesInFile, levelBytes);
            return false;
        }
        if (dataBytesInFile != page.dataBytes) {
            throw ForebayException.corrupt("an uncompressed page must have its full size: bytes=" + dataBytesInFile
                    + ", uncompressedBytes=" + page.dataBytes);
        }
        return true;
    }

    /** What the header tells of the page, but not where it is. */
    private void describe(Header loaded) {
        page.source = null;
        page.valueCount = loaded.valueCount();
        page.encoding = encoding(loaded.encoding());
        page.levelsApart = loaded.kind() == PageType.DATA_PAGE_V2.getValue();
        page.dataBytes = loaded.uncompressedBytes();
        if (!page.levelsApart) {
            page.repetitionEncoding = loaded.repetitionEncoding();
            page.definitionEncoding = loaded.definitionEncoding();
            return;
        }
        page.repetitionBytes = Math.max(0, loaded.repetitionBytes());
        page.definitionBytes = Math.max(0, loaded.definitionBytes());
        long levels = (long) page.repetitionBytes + page.definitionBytes;
        if (levels > loaded.compressedBytes() || levels > loaded.uncompressedBytes()) {
            throw ForebayException.corrupt("levels must lie within their page: levelBytes=" + levels + ", pageBytes="
                    + Math.min(loaded.compressedBytes(), loaded.uncompressedBytes()));
        }
        page.dataBytes -= (int) levels;
    }

    /** Decompresses the page's data from the window; where pages are shared, its levels come behind them. */
    private void decompress(int offset, int bytes, int levelBytes) {
        int dataBytes = page.dataBytes;
        decompressed.ensure(shared == null ? dataBytes : (long) dataBytes + levelBytes);
        page.dataAddress = decompressed.address();
        if (bytes > 0 || dataBytes > 0) {
            int count = decompressed(window.view(offset, bytes), decompressed.view(0, dataBytes));
            if (count != dataBytes) {
                throw ForebayException.corrupt("a page must decompress to its stated size: bytes=" + count
                        + ", uncompressedBytes=" + dataBytes);
            }
        }
        if (shared != null) {
            RawMemory.copy(page.levelsAddress, page.dataAddress + dataBytes, levelBytes);
            page.levelsAddress = page.dataAddress + dataBytes;
        }
    }

    private int decompressed(ByteBuffer source, ByteBuffer target) {
        if (shared == null) {
            codec = codec == null ? newCodec() : codec;
            return codec.decompress(source, target);
        }
        try (Codec once = newCodec()) {
            return once.decompress(source, target);
        }
    }

    private Codec newCodec() {
        return Objects.requireNonNull(Codecs.decompressor(codecName));
    }

    private static Encoding encoding(int number) {
        Encoding encoding = Encoding.findByValue(number);
        if (encoding == null) {
            throw ForebayException.unsupported("an encoding must be known: encoding=" + number);
        }
        return encoding;
    }

    /** Brings {@code [from, from + bytes)} of the file into the window, keeping what it already holds of it. */
    private void ensureWindow(long from, long bytes) {
        if ((from >= windowStart && from + bytes <= windowEnd) || holdsChunk()) {
            return;
        }
        boolean little = headersOnly || shared != null;
        int windowBytes = little ? HEADER_BYTES_USUAL : mayStay ? HEAD_BYTES : WINDOW_BYTES;
        boolean overlaps = from >= windowStart && from < windowEnd;
        long kept = overlaps ? windowEnd - from : 0;
        long end = Math.min(chunk.end(), from + Math.max(bytes, windowBytes));
        if (end - from > PAGE_BYTES_MAX) {
            throw ForebayException.limit("a page has at most " + PAGE_BYTES_MAX + " bytes: bytes=" + (end - from));
        }
        int size = (int) (end - from);
        if (kept > 0) {
            if (window.capacity() < size) { // growing keeps a prefix: all of the window, since what is kept is its end
                window.ensureKeeping(Math.max(size, windowEnd - windowStart), windowEnd - windowStart);
            }
            RawMemory.copy(window.address() + (from - windowStart), window.address(), kept);
        } else {
            window.ensure(size);
        }
        ByteBuffer target = window.view((int) kept, (int) (size - kept));
        windowStart = from;
        windowEnd = from; // until the read is complete, the window holds nothing
        file.readFully(from + kept, target);
        windowEnd = end;
        bytesRead += size - kept;
    }

    /** Makes the whole chunk the window where it need not be copied; asked when the first bytes are needed. */
    private boolean holdsChunk() {
        if (askedForChunk) {
            return false;
        }
        askedForChunk = true;
        ArrowBuf whole = file.held(chunk);
        if (whole == null) {
            return false;
        }
        chunkHeld = true;
        window.adopt(whole);
        windowStart = chunk.offset();
        windowEnd = chunk.end();
        bytesRead = chunk.length();
        return true;
    }

    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {
        leaveShared();
        window.close();
        decompressed.close();
        if (codec != null) {
            codec.close();
        }
    }
}
