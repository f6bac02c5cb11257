// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import java.util.function.IntPredicate;

/**
 * The places of an order that belong to one reader: a pattern that repeats. Immutable, thread-safe.
 */
public final class OwnPlaces {
    /** How many of the first so many places of the pattern are the reader's. */
    private final int[] before;

    /** What is added to a place before the pattern is asked. */
    private final int shift;

    private OwnPlaces(int[] before, int shift) {
        this.before = before;
        this.shift = shift;
    }

    /** Every {@code world}-th place from {@code rank} on. */
    public static OwnPlaces of(int rank, int world) {
        return of(world, place -> place == rank);
    }

    /** The places that are {@code own} in a pattern of {@code period} places. */
    public static OwnPlaces of(int period, IntPredicate own) {
        int[] before = new int[period + 1];
        for (int place = 0; place < period; place++) {
            before[place + 1] = before[place] + (own.test(place) ? 1 : 0);
        }
        return new OwnPlaces(before, 0);
    }

    /** The same pattern for places that are counted from {@code start} on. */
    OwnPlaces from(long start) {
        return new OwnPlaces(before, (int) ((start + shift) % period()));
    }

    /** Places of the pattern. */
    public int period() {
        return before.length - 1;
    }

    /** How many places of a pattern are the reader's. */
    public int perPeriod() {
        return before[period()];
    }

    /** Where a place is in the pattern. */
    public int phase(long place) {
        return (int) ((place + shift) % period());
    }

    /** How many of the first so many places of the pattern are the reader's: a table that must not be changed. */
    public int[] table() {
        return before;
    }

    /** How many of the places in {@code [from, to)} are the reader's. */
    public long within(long from, long to) {
        return from >= to ? 0 : upTo(to) - upTo(from);
    }

    private long upTo(long place) {
        long shifted = place + shift;
        return shifted / period() * perPeriod() + before[(int) (shifted % period())];
    }

    /** The reader's first place at or after {@code place}; it has one. */
    public long atOrAfter(long place) {
        long found = place;
        for (int phase = phase(place); before[phase + 1] == before[phase]; phase = (phase + 1) % period()) {
            found++;
        }
        return found;
    }

    /** Whether one of the places {@code remainder + i * step} is the reader's. */
    boolean has(int remainder, int step) {
        int first = phase(remainder);
        int phase = first;
        do {
            if (before[phase + 1] > before[phase]) {
                return true;
            }
            phase = (int) (((long) phase + step) % period());
        } while (phase != first);
        return false;
    }
}
