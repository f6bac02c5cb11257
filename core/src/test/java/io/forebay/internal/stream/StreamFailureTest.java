// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failure arrives at its batch, after all batches before it, names its place, and leaves nothing behind. */
@Timeout(value = 8, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamFailureTest {
    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    private final Forebay forebay =
            Forebay.builder().threads(4).trackAllocations(true).build();
    private final MemoryTable table = MemoryTable.of(MemoryTable.field("id", INT64), MemoryTable.field("value", INT64));

    StreamFailureTest() {
        for (long unit = 0; unit < 4; unit++) {
            table.unit(LongStream.range(unit * 10, unit * 10 + 10)
                    .mapToObj(id -> new Object[] {id, -id})
                    .toArray(Object[][]::new));
        }
    }

    @AfterEach
    @Timeout(value = 8, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLeft() {
        forebay.close();
        assertThat(table.openReaders()).as("open readers").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void allBatchesBeforeTheFailureAreDelivered(int threads) {
        failReading(2, 1, 5, new ForebayException(Kind.CORRUPT, "page is torn"));
        List<Long> ids = new ArrayList<>();
        ForebayException failure = readUntilFailure(threads, ids);
        assertThat(failure).hasMessage("page is torn [at " + table.location() + ", row group 2]");
        assertThat(failure.kind()).isEqualTo(Kind.CORRUPT);
        assertThat(ids).isEqualTo(LongStream.range(0, 25).boxed().toList());
    }

    @Test
    void theFirstOfSeveralFailuresInOrderIsReported() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit > 0) {
                    throw new ForebayException(Kind.CORRUPT, "unit " + unit);
                }
            }
        });
        assertThat(readUntilFailure(4, new ArrayList<>())).hasMessageStartingWith("unit 1 [at ");
    }

    @Test
    void aFailureThatIsNoForebayExceptionIsWrapped() {
        failReading(0, 0, 0, new IllegalStateException("odd"));
        ForebayException failure = readUntilFailure(4, new ArrayList<>());
        assertThat(failure)
                .hasMessage("data could not be decoded: java.lang.IllegalStateException: odd [at " + table.location()
                        + ", row group 0]")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anErrorOfADecoderTravelsToTheConsumer() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                throw new StackOverflowError();
            }
        });
        assertThat(readUntilFailure(4, new ArrayList<>())).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void aFailureToOpenAUnitArrivesInOrder() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void opening(int unit) {
                if (unit == 3) {
                    throw new ForebayException(Kind.IO, "file must exist");
                }
            }
        });
        List<Long> ids = new ArrayList<>();
        assertThat(readUntilFailure(4, ids)).hasMessage("file must exist [at " + table.location() + ", row group 3]");
        assertThat(ids).hasSize(30);
    }

    @Test
    void aFailureToCloseAUnitIsNotAHang() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void closed(int unit) {
                throw new ForebayException(Kind.IO, "file must be closable");
            }
        });
        assertThat(readUntilFailure(2, new ArrayList<>())).hasMessageStartingWith("file must be closable");
    }

    /** All units are let go, whatever becomes of them, and the context closes after that. */
    @Test
    void aFailureToCloseAnOpenUnitReleasesTheOthers() throws InterruptedException {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 1 && row == 0) {
                    reached.countDown();
                    Waits.await(closing);
                }
            }

            @Override
            public void closed(int unit) {
                if (unit == 1) {
                    throw new ForebayException(Kind.IO, "file must be closable");
                }
            }
        });
        BatchStream batches = forebay.dataset(table.location()).threads(2).batchRows(5).stream();
        Objects.requireNonNull(batches.next()).close();
        reached.await();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread closer = new Thread(() -> failure.set(catchThrowable(batches::close)));
        closer.start();
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        assertThat(failure.get()).hasMessageStartingWith("file must be closable");
        batches.close();
        assertThat(forebay.memory().usedBytes()).isZero();
    }

    @Test
    void aFailureStaysAFailure() {
        failReading(0, 0, 0, new ForebayException(Kind.CORRUPT, "page is torn"));
        try (BatchStream batches = forebay.dataset(table.location()).stream()) {
            assertThatThrownBy(batches::next).hasMessageStartingWith("page is torn");
            assertThatThrownBy(batches::next).isInstanceOf(ForebayException.class);
            assertThat(batches.checkpoint().nextRow()).isZero();
        }
    }

    @Test
    void aFailureOfTheFilterNamesItsUnit() {
        failReading(1, 0, 0, new ForebayException(Kind.CORRUPT, "page is torn"));
        try (BatchStream batches =
                forebay
                        .dataset(table.location())
                        .select("value")
                        .filter(Filter.parse("id >= 0"))
                        .batchRows(10)
                        .stream()) {
            batches.next().close();
            assertThatThrownBy(batches::next).hasMessage("page is torn [at " + table.location() + ", row group 1]");
        }
    }

    @Test
    void aFilterOfManyTermsIsRead() {
        String many = String.join(
                " or ", IntStream.range(0, 20_000).mapToObj(i -> "id = " + i).toList());
        Dataset everything = forebay.dataset(table.location());
        assertThat(Vectors.ids(everything.filter(Filter.parse(many)).stream()))
                .isEqualTo(Vectors.ids(everything.stream()));
    }

    @Test
    void aDeepFilterIsReadAndADeeperOneRefused() {
        Dataset everything = forebay.dataset(table.location());
        assertThat(Vectors.ids(everything.filter(nested(95)).stream())).isEqualTo(Vectors.ids(everything.stream()));
        assertThatThrownBy(() -> everything.filter(nested(105)).stream())
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.USAGE))
                .hasMessage("a filter nests at most 200 levels deep");
    }

    /** True of all rows; two levels for each step. */
    private static Filter nested(int steps) {
        Filter filter = Filter.parse("id >= 0");
        for (int i = 0; i < steps; i++) {
            filter = filter.and(Filter.parse("id >= 0")).or(Filter.parse("id < 0"));
        }
        return filter;
    }

    @Test
    void anErrorInAWorkerReachesTheConsumer() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 2) {
                    throw new NoClassDefFoundError("codec/Native");
                }
            }
        });
        assertThat(readUntilFailure(2, new ArrayList<>()))
                .hasMessageStartingWith("a library must be on the class path and load: ")
                .hasMessageContaining("codec/Native")
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.UNSUPPORTED));
    }

    @Test
    void anOpenBatchIsReportedWithThePlaceOfItsAllocation() {
        Forebay leaking = Forebay.builder().trackAllocations(true).build();
        BatchStream batches = leaking.dataset(table.location()).stream();
        try (Batch batch = batches.next()) {
            assertThat(batch.rows()).isEqualTo(40);
            assertThatThrownBy(leaking::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "everything made from a context must be closed before it: open=[stream-1], liveBytes=")
                    .hasMessageContaining(ColumnBuilder.class.getName());
        }
    }

    private void failReading(int failingUnit, int failingLane, long failingRow, RuntimeException failure) {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == failingUnit && lane == failingLane && row == failingRow) {
                    throw failure;
                }
            }
        });
    }

    private ForebayException readUntilFailure(int threads, List<Long> ids) {
        try (BatchStream batches = forebay.dataset(table.location()).threads(threads).batchRows(5).stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    ids.addAll(Vectors.ids(batch));
                }
            }
            throw new AssertionError("the read must fail");
        } catch (ForebayException e) {
            return e;
        }
    }
}
