// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The places of values in a list, found without making objects of them. Immutable. */
final class Categories {
    private final byte[][] texts;

    /** Open addressing, at most half full: a place, plus one. */
    private final int[] slots;

    /** Numbers in order, with the place of each; empty where categories are texts. */
    private final long[] numbers;

    private final int[] places;
    private final long unknown;

    private Categories(byte[][] texts, int[] slots, long[] numbers, int[] places, long unknown) {
        this.texts = texts;
        this.slots = slots;
        this.numbers = numbers;
        this.places = places;
        this.unknown = unknown;
    }

    static Categories ofTexts(List<String> categories, long unknown) {
        byte[][] texts = categories.stream()
                .map(category -> category.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        int[] slots = new int[Integer.highestOneBit(Math.max(1, texts.length)) << 2];
        for (int place = 0; place < texts.length; place++) {
            int slot = hash(texts[place]) & (slots.length - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = place + 1;
        }
        return new Categories(texts, slots, new long[0], new int[0], unknown);
    }

    /**
     * The places of whole numbers; of unsigned ones as Java's longs hold them.
     *
     * @throws ForebayException of kind {@code usage} for a category that is no such number, or the same as another
     */
    static Categories ofNumbers(List<String> categories, long unknown, boolean unsigned) {
        long[] values = categories.stream()
                .mapToLong(category -> parse(category, unsigned))
                .toArray();
        int[] places = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingLong(place -> values[place]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] sorted = Arrays.stream(places).mapToLong(place -> values[place]).toArray();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw ForebayException.usage("categories must differ: categories=" + categories.get(places[i - 1])
                        + ", " + categories.get(places[i]));
            }
        }
        return new Categories(new byte[0][], new int[0], sorted, places, unknown);
    }

    private static long parse(String category, boolean unsigned) {
        try {
            return unsigned ? Long.parseUnsignedLong(category) : Long.parseLong(category);
        } catch (NumberFormatException e) {
            throw ForebayException.usage("categories of a column of whole numbers must be such: category=" + category
                    + ", unsigned=" + unsigned);
        }
    }

    private static int hash(byte[] text) {
        int hash = 0;
        for (byte one : text) {
            hash = 31 * hash + one;
        }
        return spread(hash);
    }

    private static int hash(long address, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + RawMemory.getByte(address + i);
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B1;
        return mixed ^ (mixed >>> 15);
    }

    /** The place of the text at {@code address}, or the unknown one. */
    long ofText(long address, int length) {
        int slot = hash(address, length) & (slots.length - 1);
        while (slots[slot] != 0) {
            int place = slots[slot] - 1;
            if (equal(texts[place], address, length)) {
                return place;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return unknown;
    }

    private static boolean equal(byte[] text, long address, int length) {
        if (text.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[i] != RawMemory.getByte(address + i)) {
                return false;
            }
        }
        return true;
    }

    /** The place of a number, or the unknown one. */
    long ofNumber(long value) {
        int found = Arrays.binarySearch(numbers, value);
        return found < 0 ? unknown : places[found];
    }
}
