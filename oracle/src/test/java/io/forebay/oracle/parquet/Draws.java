// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Random test values; about one in eight is an extreme of its type. */
final class Draws {
    private static final int ONE_EXTREME_IN = 8;
    private static final int LONG_TEXT_CHARS = 3_000;
    private static final int MAX_SHORT_BYTES = 24;
    private static final int JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final float[] FLOAT_EXTREMES = {
        0f,
        -0f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE
    };
    private static final double[] DOUBLE_EXTREMES = {
        0d,
        -0d,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE
    };
    /** Zeros, ones, infinities, NaN, the greatest, the least normal and the least of half precision. */
    private static final short[] HALF_EXTREMES = {
        0, (short) 0x8000, 0x3c00, (short) 0xbc00, 0x7c00, (short) 0xfc00, 0x7e00, 0x7bff, (short) 0xfbff, 0x0400, 1
    };

    private Draws() {}

    private static boolean extreme(RandomGenerator random) {
        return random.nextInt(ONE_EXTREME_IN) == 0;
    }

    static int int32(RandomGenerator random, int least, int greatest) {
        return (int) int64(random, least, greatest);
    }

    /** Extremes, zero and its neighbours, small values, or anything between the bounds. */
    static long int64(RandomGenerator random, long least, long greatest) {
        if (extreme(random)) {
            long[] extremes = {least, greatest, least + 1, greatest - 1, 0, Math.max(least, -1), 1};
            return extremes[random.nextInt(extremes.length)];
        }
        if (random.nextBoolean()) {
            return Math.min(greatest, random.nextInt(100));
        }
        return random.nextLong(least, greatest);
    }

    static float float32(RandomGenerator random) {
        return extreme(random)
                ? FLOAT_EXTREMES[random.nextInt(FLOAT_EXTREMES.length)]
                : (float) random.nextGaussian() * 1_000f;
    }

    static double float64(RandomGenerator random) {
        return extreme(random) ? DOUBLE_EXTREMES[random.nextInt(DOUBLE_EXTREMES.length)] : random.nextGaussian() * 1e6;
    }

    static byte[] float16(RandomGenerator random) {
        short bits = extreme(random)
                ? HALF_EXTREMES[random.nextInt(HALF_EXTREMES.length)]
                : (short) (random.nextInt() & 0xbfff); // no infinity, no NaN
        return new byte[] {(byte) bits, (byte) (bits >> 8)};
    }

    static byte[] int96(RandomGenerator random) {
        int day = JULIAN_DAY_OF_EPOCH + int32(random, -100_000, 100_000);
        long nanos = int64(random, 0, NANOS_PER_DAY - 1);
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(nanos)
                .putInt(day)
                .array();
    }

    static byte[] bytes(RandomGenerator random) {
        int length = extreme(random) ? random.nextInt(2) * LONG_TEXT_CHARS : random.nextInt(MAX_SHORT_BYTES);
        return bytes(random, length);
    }

    static byte[] bytes(RandomGenerator random, int length) {
        byte[] value = new byte[length];
        if (extreme(random)) {
            Arrays.fill(value, random.nextBoolean() ? 0 : (byte) 0xff);
        } else {
            random.nextBytes(value);
        }
        return value;
    }

    /** A two's complement decimal of at most {@code precision} digits, in {@code length} bytes or as few as it takes. */
    static byte[] decimal(RandomGenerator random, int precision, int length) {
        BigInteger bound = BigInteger.TEN.pow(precision);
        BigInteger value = extreme(random)
                ? bound.subtract(BigInteger.ONE)
                : new BigInteger(1, bytes(random, 32)).mod(bound).shiftRight(random.nextInt(200));
        byte[] least = (random.nextBoolean() ? value : value.negate()).toByteArray();
        if (length == 0) {
            return least;
        }
        byte[] padded = new byte[length];
        Arrays.fill(padded, least[0] < 0 ? (byte) 0xff : 0);
        System.arraycopy(least, 0, padded, length - least.length, least.length);
        return padded;
    }

    /** Empty, long, ASCII and multi-byte strings, many with a common start. */
    static byte[] text(RandomGenerator random) {
        String value = extreme(random)
                ? (random.nextBoolean() ? "" : "long-".repeat(random.nextInt(LONG_TEXT_CHARS / 5)))
                : switch (random.nextInt(4)) {
                    case 0 -> "common/prefix/" + random.nextInt(1000);
                    case 1 -> "Grüße €" + random.nextInt(50);
                    case 2 -> "\uD83D\uDE00".repeat(random.nextInt(5));
                    default -> Integer.toString(random.nextInt(), 36);
                };
        return value.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] word(RandomGenerator random) {
        String[] words = {"RED", "GREEN", "BLUE", "", "A_LONGER_CONSTANT"};
        return words[random.nextInt(words.length)].getBytes(StandardCharsets.UTF_8);
    }

    static byte[] json(RandomGenerator random) {
        return ("{\"a\":" + random.nextInt(1000) + ",\"b\":[null,\"ü\"]}").getBytes(StandardCharsets.UTF_8);
    }
}
