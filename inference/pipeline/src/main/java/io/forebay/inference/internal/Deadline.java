// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends a run that is not over in time, from a thread of its own. Closed at the run's end. */
final class Deadline implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);

    private Deadline() {}

    /** @param limit from now on; null for no deadline */
    static Deadline after(@Nullable Duration limit, Cancellation run) {
        Deadline deadline = new Deadline();
        if (limit != null) {
            Threads.named("forebay-deadline")
                    .newThread(() -> deadline.await(limit, run))
                    .start();
        }
        return deadline;
    }

    private void await(Duration limit, Cancellation run) {
        try {
            if (!over.await(Nanos.of(limit), TimeUnit.NANOSECONDS)) {
                run.request("a run must be over by its deadline: deadline=" + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody else knows of this thread
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
