// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** All readers of a world, which take the steps of a shuffled order together. Not thread-safe; closes their streams. */
public final class Readers implements AutoCloseable {
    private final List<BatchStream> ranks = new ArrayList<>();

    /** @param opening the stream of each rank */
    public Readers(int world, IntFunction<BatchStream> opening) {
        try {
            for (int rank = 0; rank < world; rank++) {
                ranks.add(opening.apply(rank));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Of a data set, from its start or from a state. */
    public static Readers of(Dataset dataset, int world, Checkpoint from) {
        return new Readers(world, rank -> {
            Dataset own = dataset.shard(rank, world);
            return from == null ? own.stream() : own.stream(from);
        });
    }

    /** Takes some steps, or as many as there are, and adds their rows to {@code seen}; returns the state after them. */
    public Checkpoint take(int steps, Function<Batch, List<Long>> rowsOf, List<List<Long>> seen) {
        for (int step = 0; step < steps; step++) {
            List<Long> rows = next(rowsOf);
            if (rows == null) {
                break;
            }
            seen.add(rows);
        }
        return state();
    }

    /**
     * Takes a step, which all readers must take or none.
     *
     * @param rowsOf the rows of a reader's batch, which is closed afterwards
     * @return the rows of the step as the order has them, or null at the end
     */
    public List<Long> next(Function<Batch, List<Long>> rowsOf) {
        List<List<Long>> batches = new ArrayList<>();
        for (BatchStream rank : ranks) {
            try (Batch batch = rank.next()) {
                if (batch != null) {
                    assertThat(rank.checkpoint()).isEqualTo(batch.checkpoint());
                    batches.add(rowsOf.apply(batch));
                }
            }
        }
        if (batches.isEmpty()) {
            return null;
        }
        assertThat(batches).as("readers that take a step").hasSize(ranks.size());
        return together(batches);
    }

    /** The rows of all readers as the order has them: one of each in turn. */
    public static List<Long> together(List<List<Long>> ranks) {
        int count = ranks.stream().mapToInt(List::size).sum();
        return IntStream.range(0, count)
                .mapToObj(i -> ranks.get(i % ranks.size()).get(i / ranks.size()))
                .toList();
    }

    /** The state that all readers have, as it is read back. */
    public Checkpoint state() {
        Set<String> states = new HashSet<>();
        ranks.forEach(rank -> states.add(rank.checkpoint().toJson()));
        assertThat(states).as("states of all readers").hasSize(1);
        return Checkpoint.fromJson(states.iterator().next());
    }

    @Override
    public void close() {
        ranks.forEach(BatchStream::close);
    }
}
