// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import sun.misc.Unsafe;

/**
 * Unchecked access to off-heap memory: the only place in the code base that can read or write outside a buffer.
 *
 * <p>Callers prove their bounds once for a whole run of values and then use these methods without further checks. Every
 * method is a direct forward, so that a second implementation (foreign memory segments, say) can replace this class
 * without a change elsewhere. All multi-byte accesses are in native order and need no alignment. Stateless and
 * thread-safe.
 */
public final class RawMemory {
    private static final Unsafe UNSAFE = unsafe();
    private static final long ADDRESS_OFFSET = addressOffset();
    private static final long BYTES_BASE = Unsafe.ARRAY_BYTE_BASE_OFFSET;

    private RawMemory() {}

    public static byte getByte(long address) {
        return UNSAFE.getByte(address);
    }

    public static void putByte(long address, byte value) {
        UNSAFE.putByte(address, value);
    }

    public static short getShort(long address) {
        return UNSAFE.getShort(address);
    }

    public static void putShort(long address, short value) {
        UNSAFE.putShort(address, value);
    }

    public static int getInt(long address) {
        return UNSAFE.getInt(address);
    }

    public static void putInt(long address, int value) {
        UNSAFE.putInt(address, value);
    }

    public static long getLong(long address) {
        return UNSAFE.getLong(address);
    }

    public static void putLong(long address, long value) {
        UNSAFE.putLong(address, value);
    }

    public static float getFloat(long address) {
        return UNSAFE.getFloat(address);
    }

    public static void putFloat(long address, float value) {
        UNSAFE.putFloat(address, value);
    }

    public static double getDouble(long address) {
        return UNSAFE.getDouble(address);
    }

    /** Copies {@code bytes} bytes; the two ranges may overlap. */
    public static void copy(long from, long to, long bytes) {
        UNSAFE.copyMemory(from, to, bytes);
    }

    /** Copies from off-heap memory into {@code target[offset, offset + bytes)}. */
    public static void copyToArray(long from, byte[] target, int offset, int bytes) {
        UNSAFE.copyMemory(null, from, target, BYTES_BASE + offset, bytes);
    }

    /** Copies {@code source[offset, offset + bytes)} to off-heap memory. */
    public static void copyFromArray(byte[] source, int offset, long to, int bytes) {
        UNSAFE.copyMemory(source, BYTES_BASE + offset, null, to, bytes);
    }

    /** Sets {@code bytes} bytes to {@code value}. */
    public static void fill(long address, long bytes, byte value) {
        UNSAFE.setMemory(address, bytes, value);
    }

    /** The address of the first byte (index 0, whatever the position) of a direct buffer. */
    static long addressOf(ByteBuffer direct) {
        return UNSAFE.getLong(direct, ADDRESS_OFFSET);
    }

    /** Frees a direct buffer at once; it must be an original (not a slice) and must never be touched again. */
    static void free(ByteBuffer direct) {
        UNSAFE.invokeCleaner(direct);
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static long addressOffset() {
        try {
            return UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField("address"));
        } catch (NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
