// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.BlockSize;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.Parameters;

/** Compresses the buffers of a batch, on the heap. */
record BodyCompressor(CodecType codec) implements CompressionCodec {
    @Override
    public ArrowBuf compress(BufferAllocator allocator, ArrowBuf buffer) {
        byte[] plain = new byte[(int) buffer.readableBytes()];
        buffer.getBytes(0, plain);
        buffer.close();
        if (plain.length == 0) {
            return allocator.getEmpty();
        }
        byte[] compressed = codec == CodecType.ZSTD ? Zstd.compress(plain) : lz4(plain);
        boolean shorter = compressed.length < plain.length;
        byte[] body = shorter ? compressed : plain;
        ArrowBuf out = allocator.buffer(Long.BYTES + body.length);
        byte[] prefix = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(shorter ? plain.length : -1)
                .array();
        out.setBytes(0, prefix);
        out.setBytes(Long.BYTES, body);
        out.writerIndex(Long.BYTES + body.length);
        return out;
    }

    /** Blocks that refer to those before them, as C++ writes them. */
    private static byte[] lz4(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Parameters linked = new Parameters(BlockSize.K64, true, false, true);
        try (FramedLZ4CompressorOutputStream out = new FramedLZ4CompressorOutputStream(bytes, linked)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public ArrowBuf decompress(BufferAllocator allocator, ArrowBuf compressed) {
        throw new AssertionError("a test only compresses");
    }

    @Override
    public CodecType getCodecType() {
        return codec;
    }
}
