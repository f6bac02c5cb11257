// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.profile;

import io.forebay.Profile;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Exact counts of a column's most frequent values, as long as it has few distinct ones. Not thread-safe. */
final class TopValues {
    private static final int DISTINCT_MAX = 10_000;

    private final int wanted;
    private final Map<Object, long[]> counts = new HashMap<>();
    private boolean tooMany;

    TopValues(int wanted) {
        this.wanted = wanted;
    }

    void add(Object value) {
        if (tooMany) {
            return;
        }
        counts.computeIfAbsent(value, key -> new long[1])[0]++;
        if (counts.size() > DISTINCT_MAX) {
            tooMany = true;
            counts.clear();
        }
    }

    /** The most frequent values first, ties by text; empty when there were too many distinct ones. */
    List<Profile.ValueCount> finish() {
        return counts.entrySet().stream()
                .map(entry -> new Profile.ValueCount(entry.getKey().toString(), entry.getValue()[0]))
                .sorted(Comparator.comparingLong(Profile.ValueCount::count)
                        .reversed()
                        .thenComparing(Profile.ValueCount::value))
                .limit(wanted)
                .toList();
    }
}
