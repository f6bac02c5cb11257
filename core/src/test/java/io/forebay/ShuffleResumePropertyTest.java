// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Readers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * Training that is stopped at any step, over and over and across epochs, and goes on with any number of readers, sees the batches
 * of training that was never stopped; so does training with other threads, memory or batches read ahead, and where only the rows that
 * pass a filter are in the order.
 */
class ShuffleResumePropertyTest {
    private static final int EPOCHS = 3;
    private static final int RESUMES_LEAST = 500;

    /** Reads bounds and values, and lets none of some units pass, or all, or some. */
    private static final Filter FILTER = Filter.parse("id >= 20 and id <> 33 and text is not null");

    /** Readers that went on from a state within an epoch, or behind one. */
    private static int resumes;

    private Forebay ample;
    private Forebay tight;

    @BeforeProperty
    void open() {
        ample = Forebay.builder().threads(4).build();
        tight = Forebay.builder().threads(2).memoryLimit("4MiB").build();
    }

    /** Fails when a buffer is still held. */
    @AfterProperty
    void close() {
        ample.close();
        tight.close();
    }

    @AfterContainer
    static void enoughWasTried() {
        assertThat(resumes).isGreaterThanOrEqualTo(RESUMES_LEAST);
    }

    @Provide
    Arbitrary<OrderCase> cases() {
        return OrderCase.any();
    }

    @Property(tries = 120)
    void chainedResumesSeeTheBatchesOfAnUninterruptedRun(
            @ForAll("cases") OrderCase one, @ForAll boolean filtered, @ForAll Random random) {
        MemoryTable table = one.table();
        long[] passing = LongStream.range(0, one.rows())
                .filter(id -> !filtered || passes(id))
                .toArray();
        List<List<Long>> expected = new ArrayList<>();
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            Shuffle shuffle = one.shuffle().epoch(one.shuffle().epoch() + epoch);
            Dataset dataset = one.dataset(ample, table).shuffle(shuffle);
            OrderCase.expected(filtered ? dataset.filter(FILTER) : dataset)
                    .forEach(batch -> expected.add(
                            batch.stream().map(row -> passing[row.intValue()]).toList()));
        }
        List<List<Long>> seen = new ArrayList<>();
        Checkpoint state = null;
        while (seen.size() < expected.size()) {
            Dataset dataset =
                    one.dataset(random.nextBoolean() ? ample : tight, table).threads(1 + random.nextInt(4));
            int ahead = random.nextInt(5); // as far as it finds best, but for the others
            dataset = ahead == 4 ? dataset : dataset.prefetch(ahead);
            dataset = filtered ? dataset.filter(FILTER) : dataset;
            int world = OrderCase.WORLDS.get(random.nextInt(OrderCase.WORLDS.size()));
            int steps = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(4);
            resumes += state == null ? 0 : world;
            try (Readers readers = Readers.of(dataset, world, state)) {
                state = readers.take(steps, OrderCase::ids, seen);
            }
        }
        assertThat(seen).isEqualTo(expected);
        assertThat(table.openReaders()).isZero();
    }

    private static boolean passes(long id) {
        return id >= 20 && id != 33 && id % 7 != 0;
    }
}
