// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that keeps the entries used last. Not thread-safe. */
public final class RecentMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private static final int CAPACITY = 16;
    private static final float LOAD = 0.75f;

    private final int most;

    /** @param most how many entries it keeps */
    public RecentMap(int most) {
        super(CAPACITY, LOAD, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
