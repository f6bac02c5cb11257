// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.spi.FieldNotes;
import io.forebay.testkit.JsonText;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files whose columns differ are one data set: nothing is lost, and what cannot be one column is refused by name. */
class UnifiedFilesTest {
    private static final ArrowType INT8 = new ArrowType.Int(8, true);
    private static final ArrowType INT16 = new ArrowType.Int(16, true);
    private static final ArrowType INT32 = new ArrowType.Int(32, true);
    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType UINT8 = new ArrowType.Int(8, false);
    private static final ArrowType UINT32 = new ArrowType.Int(32, false);
    private static final ArrowType UINT64 = new ArrowType.Int(64, false);
    private static final ArrowType FLOAT16 = new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
    private static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType UTF8 = new ArrowType.Utf8();
    private static final ArrowType NULL = new ArrowType.Null();

    private final Forebay forebay =
            Forebay.builder().threads(2).trackAllocations(true).build();

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void aColumnThatAFileLacksIsNullThere() {
        MemoryTable old = MemoryTable.of(field("id", INT64)).unit(new Object[] {1L}, new Object[] {2L});
        MemoryTable fresh =
                MemoryTable.of(field("id", INT64), field("tag", UTF8)).unit(new Object[] {3L, "x"});
        assertThat(json(old, fresh))
                .isEqualTo("{\"id\":1,\"tag\":null}\n{\"id\":2,\"tag\":null}\n{\"id\":3,\"tag\":\"x\"}\n");
        assertThat(json(fresh, old))
                .isEqualTo("{\"id\":3,\"tag\":\"x\"}\n{\"id\":1,\"tag\":null}\n{\"id\":2,\"tag\":null}\n");
    }

    @Test
    void aRequiredColumnThatAFileLacksBecomesNullable() {
        Field required = new Field("id", FieldType.notNullable(INT64), null);
        MemoryTable one = MemoryTable.of(required, field("a", INT64)).unit(new Object[] {1L, 2L});
        MemoryTable two = MemoryTable.of(field("a", INT64)).unit(new Object[] {3L});
        assertThat(dataset(one, two).schema().findField("id").isNullable()).isTrue();
        assertThat(dataset(one, one).schema().findField("id").isNullable()).isFalse();
    }

    @Test
    void columnsMayComeInAnotherOrder() {
        MemoryTable one = MemoryTable.of(field("a", INT64), field("b", UTF8)).unit(new Object[] {1L, "x"});
        MemoryTable two = MemoryTable.of(field("b", UTF8), field("a", INT64)).unit(new Object[] {"y", 2L});
        assertThat(json(one, two)).isEqualTo("{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n");
        assertThat(JsonText.of(dataset(one, two).select("b"))).isEqualTo("{\"b\":\"x\"}\n{\"b\":\"y\"}\n");
    }

    @Test
    void oneLaneOfAFileYieldsItsColumnsUnderTheirNames() {
        MemoryTable one = MemoryTable.of(field("a", INT64), field("b", INT64)).unit(new Object[] {1L, 2L});
        MemoryTable two = MemoryTable.of(field("c", INT64), field("b", INT64), field("a", INT32))
                .unit(new Object[] {5L, 4L, 3L})
                .oneLane();
        assertThat(JsonText.of(dataset(one, two).filter(Filter.parse("c is null or c > 4"))))
                .isEqualTo("{\"a\":1,\"b\":2,\"c\":null}\n{\"a\":3,\"b\":4,\"c\":5}\n");
    }

