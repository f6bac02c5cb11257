// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.internal.remote.RequestGovernor.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests in flight: slowly more, quickly fewer, never none. */
class RequestGovernorTest {
    private static final int FIRST = 16;
    private static final int MOST = 64;

    private final RequestGovernor governor = new RequestGovernor();

    @Test
    void requestsBeyondTheLimitWaitTheirTurn() {
        List<CompletableFuture<Permit>> turns = acquire(FIRST + 2);
        assertThat(turns.subList(0, FIRST)).allMatch(CompletableFuture::isDone);
        assertThat(turns.subList(FIRST, FIRST + 2)).noneMatch(CompletableFuture::isDone);
        governor.failed();
        assertThat(turns.get(FIRST)).isDone();
        assertThat(turns.get(FIRST + 1)).isNotDone();
    }

    @Test
    void aTurnThatIsNotTakenIsTheNexts() {
        List<CompletableFuture<Permit>> turns = acquire(FIRST + 2);
        turns.get(FIRST).cancel(false);
        governor.failed();
        assertThat(turns.get(FIRST + 1)).isDone();
    }

    @Test
    void successesRaiseTheLimitToItsBound() {
        for (int i = 0; i < 20 * MOST * MOST; i++) {
            acquire(1);
            governor.succeeded();
        }
        assertThat(governor.limit()).isEqualTo(MOST);
    }

    @Test
    void oneOverloadHalvesTheLimitOnce() {
        List<CompletableFuture<Permit>> turns = acquire(FIRST);
        turns.forEach(turn -> governor.overloaded(turn.join()));
        assertThat(governor.limit()).isEqualTo(FIRST / 2);
        governor.overloaded(acquire(1).get(0).join());
        assertThat(governor.limit()).isEqualTo(FIRST / 4);
    }

    @Test
    void oneRequestMayAlwaysBeMade() {
        for (int i = 0; i < 20; i++) {
            governor.overloaded(acquire(1).get(0).join());
        }
        assertThat(governor.limit()).isEqualTo(1);
        assertThat(acquire(1).get(0)).isDone();
    }

    private List<CompletableFuture<Permit>> acquire(int count) {
        List<CompletableFuture<Permit>> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(governor.acquire());
        }
        return turns;
    }
}
