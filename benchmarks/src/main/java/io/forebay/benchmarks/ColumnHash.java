// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.math.BigInteger;

/**
 * Accumulates a {@link ColumnChecksum} value by value, in row order. Used by one thread.
 *
 * <p>Values are hashed by meaning, not by storage: whole numbers as a long, unsigned ones zero-extended; dates as days,
 * times and timestamps as nanoseconds (wrapping far from 1970); decimals by their unscaled value at any width; floating
 * point by its raw bits; strings and binaries by their bytes; a list by its length and then each element.
 */
final class ColumnHash {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;
    private static final long NULL = 0x6e756c6c6e756c6cL;

    private final String column;
    private long rowCount;
    private long valueCount;
    private long hash;

    ColumnHash(String column) {
        this.column = column;
    }

    void addNull() {
        fold(NULL);
    }

    void addLong(long value) {
        valueCount++;
        fold(value * GOLDEN_RATIO);
    }

    void addFloat(float value) {
        addLong(Float.floatToRawIntBits(value));
    }

    void addDouble(double value) {
        addLong(Double.doubleToRawLongBits(value));
    }

    void addDecimal(BigInteger unscaled) {
        if (unscaled.bitLength() < Long.SIZE) {
            addLong(unscaled.longValue());
        } else {
            byte[] bytes = unscaled.toByteArray();
            addBytes(bytes, bytes.length);
        }
    }

    /** Adds the first {@code length} bytes. */
    void addBytes(byte[] bytes, int length) {
        valueCount++;
        long fnv = FNV_OFFSET;
        for (int at = 0; at < length; at++) {
            fnv = (fnv ^ bytes[at]) * FNV_PRIME;
        }
        fold(fnv);
    }

    ColumnChecksum checksum() {
        return new ColumnChecksum(column, rowCount, valueCount, hash);
    }

    private void fold(long valueHash) {
        rowCount++;
        hash = Long.rotateLeft(hash, 7) * FNV_PRIME ^ valueHash ^ valueHash >>> 32;
    }
}
