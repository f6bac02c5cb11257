// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

/**
 * Splits a run's wall time: busy while at least one model run is in flight; otherwise starved while the feeder waits for
 * data, or blocked while it waits for the sink. Thread-safe.
 */
final class BusyClock {
    /** What the feeder is doing. */
    enum Feeder {
        WORKING,
        WAITING_FOR_DATA,
        WAITING_FOR_SINK
    }

    private final long startNanos = System.nanoTime();
    private long sinceNanos = startNanos;
    private Feeder feeder = Feeder.WORKING;
    private int inFlight;
    private long busyNanos;
    private long starvedNanos;
    private long blockedNanos;

    synchronized void runStarted() {
        account();
        inFlight++;
    }

    synchronized void runEnded() {
        account();
        inFlight--;
    }

    synchronized void feederIs(Feeder now) {
        account();
        feeder = now;
    }

    private void account() {
        long now = System.nanoTime();
        long elapsed = now - sinceNanos;
        sinceNanos = now;
        if (inFlight > 0) {
            busyNanos += elapsed;
        } else if (feeder == Feeder.WAITING_FOR_DATA) {
            starvedNanos += elapsed;
        } else if (feeder == Feeder.WAITING_FOR_SINK) {
            blockedNanos += elapsed;
        }
    }

    /** Shares of the wall time so far. */
    record Shares(double seconds, double busy, double starved, double blocked) {}

    synchronized Shares shares() {
        account();
        double wall = Math.max(1, sinceNanos - startNanos);
        return new Shares(wall / 1e9, busyNanos / wall, starvedNanos / wall, blockedNanos / wall);
    }
}
