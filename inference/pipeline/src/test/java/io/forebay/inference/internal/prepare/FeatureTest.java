// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.internal.TestMemory;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Preparation;
import io.forebay.inference.prepare.Step.DatePart.Part;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features against their plain twin, at sizes around those of words and blocks, with and without nulls. */
class FeatureTest {
    private static final List<String> CODES = List.of("SEA", "", "Zürich", "a code that is longer than a word or two");
    private static final int[] SIZES = {0, 1, 7, 8, 9, 31, 32, 33, 1023, 1024, 1025, 3000};

    private final TestMemory memory = new TestMemory();

    @AfterEach
    void nothingLeaks() {
        memory.close();
    }

    static Stream<Feature> features() {
        Feature column = Feature.of("x");
        return Stream.of(
                column,
                column.fill(-3.5),
                column.standardise(10, 2.5).fill(0),
                column.log(1000).clip(-1, 4.5).minMax(-1, 4.5),
                column.fill(7).cast(Element.FLOAT64),
                column.clip(-100, 100).cast(Element.INT32),
                column.clip(-1e15, 1e15).cast(Element.INT64));
    }

    @ParameterizedTest
    @MethodSource("features")
    void numbersBecomeWhatTheTwinSays(Feature feature) {
        requireEqual(feature, random -> random.nextGaussian() * 50, Double.class);
        requireEqual(feature, random -> (double) random.nextLong(1000), Double.class);
        requireEqual(feature, random -> random.nextLong(-1000, 1000), Long.class);
        requireEqual(feature, Random::nextBoolean, Boolean.class);
    }

    @Test
    void notNumbersAndInfinitiesGoThrough() {
        List<Object> values = Arrays.asList(
                Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, null, Double.MAX_VALUE);
        for (Feature feature :
                List.of(Feature.of("x").log(0), Feature.of("x").clip(-1, 1).fill(2))) {
            requireEqual(feature, values, Double.class);
        }
    }

    @Test
    void textsAreLookedUpHashedAndSpread() {
        Feature code = Feature.of("x");
        for (Feature feature : List.of(
                code.lookup(CODES, -1),
                code.fill("SEA").lookup(CODES, 99),
                code.fill("never seen").lookup(CODES, 99).standardise(1, 2),
                code.lookup(CODES, 4).fill(5),
                code.hashBucket(1000),
                code.fill("gone").hashBucket(7),
                code.oneHot(CODES),
                code.fill("SEA").oneHot(CODES),
                code.lookup(CODES, 4).cast(Element.INT32))) {
            requireEqual(feature, random -> code(random), String.class);
        }
    }

    private static String code(Random random) {
        return random.nextInt(3) == 0 ? "other" + random.nextInt(20) : CODES.get(random.nextInt(CODES.size()));
    }

    @Test
    void wholeNumbersAreCategoriesToo() {
        Feature id = Feature.of("x");
        List<String> ids = List.of("5", "-7", "0", "9223372036854775807", "1");
        for (Feature feature : List.of(id.lookup(ids, 77), id.hashBucket(10), id.oneHot(ids))) {
            requireEqual(feature, random -> (long) random.nextInt(-8, 8), Long.class);
            requireEqual(feature, Random::nextBoolean, Boolean.class);
        }
        // neighbours that a double does not tell apart
        requireEqual(id.lookup(ids, 77), List.of(Long.MAX_VALUE, Long.MAX_VALUE - 1), Long.class);
    }

    @Test
    void unsignedNumbersAreNotNegativeOnes() {
        try (UInt8Vector vector = new UInt8Vector("x", memory.allocator())) {
            vector.allocateNew(1);
            vector.set(0, -1L);
            vector.setValueCount(1);
            Feature feature = Feature.of("x").lookup(List.of("18446744073709551615"), 7);
            double[] values = new double[1];
            FeaturePlan.of(feature, vector.getField()).load().load(vector, false, 0, 1, values);
            assertThat(values).containsExactly(0);
            assertThatThrownBy(() -> FeaturePlan.of(Feature.of("x").lookup(List.of("-1"), 7), vector.getField()))
                    .hasMessageStartingWith("categories of a column of whole numbers must be such: category=-1");
        }
    }

    @Test
    void thousandsOfCategoriesKeepTheirPlaces() {
        List<String> many =
                Stream.iterate(0, i -> i + 1).limit(5000).map(i -> "c" + i * 31).toList();
        requireEqual(Feature.of("x").lookup(many, -1), random -> "c" + random.nextInt(5000 * 31), String.class);
    }

