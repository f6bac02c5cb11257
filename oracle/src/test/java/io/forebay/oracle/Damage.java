// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One way to damage a Parquet file: flipped bits, forged lengths, bytes taken out or put in. Half of the damage goes to
 * the footer, which is small and where the lengths are. A seed decides everything.
 */
final class Damage {
    private static final int TAIL_BYTES = 8;
    private static final int FLIPS_MAX = 6;
    private static final int RUN_BYTES_MAX = 40;
    private static final int[] LENGTHS = {
        0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE - 7, 1 << 20, 1 << 30, 0x7fff, 0xff
    };

    private final SplittableRandom random;

    private Damage(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A damaged copy of {@code file}. */
    static byte[] to(byte[] file, long seed) {
        return new Damage(seed).apply(file);
    }

    private byte[] apply(byte[] file) {
        byte[] damaged = file.clone();
        int rounds = 1 + random.nextInt(2);
        for (int i = 0; i < rounds && damaged.length > 2 * TAIL_BYTES; i++) {
            damaged = applyOnce(damaged);
        }
        return damaged;
    }

    private byte[] applyOnce(byte[] file) {
        return switch (random.nextInt(6)) {
            case 0 -> flipBits(file);
            case 1 -> forgeLength(file);
            case 2 -> forgeVarint(file);
            case 3 -> replaceByte(file);
            case 4 -> cut(file);
            default -> repeat(file);
        };
    }

    private byte[] flipBits(byte[] file) {
        int flips = 1 + random.nextInt(FLIPS_MAX);
        for (int i = 0; i < flips; i++) {
            file[place(file)] ^= (byte) (1 << random.nextInt(8));
        }
        return file;
    }

    /** Four bytes, as before strings and levels and at the end of the footer. */
    private byte[] forgeLength(byte[] file) {
        int at = Math.min(random.nextInt(8) == 0 ? file.length - TAIL_BYTES : place(file), file.length - TAIL_BYTES);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, LENGTHS[random.nextInt(LENGTHS.length)]);
        return file;
    }

    /** One to five bytes of seven bits each, as metadata and runs have them. */
    private byte[] forgeVarint(byte[] file) {
        int at = place(file);
        int bytes = Math.min(random.nextInt(5), file.length - TAIL_BYTES - at);
        Arrays.fill(file, at, at + Math.max(0, bytes), (byte) (0x80 | random.nextInt(128)));
        file[at + Math.max(0, bytes)] = (byte) random.nextInt(128);
        return file;
    }

    private byte[] replaceByte(byte[] file) {
        file[place(file)] = (byte) random.nextInt(256);
        return file;
    }

    private byte[] cut(byte[] file) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(file, random.nextInt(file.length));
        }
        int from = place(file);
        int to = Math.min(file.length - TAIL_BYTES, from + 1 + random.nextInt(RUN_BYTES_MAX));
        return join(Arrays.copyOf(file, from), Arrays.copyOfRange(file, Math.max(from, to), file.length));
    }

    private byte[] repeat(byte[] file) {
        int from = place(file);
        int to = Math.min(file.length, from + 1 + random.nextInt(RUN_BYTES_MAX));
        return join(Arrays.copyOf(file, to), Arrays.copyOfRange(file, from, file.length));
    }

    /** Anywhere before the tail; every other time in the footer. */
    private int place(byte[] file) {
        int end = file.length - TAIL_BYTES;
        int footer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
        boolean inFooter = footer > 0 && footer < end && random.nextBoolean();
        return inFooter ? end - 1 - random.nextInt(footer) : random.nextInt(end);
    }

    private static byte[] join(byte[] head, byte[] tail) {
        byte[] whole = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, whole, head.length, tail.length);
        return whole;
    }
}
