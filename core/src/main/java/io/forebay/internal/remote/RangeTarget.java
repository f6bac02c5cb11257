// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import java.nio.ByteBuffer;

/**
 * Where one attempt puts the bytes that it gets, in order. Once revoked it takes no more: the memory is another's by then.
 * Thread-safe.
 */
public final class RangeTarget {
    private final ByteBuffer buffer;
    private long lastPutNanos = System.nanoTime();
    private boolean revoked;
    private boolean overrun;

    RangeTarget(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Bytes that are missing still. */
    public synchronized int missingBytes() {
        return buffer.remaining();
    }

    /**
     * Takes all of {@code bytes}, unless the target has been revoked or they are more than are missing. Without bytes it notes
     * that the attempt is alive, though it has come to none that are missing.
     *
     * @return whether the attempt may go on
     */
    public synchronized boolean put(ByteBuffer bytes) {
        overrun |= bytes.remaining() > buffer.remaining();
        if (revoked || overrun) {
            return false;
        }
        buffer.put(bytes);
        lastPutNanos = System.nanoTime();
        return true;
    }

    /** Whether more bytes came than were asked for. */
    synchronized boolean overrun() {
        return overrun;
    }

    synchronized long lastPutNanos() {
        return lastPutNanos;
    }

    synchronized void revoke() {
        revoked = true;
    }
}