    static List<Arguments> widenings() {
        return List.of(
                Arguments.of(INT8, INT32, -5L, 7L, "int32", "-5", "7"),
                Arguments.of(INT16, INT64, -300L, Long.MIN_VALUE, "int64", "-300", "-9223372036854775808"),
                Arguments.of(UINT8, UINT32, 255L, 4294967295L, "uint32", "255", "4294967295"),
                Arguments.of(UINT8, INT8, 255L, -128L, "int16", "255", "-128"),
                Arguments.of(UINT32, INT32, 4294967295L, -1L, "int64", "4294967295", "-1"),
                Arguments.of(INT16, FLOAT32, -7L, 0.5, "float32", "-7.0", "0.5"),
                Arguments.of(INT8, FLOAT16, -7L, 0.5, "float32", "-7.0", "0.5"),
                Arguments.of(INT32, FLOAT32, 2147483647L, 0.5, "float64", "2.147483647E9", "0.5"),
                Arguments.of(FLOAT16, FLOAT64, 0.25, Double.NaN, "float64", "0.25", "\"NaN\""),
                Arguments.of(FLOAT32, FLOAT64, 0.1, 0.1, "float64", "0.10000000149011612", "0.1"),
                Arguments.of(NULL, UTF8, null, "x", "utf8", "null", "\"x\""),
                Arguments.of(
                        decimal(5, 2),
                        decimal(9, 2),
                        number("-1.25"),
                        number("3.00"),
                        "decimal(9,2)",
                        "\"-1.25\"",
                        "\"3.00\""),
                Arguments.of(
                        decimal(5, 2),
                        decimal(4, 3),
                        number("-1.25"),
                        number("3.125"),
                        "decimal(6,3)",
                        "\"-1.250\"",
                        "\"3.125\""),
                Arguments.of(
                        decimal(38, 0),
                        decimal(40, 2),
                        number("-7"),
                        number("1.50"),
                        "decimal(40,2)",
                        "\"-7.00\"",
                        "\"1.50\""),
                Arguments.of(INT32, decimal(5, 2), -12L, number("1.50"), "decimal(12,2)", "\"-12.00\"", "\"1.50\""),
                Arguments.of(
                        UINT64,
                        decimal(5, 2),
                        -1L,
                        number("1.50"),
                        "decimal(22,2)",
                        "\"18446744073709551615.00\"",
                        "\"1.50\""),
                Arguments.of(
                        new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"),
                        new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
                        -1L,
                        1L,
                        "timestamp[ns, UTC]",
                        "\"1969-12-31T23:59:59.999Z\"",
                        "\"1970-01-01T00:00:00.000000001Z\""),
                Arguments.of(
                        new ArrowType.Time(TimeUnit.MILLISECOND, 32),
                        new ArrowType.Time(TimeUnit.MICROSECOND, 64),
                        1L,
                        1L,
                        "time64[us]",
                        "\"00:00:00.001\"",
                        "\"00:00:00.000001\""));
    }

    @ParameterizedTest
    @MethodSource("widenings")
    void valuesOfTwoTypesComeAsTheTypeThatHoldsBoth(
            ArrowType a, ArrowType b, Object valueOfA, Object valueOfB, String type, String textOfA, String textOfB) {
        MemoryTable one = MemoryTable.of(field("x", a)).unit(new Object[] {valueOfA}, new Object[] {null});
        MemoryTable two = MemoryTable.of(field("x", b)).unit(new Object[] {null}, new Object[] {valueOfB});
        String first = "{\"x\":" + textOfA + "}\n{\"x\":null}\n";
        String second = "{\"x\":null}\n{\"x\":" + textOfB + "}\n";
        assertThat(TypeNames.of(dataset(one, two).schema().findField("x"))).isEqualTo(type);
        assertThat(json(one, two)).isEqualTo(first + second);
        assertThat(json(two, one)).isEqualTo(second + first);
    }

    static List<Arguments> strangers() {
        return List.of(
                Arguments.of(field("x", INT64), field("x", UTF8), "int64 and utf8"),
                Arguments.of(field("x", INT64), field("x", FLOAT64), "int64 and float64"),
                Arguments.of(field("x", UINT64), field("x", INT8), "uint64 and int8"),
                Arguments.of(field("x", decimal(76, 0)), field("x", decimal(76, 1)), "decimal(76,0) and decimal(76,1)"),
                Arguments.of(
                        field("x", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
                        field("x", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
                        "timestamp[us, UTC] and timestamp[us]"),
                Arguments.of(
                        field("x", INT64),
                        field("x", new ArrowType.Struct(), field("a", INT64)),
                        "int64 and struct<a: int64>"),
                Arguments.of(
                        field("x", new ArrowType.List(), field("e", INT64)),
                        field("x", new ArrowType.FixedSizeList(2), field("e", INT64)),
                        "list<int64> and fixed_size_list<int64>[2]"));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void typesThatNoTypeHoldsAreRefusedByName(Field a, Field b, String types) {
        MemoryTable one = MemoryTable.of(a);
        MemoryTable two = MemoryTable.of(b);
        assertThatThrownBy(() -> dataset(one, two))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(ForebayException.Kind.UNSUPPORTED))
                .hasMessage("a column must have types that one type holds: types=" + types + ", first file="
                        + one.location() + " [at " + two.location() + ", column x]");
    }

    @Test
    void aTimeBeyondTheFinerUnitIsRefusedAndNotWrapped() {
        MemoryTable one = MemoryTable.of(field("x", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)))
                .unit(new Object[] {Long.MAX_VALUE / 1000 + 1});
        MemoryTable two = MemoryTable.of(field("x", new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)))
                .unit(new Object[] {1L});
        assertThatThrownBy(() -> json(one, two)).hasMessageContaining("a time must fit the unit that all files share");
    }

