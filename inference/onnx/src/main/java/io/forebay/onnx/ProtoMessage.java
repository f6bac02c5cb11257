// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A protobuf message in the making. Not thread-safe. */
final class ProtoMessage {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtoMessage number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    ProtoMessage fixed32(int field, int bits) {
        varint(((long) field << 3) | ProtoReader.FIXED32);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(bits >>> shift);
        }
        return this;
    }

    ProtoMessage text(int field, String value) {
        return message(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoMessage message(int field, byte[] bytes) {
        varint(((long) field << 3) | ProtoReader.BYTES);
        varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    ProtoMessage message(int field, ProtoMessage value) {
        return message(field, value.bytes());
    }

    /** Takes over a field of another message as it is, with its tag. */
    ProtoMessage copy(ByteBuffer from, int start, int end) {
        byte[] bytes = new byte[end - start];
        from.get(start, bytes);
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
