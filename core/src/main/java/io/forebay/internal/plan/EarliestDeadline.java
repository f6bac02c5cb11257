// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * From which of several sources each place of a mixture comes: of the sources that may have their next turn, the one that must have it
 * first. With weights w of a sum T, turn n of a source may come from place ⌊nT/w⌋ on, and must have come before place ⌈(n+1)T/w⌉; so
 * every source has had g·w/T turns before place g, give or take less than one. Repeats after T places. Immutable, thread-safe.
 */
final class EarliestDeadline {
    private final int[] weights;

    /** The source of each place of a period. */
    private final int[] sources;

    /** Of each source how many of the first so many places of a period it has. */
    private final int[][] turnsBefore;

    /** Of each source the places of a period that it has. */
    private final int[][] placesOf;

    /** @param weights positive; what divides all of them is left out */
    EarliestDeadline(int[] weights) {
        int divisor = commonDivisor(weights);
        this.weights = Arrays.stream(weights).map(weight -> weight / divisor).toArray();
        int period = Arrays.stream(this.weights).sum();
        this.sources = new int[period];
        this.turnsBefore = new int[weights.length][period + 1];
        this.placesOf = new int[weights.length][];
        for (int source = 0; source < weights.length; source++) {
            placesOf[source] = new int[this.weights[source]];
        }
        int[] turns = new int[weights.length];
        for (int place = 0; place < period; place++) {
            int source = next(turns, place);
            sources[place] = source;
            placesOf[source][turns[source]++] = place;
            for (int i = 0; i < turns.length; i++) {
                turnsBefore[i][place + 1] = turns[i];
            }
        }
    }

    static int commonDivisor(int[] numbers) {
        return Arrays.stream(numbers)
                .mapToObj(BigInteger::valueOf)
                .reduce(BigInteger.ZERO, BigInteger::gcd)
                .intValue();
    }

    private int next(int[] turns, int place) {
        int found = -1;
        long earliest = Long.MAX_VALUE;
        for (int source = 0; source < turns.length; source++) {
            long period = sources.length;
            long release = turns[source] * period / weights[source];
            long deadline = -Math.floorDiv(-(turns[source] + 1) * period, (long) weights[source]);
            if (release <= place && deadline < earliest) {
                earliest = deadline;
                found = source;
            }
        }
        return found;
    }

    /** Places after which the pattern repeats: the sum of the weights. */
    int period() {
        return sources.length;
    }

    int source(long place) {
        return sources[(int) (place % period())];
    }

    /** How many of the first {@code places} places a source has. */
    long turnsBefore(int source, long places) {
        return places / period() * weights[source] + turnsBefore[source][(int) (places % period())];
    }

    /** The place of turn {@code turn} of a source, from 0. */
    long placeOf(int source, long turn) {
        int weight = weights[source];
        return turn / weight * period() + placesOf[source][(int) (turn % weight)];
    }

    /** Turns of a source in a period. */
    int turnsPerPeriod(int source) {
        return weights[source];
    }
}