    @Test
    void structsGainAndLoseChildrenAtAnyDepth() {
        MemoryTable one = MemoryTable.of(field(
                        "s",
                        new ArrowType.Struct(),
                        field("a", INT32),
                        field("list", new ArrowType.List(), point("x"))))
                .unit(
                        new Object[] {Map.of("a", 1L, "list", List.of(Map.of("x", 1L), Map.of("x", 2L)))},
                        new Object[] {null},
                        new Object[] {Map.of("a", 2L)});
        MemoryTable two = MemoryTable.of(field(
                        "s",
                        new ArrowType.Struct(),
                        field("list", new ArrowType.List(), point("y")),
                        field("a", INT64)))
                .unit(new Object[] {Map.of("list", List.of(Map.of("y", 3L)), "a", 4L)});
        assertThat(json(one, two))
                .isEqualTo(
                        """
                        {"s":{"a":1,"list":[{"x":1,"y":null},{"x":2,"y":null}]}}
                        {"s":null}
                        {"s":{"a":2,"list":null}}
                        {"s":{"a":4,"list":[{"x":null,"y":3}]}}
                        """);
        assertThat(JsonText.of(dataset(one, two).select("s.a")))
                .isEqualTo("{\"s\":{\"a\":1}}\n{\"s\":null}\n{\"s\":{\"a\":2}}\n{\"s\":{\"a\":4}}\n");
    }

    @Test
    void aStructOfWhichOnlyMissingChildrenAreWantedIsStillNullWhereItIs() {
        MemoryTable one = MemoryTable.of(field("s", new ArrowType.Struct(), field("a", INT32)))
                .unit(new Object[] {Map.of("a", 1L)}, new Object[] {null});
        MemoryTable two = MemoryTable.of(field("s", new ArrowType.Struct(), field("b", INT32)))
                .unit(new Object[] {Map.of("b", 2L)});
        assertThat(JsonText.of(dataset(one, two).select("s.b")))
                .isEqualTo("{\"s\":{\"b\":null}}\n{\"s\":null}\n{\"s\":{\"b\":2}}\n");
    }

    private static Field point(String coordinate) {
        return field("element", new ArrowType.Struct(), field(coordinate, INT64));
    }

    @Test
    void fieldIdsTellColumnsWhoseNamesChanged() {
        MemoryTable one = MemoryTable.of(withId("a", 1), withId("b", 2)).unit(new Object[] {1L, 2L});
        MemoryTable renamed = MemoryTable.of(withId("b2", 2), withId("a", 1)).unit(new Object[] {4L, 3L});
        MemoryTable swapped = MemoryTable.of(withId("b", 1), withId("a", 2)).unit(new Object[] {5L, 6L});
        MemoryTable without =
                MemoryTable.of(field("b", INT64), field("a", INT64)).unit(new Object[] {8L, 7L});
        assertThat(json(one, renamed, swapped, without))
                .isEqualTo("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n{\"a\":5,\"b\":6}\n{\"a\":7,\"b\":8}\n");
        MemoryTable reused = MemoryTable.of(withId("a", 7), withId("b", 2)).unit(new Object[] {1L, 2L});
        assertThatThrownBy(() -> dataset(one, reused))
                .hasMessage("columns of one name must have one field id: ids=1 and 7 [at " + reused.location()
                        + ", column a]");
    }

    private static Field withId(String name, int id) {
        return new Field(name, new FieldType(true, INT64, null, Map.of(FieldNotes.FIELD_ID, String.valueOf(id))), null);
    }

