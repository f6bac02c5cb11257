// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.write;

import com.google.flatbuffers.FlatBufferBuilder;
import io.forebay.internal.memory.RawMemory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The messages of an IPC stream or file, written one after the other. Arrow's own writer would need a JVM flag. One thread;
 * it does not close the stream below.
 */
public final class IpcOutput {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int CONTINUATION = -1;
    private static final int ALIGNMENT = 8;
    private static final int PREFIX_BYTES = 8;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final byte[] ZEROS = new byte[ALIGNMENT];

    private final OutputStream out;
    private final Schema schema;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final List<ArrowBlock> dictionaries = new ArrayList<>();
    private final List<ArrowBlock> batches = new ArrayList<>();
    private long position;

    /** @param schema the columns as messages have them */
    public IpcOutput(OutputStream out, Schema schema) {
        this.out = out;
        this.schema = schema;
    }

    /** Writes what a stream starts with. */
    public void startStream() throws IOException {
        message(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT));
    }

    /** Writes what a file starts with. */
    public void startFile() throws IOException {
        write(MAGIC, 0, MAGIC.length);
        pad();
        startStream();
    }

    /** Writes a batch of these columns, which stay the caller's. */
    public void batch(List<FieldVector> columns, int rows) throws IOException {
        VectorSchemaRoot root = new VectorSchemaRoot(schema, columns, rows);
        try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            batch(batch);
        }
    }

    /** Writes a record batch. */
    public void batch(ArrowRecordBatch batch) throws IOException {
        batches.add(block(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT), batch));
    }

    /** Writes the values of a dictionary, before the first batch that needs them. */
    public void dictionary(ArrowDictionaryBatch dictionary) throws IOException {
        dictionaries.add(
                block(MessageSerializer.serializeMetadata(dictionary, IpcOption.DEFAULT), dictionary.getDictionary()));
    }

    private ArrowBlock block(ByteBuffer metadata, ArrowRecordBatch batch) throws IOException {
        long start = position;
        message(metadata);
        int metadataBytes = (int) (position - start);
        body(batch);
        return new ArrowBlock(start, metadataBytes, position - start - metadataBytes);
    }

    private void message(ByteBuffer metadata) throws IOException {
        int padded = (metadata.remaining() + PREFIX_BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - PREFIX_BYTES;
        writeInt(CONTINUATION);
        writeInt(padded);
        byte[] bytes = new byte[metadata.remaining()];
        metadata.get(bytes);
        write(bytes, 0, bytes.length);
        write(ZEROS, 0, padded - bytes.length);
    }

    private void body(ArrowRecordBatch batch) throws IOException {
        long start = position;
        List<ArrowBuffer> places = batch.getBuffersLayout();
        for (int i = 0; i < places.size(); i++) {
            zeros(start + places.get(i).getOffset() - position);
            bytes(batch.getBuffers().get(i));
        }
        zeros(start + batch.computeBodyLength() - position);
    }

    private void bytes(ArrowBuf buffer) throws IOException {
        long address = buffer.memoryAddress() + buffer.readerIndex();
        for (long left = buffer.readableBytes(); left > 0; ) {
            int count = (int) Math.min(left, CHUNK_BYTES);
            RawMemory.copyToArray(address, chunk, 0, count);
            write(chunk, 0, count);
            address += count;
            left -= count;
        }
    }

    /** Writes what a stream ends with. */
    public void finishStream() throws IOException {
        writeInt(CONTINUATION);
        writeInt(0);
        out.flush();
    }

    /**
     * Writes what a file ends with.
     *
     * @param notes what the footer says beside the schema
     */
    public void finishFile(Map<String, String> notes) throws IOException {
        writeInt(CONTINUATION);
        writeInt(0);
        FlatBufferBuilder builder = new FlatBufferBuilder();
        builder.finish(new ArrowFooter(schema, dictionaries, batches, notes, MetadataVersion.V5).writeTo(builder));
        byte[] footer = builder.sizedByteArray();
        write(footer, 0, footer.length);
        writeInt(footer.length);
        write(MAGIC, 0, MAGIC.length);
        out.flush();
    }

    private void pad() throws IOException {
        zeros(-position & (ALIGNMENT - 1));
    }

    private void zeros(long count) throws IOException {
        for (long left = count; left > 0; left -= ALIGNMENT) {
            write(ZEROS, 0, (int) Math.min(left, ALIGNMENT));
        }
    }

    private void writeInt(int value) throws IOException {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            chunk[shift / Byte.SIZE] = (byte) (value >>> shift);
        }
        write(chunk, 0, Integer.BYTES);
    }

    private void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        position += length;
    }
}
