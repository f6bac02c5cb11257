// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something to be done later, unless it is called off first; by the JDK's own timer thread, so it must be short. */
final class Alarm {
    private final CompletableFuture<Void> calledOff = new CompletableFuture<>();

    private Alarm() {}

    static Alarm in(Duration delay, Runnable action) {
        Alarm alarm = new Alarm();
        alarm.calledOff.orTimeout(delay.toNanos(), TimeUnit.NANOSECONDS);
        Callbacks.onEnd(alarm.calledOff, (done, failure) -> {
            if (failure instanceof TimeoutException) {
                action.run();
            }
        });
        return alarm;
    }

    void callOff() {
        calledOff.complete(null);
    }
}
