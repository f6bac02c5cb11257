// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is done at the same time, its results and its failure are those of doing it one by one. */
@Timeout(30)
class InOrderTest {
    private static final int THREADS = 4;

    private final ExecutorService threads = WorkerThreads.start("test", THREADS);

    @AfterEach
    void stop() {
        threads.shutdown();
    }

    @Test
    void resultsComeInOrder() {
        List<Supplier<Integer>> work = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(i -> work.add(() -> i));
        assertThat(InOrder.run(threads, work))
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
    }

    /** Would hang if the work were done one by one. */
    @Test
    void workIsDoneAtTheSameTime() {
        CountDownLatch all = new CountDownLatch(THREADS);
        Supplier<Integer> meeting = () -> {
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return 1;
        };
        assertThat(InOrder.run(threads, List.of(meeting, meeting, meeting, meeting)))
                .hasSize(THREADS);
    }

    @Test
    void theFirstFailureEndsTheRest() {
        AtomicInteger begun = new AtomicInteger();
        List<Supplier<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            work.add(() -> {
                begun.incrementAndGet();
                LockSupport.parkNanos(10_000_000);
                throw ForebayException.io("number=" + number);
            });
        }
        assertThatThrownBy(() -> InOrder.run(threads, work)).hasMessage("number=0");
        assertThat(begun).hasValueLessThan(1_000);
    }

    @Test
    void anInterruptEndsTheWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> InOrder.run(threads, List.<Supplier<Integer>>of(() -> 1, () -> 2)))
                .hasMessage("the reading of metadata was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closedThreadsDoNoMore() {
        threads.shutdown();
        assertThatThrownBy(() -> InOrder.run(threads, List.<Supplier<Integer>>of(() -> 1)))
                .isInstanceOf(ForebayException.class)
                .hasMessage("a closed context does no more work");
    }
}