    @Test
    void partsOfDatesAreThoseOfTheCalendar() {
        long epochSeconds = LocalDate.of(3000, 1, 1).toEpochDay() * 86_400;
        for (Part part : Part.values()) {
            Feature feature = Feature.of("x").datePart(part);
            requireEqual(
                    feature,
                    random -> LocalDateTime.ofEpochSecond(
                            random.nextLong(-epochSeconds, epochSeconds),
                            1000 * random.nextInt(1_000_000),
                            ZoneOffset.UTC),
                    LocalDateTime.class);
            if (part != Part.HOUR && part != Part.MINUTE && part != Part.SECOND) {
                requireEqual(
                        feature,
                        random -> LocalDate.ofEpochDay(random.nextLong(-1_000_000, 1_000_000)),
                        LocalDate.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 128, -129, 1e300, Double.NEGATIVE_INFINITY})
    void aNumberThatItsTypeDoesNotHoldIsRefusedWithItsRow(double value) {
        Feature feature = Feature.of("x").cast(Element.INT8);
        assertThatThrownBy(() -> requireEqual(feature, List.of(1.0, 127.9, -128.9, value), Double.class))
                .hasMessage("a feature's number must be one of the type that it is cast to: value=" + value
                        + ", type=int8 [at feature x, column x, row 3]");
    }

    @Test
    void theGreatestAndLeastOfATypeAreHeld() {
        requireEqual(Feature.of("x").cast(Element.INT64), List.of(-0x1p63, 0x1p62), Double.class);
        assertThatThrownBy(() -> requireEqual(Feature.of("x").cast(Element.INT64), List.of(0x1p63), Double.class))
                .hasMessageContaining("type=int64");
    }

    @Test
    void stepsMustFitTheColumnAndOneAnother() {
        requireRefused(
                Feature.of("x").log(1), "", "a column that is no number must be looked up, hashed or taken a part of");
        requireRefused(Feature.of("x").fill("a"), "", "filled strings must be looked up or hashed: fill=a");
        requireRefused(
                Feature.of("x").fill("a"), 1L, "a step must fit its column's type: step=FillText[value=a], type=int64");
        requireRefused(
                Feature.of("x").lookup(List.of("a"), 0), 1L, "categories of a column of whole numbers must be such");
        requireRefused(Feature.of("x").lookup(List.of("1"), 0), 1.5, "a step must fit its column's type: step=Lookup");
        requireRefused(
                Feature.of("x").log(1).lookup(List.of("1"), 0),
                1L,
                "a step on a column's own values must be the first");
        requireRefused(Feature.of("x").oneHot(List.of("1")).fill(0), 1L, "a cast or a one-hot step must be the last");
        requireRefused(Feature.of("x").datePart(Part.HOUR), LocalDate.EPOCH, "a step must fit its column's type");
        requireRefused(
                Feature.of("x").lookup(List.of("5", "1", "+1"), 0), 1L, "categories must differ: categories=1, +1");
        requireRefused(Feature.of("x").datePart(Part.YEAR), 1L, "a step must fit its column's type");
    }

    private void requireRefused(Feature feature, Object sample, String message) {
        try (FieldVector vector = vector(List.of(sample), sample.getClass(), memory.allocator())) {
            assertThatThrownBy(() -> FeaturePlan.of(feature, vector.getField()))
                    .hasMessageStartingWith(message)
                    .hasMessageEndingWith("[at feature x, column x]");
        }
    }

    private void requireEqual(Feature feature, Function<Random, Object> value, Class<?> type) {
        for (int size : SIZES) {
            for (int nullsOf : new int[] {0, 3, 1}) {
                Random random = new Random(size + nullsOf);
                List<Object> values = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    values.add(nullsOf > 0 && random.nextInt(nullsOf) == 0 ? null : value.apply(random));
                }
                requireEqual(feature, values, type);
            }
        }
    }

    private void requireEqual(Feature feature, List<Object> values, Class<?> type) {
        FieldVector source = vector(values, type, memory.allocator());
        Schema schema = new Schema(List.of(source.getField()));
        PreparationPlan plan = PreparationPlan.of(Preparation.none().withFeature(feature), schema);
        Checkpoint checkpoint = new Checkpoint.Sequential("sha256:test", 0, 1, values.size(), values.size(), null);
        try (Batch batch = new Batch(schema, List.of(source), values.size(), 0, checkpoint);
                Preparer preparer = new Preparer(plan, memory.allocator())) {
            for (int again = 0; again < 2; again++) { // the second time in memory that is kept
                preparer.prepare(batch);
                FieldVector made = preparer.column("x", batch);
                assertThat(made.getField()).isEqualTo(plan.schema().findField("x"));
                assertThat(made.getValueCount()).isEqualTo(values.size());
                for (int row = 0; row < values.size(); row++) {
                    assertThat(made.getObject(row))
                            .as("row %d of %d, %s, from %s", row, values.size(), feature, values.get(row))
                            .isEqualTo(PlainFeature.of(feature, values.get(row)));
                }
            }
        }
    }

    private static FieldVector vector(List<?> values, Class<?> type, BufferAllocator allocator) {
        FieldVector plain = type == String.class
                ? new VarCharVector("x", allocator)
                : type == Long.class
                        ? new BigIntVector("x", allocator)
                        : type == Boolean.class
                                ? new BitVector("x", allocator)
                                : type == LocalDate.class
                                        ? new DateDayVector("x", allocator)
                                        : type == LocalDateTime.class
                                                ? new TimeStampMicroVector("x", allocator)
                                                : new Float8Vector("x", allocator);
        FieldVector vector =
                new Field("x", FieldType.nullable(plain.getField().getType()), null).createVector(allocator);
        vector.setInitialCapacity(values.size() + 1);
        vector.allocateNew();
        for (int row = 0; row < values.size(); row++) {
            set(vector, row, values.get(row));
        }
        vector.setValueCount(values.size());
        return vector;
    }

    private static void set(FieldVector vector, int row, @Nullable Object value) {
        if (value == null) {
            vector.setNull(row);
        } else if (vector instanceof VarCharVector texts) {
            texts.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
        } else if (vector instanceof BigIntVector longs) {
            longs.setSafe(row, (Long) value);
        } else if (vector instanceof BitVector bits) {
            bits.setSafe(row, (Boolean) value ? 1 : 0);
        } else if (vector instanceof DateDayVector days) {
            days.setSafe(row, Math.toIntExact(((LocalDate) value).toEpochDay()));
        } else if (vector instanceof TimeStampMicroVector micros) {
            micros.setSafe(row, ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), (LocalDateTime) value));
        } else {
            ((Float8Vector) vector).setSafe(row, (Double) value);
        }
    }
}