    @Test
    void foldersSpellOutColumns() {
        MemoryTable one = counted("year=2024/month=01/day=2024-01-05/city=New%20York/a.memory");
        MemoryTable two = counted("year=-7/month=12/day=2024-12-31/city=__HIVE_DEFAULT_PARTITION__/a.memory");
        assertThat(json(one, two))
                .isEqualTo(
                        """
                        {"id":0,"year":2024,"month":1,"day":"2024-01-05","city":"New York"}
                        {"id":1,"year":2024,"month":1,"day":"2024-01-05","city":"New York"}
                        {"id":0,"year":-7,"month":12,"day":"2024-12-31","city":null}
                        {"id":1,"year":-7,"month":12,"day":"2024-12-31","city":null}
                        """);
        assertThat(JsonText.of(
                        dataset(one, two).select("city", "year").filter(Filter.parse("day = date '2024-12-31'"))))
                .isEqualTo("{\"city\":null,\"year\":-7}\n".repeat(2));
    }

    @Test
    void aFolderSpeaksForAColumnThatIsInTheFileToo() {
        MemoryTable one = MemoryTable.of(field("year", INT32), field("id", INT64))
                .unit(new Object[] {1L, 5L})
                .path("year=2024/a.memory");
        MemoryTable elsewhere = MemoryTable.of(field("id", INT64)).unit(new Object[] {6L});
        assertThat(json(one, elsewhere)).isEqualTo("{\"id\":5,\"year\":2024}\n{\"id\":6,\"year\":null}\n");
    }

    @Test
    void valuesThatAreNotAllNumbersOrDatesAreStrings() {
        assertThat(JsonText.of(dataset(counted("v=1/a.memory"), counted("v=x/a.memory"))
                        .select("v")
                        .units(0, 1)))
                .isEqualTo("{\"v\":\"1\"}\n".repeat(2));
        assertThat(JsonText.of(dataset(counted("v=2024-02-30/a=b.memory")).select("v")))
                .isEqualTo("{\"v\":\"2024-02-30\"}\n".repeat(2));
        assertThat(JsonText.of(dataset(counted("v=12345678901234567890/=3/a.memory"))))
                .startsWith("{\"id\":0,\"v\":\"12345678901234567890\"}\n");
    }

    @Test
    void filesOfOtherFoldersAreNotOpened() {
        MemoryTable one = counted("year=2023/a.memory");
        MemoryTable two = counted("year=2024/a.memory");
        Dataset filtered = dataset(one, two).filter(Filter.parse("year = 2024"));
        assertThat(filtered.explain().unitsRead()).isEqualTo(1);
        assertThat(Vectors.ids(filtered.stream())).containsExactly(0L, 1L);
        assertThat(one.unitsOpened()).isEmpty();
        assertThat(Vectors.ids(filtered.prune(false).stream())).containsExactly(0L, 1L);
        assertThat(one.unitsOpened()).hasSize(1);
    }

    @Test
    void boundsOfANarrowerColumnPruneInTheWiderDomain() {
        MemoryTable one = MemoryTable.of(field("id", INT64), field("x", INT16))
                .unit(new Object[] {0L, 3L})
                .withBounds();
        MemoryTable two = MemoryTable.of(field("id", INT64), field("x", FLOAT32))
                .unit(new Object[] {1L, 7.5})
                .withBounds();
        assertThat(Vectors.ids(dataset(one, two).filter(Filter.parse("x > 3.5")).stream()))
                .containsExactly(1L);
        assertThat(Vectors.ids(dataset(one, two).filter(Filter.parse("x = 3")).stream()))
                .containsExactly(0L);
        assertThat(two.unitsOpened()).hasSize(1);
    }

    private static MemoryTable counted(String path) {
        return MemoryTable.counting(2).path(path);
    }

    private static ArrowType decimal(int precision, int scale) {
        return new ArrowType.Decimal(precision, scale, precision > 38 ? 256 : 128);
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text);
    }

    private Dataset dataset(MemoryTable... tables) {
        return forebay.dataset(Arrays.stream(tables).map(MemoryTable::location).toList());
    }

    private String json(MemoryTable... tables) {
        return JsonText.of(dataset(tables));
    }
}
