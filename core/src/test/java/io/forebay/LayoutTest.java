// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.testkit.JsonText;
import io.forebay.testkit.MemoryTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A column in another layout has the same values, is filtered by them, and is refused where it cannot have it. */
class LayoutTest {
    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final List<String> WORDS =
            Arrays.asList("", "twelve bytes", null, "thirteen byte", "a word of many bytes", "short");

    private final Forebay forebay =
            Forebay.builder().threads(2).trackAllocations(true).build();

    @AfterEach
    void close() {
        forebay.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 100})
    void stringsAndBinaryWithLongOffsets(int batchRows) {
        MemoryTable table = MemoryTable.of(field("text", new ArrowType.Utf8()), field("bytes", new ArrowType.Binary()));
        WORDS.forEach(
                word -> table.unit(new Object[] {word, word == null ? null : word.getBytes(StandardCharsets.UTF_8)}));
        Dataset plain = forebay.dataset(table.location()).batchRows(batchRows);
        List<String> texts = cells(plain, "text");
        List<String> bytes = cells(plain.select("bytes"), "bytes");
        for (ArrowType type : List.of(new ArrowType.Utf8(), new ArrowType.LargeUtf8(), new ArrowType.Utf8View())) {
            Dataset other = plain.layout("text", type);
            assertThat(other.schema().findField("text").getType()).isEqualTo(type);
            assertThat(cells(other, "text")).isEqualTo(texts);
            assertThat(cells(other.layout("text", new ArrowType.Utf8()), "text"))
                    .isEqualTo(texts);
            assertThat(JsonText.of(other)).isEqualTo(JsonText.of(plain));
            Filter filter = Filter.parse("text > 'b' and text < 'thirteen bytes'");
            assertThat(cells(other.filter(filter), "text"))
                    .isEqualTo(cells(plain.filter(filter), "text"))
                    .containsExactly("thirteen byte", "short");
        }
        for (ArrowType type : List.of(new ArrowType.LargeBinary(), new ArrowType.BinaryView())) {
            assertThat(cells(plain.select("bytes").layout("bytes", type), "bytes"))
                    .isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void listsOfOneLengthAsListsOfAFixedSize(int batchRows) {
        MemoryTable table = MemoryTable.of(
                        field("id", INT64), field("point", new ArrowType.List(), field("element", FLOAT32)))
                .unit(row(0, 1.0, 2.0), row(1, 3.0, 4.0))
                .unit(row(2, 5.0, 6.0), new Object[] {3L, null}, row(4, 7.0, 8.0));
        Dataset plain = forebay.dataset(table.location()).batchRows(batchRows);
        List<String> points = cells(plain, "point");
        assertThat(points).containsExactly("[1.0,2.0]", "[3.0,4.0]", "[5.0,6.0]", "null", "[7.0,8.0]");
        Dataset fixed = plain.layout("point", new ArrowType.FixedSizeList(2));
        assertThat(TypeNames.of(fixed.schema().findField("point"))).isEqualTo("fixed_size_list<float32>[2]");
        assertThat(cells(fixed, "point")).isEqualTo(points);
        assertThat(cells(fixed.filter(Filter.parse("id >= 3")).select("point"), "point"))
                .isEqualTo(points.subList(3, 5));
        Dataset large = plain.layout("point", new ArrowType.LargeList());
        assertThat(cells(large, "point")).isEqualTo(points);
        assertThat(JsonText.of(large)).isEqualTo(JsonText.of(plain)).isEqualTo(JsonText.of(fixed));
        assertThat(large.profile(3).columns()).isEqualTo(plain.profile(3).columns());
        assertThat(cells(fixed.layout("point", new ArrowType.List()), "point")).isEqualTo(points);
        assertThat(cells(fixed.layout("point", new ArrowType.LargeList()), "point"))
                .isEqualTo(points);
        assertThatThrownBy(() -> cells(plain.layout("point", new ArrowType.FixedSizeList(3)), "point"))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(ForebayException.Kind.UNSUPPORTED))
                .hasMessageStartingWith(
                        "lists must all have the length of their layout: column=point, length=2, layout=3 [at ");
    }

    private static Object[] row(long id, double... point) {
        List<Object> elements = new ArrayList<>();
        for (double coordinate : point) {
            elements.add(coordinate);
        }
        return new Object[] {id, elements};
    }

    @Test
    void whatIsNoLayoutOfAColumnIsWrongUsage() {
        Dataset dataset = forebay.dataset(MemoryTable.counting(3).location());
        assertThatThrownBy(() -> dataset.layout("id", new ArrowType.LargeUtf8()))
                .hasMessage("a layout must be one of the column's own values: column=id, type=int64, layout=LargeUtf8");
        MemoryTable lists = MemoryTable.of(field("point", new ArrowType.List(), field("element", FLOAT32)));
        assertThatThrownBy(() -> forebay.dataset(lists.location()).layout("point", new ArrowType.FixedSizeList(0)))
                .hasMessageStartingWith("a layout must be one of the column's own values: column=point");
        assertThatThrownBy(() -> dataset.layout("nothing", new ArrowType.LargeUtf8()))
                .isInstanceOf(MissingColumnException.class);
        assertThat(dataset.layout("id", INT64).rows()).isEqualTo(3);
    }

    private static List<String> cells(Dataset dataset, String column) {
        List<String> cells = new ArrayList<>();
        try (BatchStream batches = dataset.stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    FieldVector vector = batch.column(column);
                    for (int row = 0; row < batch.rows(); row++) {
                        Object value = vector.getObject(row);
                        cells.add(
                                value instanceof byte[] bytes
                                        ? new String(bytes, StandardCharsets.UTF_8)
                                        : String.valueOf(value));
                    }
                }
            }
        }
        return cells;
    }
}
