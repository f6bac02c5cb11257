// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.vector.types.pojo.Schema;

/** The metadata of an IPC file: its footer says where the messages are. Stateless. */
final class FileMetadata {
    private static final int GUESS_BYTES = 64 << 10;
    private static final int TAIL_BYTES = Integer.BYTES + ArrowMetadata.MAGIC.length;
    private static final int BLOCK_BYTES = 24;

    /** The metadata of so many messages, and so many bytes of them, are read at the same time. */
    private static final int READS_MAX = 64;

    private static final int READ_BYTES_MAX = 16 << 20;

    private FileMetadata() {}

    static ArrowMetadata read(RangeReader file) {
        ByteBuffer footerBytes = readFooter(file);
        Footer footer = Flatbuffers.read("a footer", () -> Footer.getRootAsFooter(footerBytes));
        Schema schema = SchemaReader.read(footer::schema, footerBytes.remaining());
        MetadataBuilder metadata = new MetadataBuilder(schema);
        metadata.addIdentity(footerBytes);
        List<ByteRange> dictionaries = places(footer::dictionariesLength, footer::dictionaries, file, footerBytes);
        List<ByteRange> batches = places(footer::recordBatchesLength, footer::recordBatches, file, footerBytes);
        readMessages(file, dictionaries, metadata, message -> addDictionary(message, metadata));
        readMessages(file, batches, metadata, message -> addBatch(message, metadata));
        return metadata.finish(Flatbuffers.read("a footer", () -> notes(footer)));
    }

    private static ByteBuffer readFooter(RangeReader file) {
        long fileBytes = file.storageObject().sizeBytes();
        ByteBuffer tail = readEnd(file, (int) Math.min(fileBytes, GUESS_BYTES));
        int end = tail.limit() - TAIL_BYTES;
        if (end < 0 || !ArrowMetadata.startsWith(tail.slice().position(end + Integer.BYTES), ArrowMetadata.MAGIC)) {
            throw ForebayException.corrupt("an Arrow file ends in ARROW1: fileBytes=" + fileBytes);
        }
        int length = tail.getInt(end);
        if (length <= 0 || length > fileBytes - TAIL_BYTES - ArrowMetadata.MAGIC.length) {
            throw ForebayException.corrupt(
                    "a footer lies within its file: footerBytes=" + length + ", fileBytes=" + fileBytes);
        }
        IpcMessage.checkedMetadataBytes(length);
        ByteBuffer bytes = length <= end ? tail : readEnd(file, length + TAIL_BYTES);
        int footerEnd = bytes.limit() - TAIL_BYTES;
        return bytes.slice(footerEnd - length, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer readEnd(RangeReader file, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(file.storageObject().sizeBytes() - count, bytes);
        return bytes.flip();
    }

    /** Where the messages' metadata lie; their bodies lie behind them. */
    private static List<ByteRange> places(
            IntSupplier blockCount, IntFunction<Block> blocks, RangeReader file, ByteBuffer footer) {
        return Flatbuffers.read("a footer", () -> {
            int count = Flatbuffers.checkedCount("blocks", blockCount.getAsInt(), BLOCK_BYTES, footer.remaining());
            List<ByteRange> places = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Block block = blocks.apply(i);
                long fileBytes = file.storageObject().sizeBytes();
                long offset = block.offset();
                int length = block.metaDataLength();
                if (offset < ArrowMetadata.MAGIC.length || length <= 0 || length > fileBytes - offset) {
                    throw ForebayException.corrupt("a message must lie within the file: offset=" + offset
                            + ", metadataBytes=" + length + ", fileBytes=" + fileBytes);
                }
                places.add(new ByteRange(offset, IpcMessage.checkedMetadataBytes(length)));
            }
            return places;
        });
    }

    /** Reads the metadata of all messages, several at a time, and adds them in order. */
    private static void readMessages(
            RangeReader file, List<ByteRange> places, MetadataBuilder metadata, Consumer<IpcMessage> added) {
        for (int first = 0; first < places.size(); ) {
            int end = first;
            long bytes = 0;
            List<ByteBuffer> targets = new ArrayList<>();
            List<CompletableFuture<Void>> reads = new ArrayList<>();
            while (end < places.size() && end - first < READS_MAX && (end == first || bytes < READ_BYTES_MAX)) {
                ByteRange range = places.get(end++);
                ByteBuffer target = ByteBuffer.allocate((int) range.length());
                targets.add(target);
                reads.add(file.read(range.offset(), target));
                bytes += range.length();
            }
            joinAll(reads);
            for (int i = 0; i < targets.size(); i++) {
                ByteBuffer target = targets.get(i).flip();
                metadata.addIdentity(target);
                long bodyOffset = places.get(first + i).end();
                added.accept(
                        IpcMessage.of(target, bodyOffset, file.storageObject().sizeBytes()));
            }
            first = end;
        }
    }

    /** Waits for all reads, since their targets are theirs until then; fails with the first failure. */
    private static void joinAll(List<CompletableFuture<Void>> reads) {
        try {
            CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ForebayException failure ? failure : e;
        }
    }

    private static void addDictionary(IpcMessage message, MetadataBuilder metadata) {
        if (!message.isDictionary()) {
            throw ForebayException.corrupt("a block of dictionaries must hold one");
        }
        metadata.addDictionary(message, false);
    }

    private static void addBatch(IpcMessage message, MetadataBuilder metadata) {
        if (!message.isRecordBatch()) {
            throw ForebayException.corrupt("a block of record batches must hold one");
        }
        metadata.addBatch(message);
    }

    private static Map<String, String> notes(Footer footer) {
        Map<String, String> notes = new HashMap<>();
        for (int i = 0; i < footer.customMetadataLength(); i++) {
            KeyValue note = footer.customMetadata(i);
            if (note.key() != null && note.value() != null) {
                notes.put(note.key(), note.value());
            }
        }
        return notes;
    }
}
