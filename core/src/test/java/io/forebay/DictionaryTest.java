// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.testkit.JsonText;
import io.forebay.testkit.MemoryTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.Test;

/** A column with a dictionary stands for the values that it has without one. */
class DictionaryTest {
    private static final Field WORD = field("word", new ArrowType.Utf8());
    private static final Field BYTES = field("bytes", new ArrowType.Binary());
    private static final Field ID = field("id", new ArrowType.Int(64, true));

    /** The n-th word; many are of one hash slot, some empty or longer than a word of memory. */
    private static String word(int number) {
        return number % 5 == 0 ? null : "w".repeat(number % 3) + (number % 11 == 0 ? "" : "" + number % 700);
    }

    private static MemoryTable table(int... unitRows) {
        MemoryTable table = MemoryTable.of(ID, WORD, BYTES);
        int row = 0;
        for (int rows : unitRows) {
            Object[][] unit = new Object[rows][];
            for (int i = 0; i < rows; i++, row++) {
                String word = word(row);
                unit[i] = new Object[] {(long) row, word, word == null ? null : word.getBytes(StandardCharsets.UTF_8)};
            }
            table.unit(unit);
        }
        return table;
    }

    private static Forebay open() {
        return Forebay.builder().threads(2).trackAllocations(true).build();
    }

    /** Both columns with dictionaries. */
    private static Dataset encoded(Dataset plain) {
        return plain.dictionary("word").dictionary("bytes");
    }

    @Property(tries = 100)
    void standsForTheSameValues(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 900) Integer> units,
            @ForAll @IntRange(min = 1, max = 1_000) int batchRows) {
        int[] unitRows = units.stream().mapToInt(rows -> rows).toArray();
        try (Forebay forebay = open()) {
            Dataset plain =
                    forebay.dataset(table(unitRows).withBounds().location()).batchRows(batchRows);
            assertThat(JsonText.of(encoded(plain))).isEqualTo(JsonText.of(plain));
            for (String text : List.of("word >= 'w1' and word < 'ww'", "bytes = 'w7' or word is null", "id > 500")) {
                Dataset filtered = plain.filter(Filter.parse(text));
                assertThat(JsonText.of(encoded(filtered))).isEqualTo(JsonText.of(filtered));
            }
            Dataset sample = plain.sample(20, batchRows);
            assertThat(JsonText.of(encoded(sample))).isEqualTo(JsonText.of(sample));
            assertThat(encoded(plain).profile(3).columns().get(1).top())
                    .isEqualTo(plain.profile(3).columns().get(1).top());
        }
    }

    @Test
    void aBatchOfSeveralUnitsHasEachValueOnce() {
        try (Forebay forebay = open();
                BatchStream batches =
                        forebay.dataset(table(300, 0, 300, 50).location()).dictionary("word").batchRows(600).stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    DictionaryVector words = (DictionaryVector) batch.column("word");
                    List<Object> values = new ArrayList<>();
                    for (int i = 0; i < words.values().getValueCount(); i++) {
                        values.add(words.values().getObject(i));
                    }
                    assertThat(new HashSet<>(values)).hasSameSizeAs(values).doesNotContainNull();
                    List<Integer> used = new ArrayList<>();
                    for (int row = 0; row < batch.rows(); row++) {
                        if (!words.isNull(row)) {
                            used.add(words.get(row));
                        }
                    }
                    assertThat(new HashSet<>(used)).hasSameSizeAs(values);
                }
            }
        }
    }

    @Test
    void itsTypeIsThatOfTheValuesAndItsVectorThatOfTheIndices() {
        try (Forebay forebay = open();
                BatchStream batches = encoded(forebay.dataset(table(3).location())).stream();
                Batch batch = batches.next()) {
            assertThat(TypeNames.of(batch.schema().findField("word"))).isEqualTo("dictionary<utf8>");
            assertThat(TypeNames.of(batch.schema().findField("bytes"))).isEqualTo("dictionary<binary>");
            FieldVector words = batch.column("word");
            assertThat(words.getField().getType()).isEqualTo(new ArrowType.Int(32, true));
            assertThat(words.getObject(0)).isNull();
            assertThat(words.getObject(1)).isEqualTo(0);
            assertThatThrownBy(words::getReader).hasMessage("a vector of indices has no reader of values: column=word");
            assertThat(batch.dictionaries().getDictionaryIds()).containsExactlyInAnyOrder(1L, 2L);
        }
    }

    @Test
    void arrowDecodesAndSlicesIt() {
        try (Forebay forebay = open();
                BufferAllocator allocator = forebay.newAllocator("test");
                BatchStream batches = encoded(forebay.dataset(table(40).location())).stream();
                Batch batch = batches.next()) {
            DictionaryVector words = (DictionaryVector) batch.column("word");
            try (ValueVector decoded = DictionaryEncoder.decode(words, words.dictionary(), allocator)) {
                requireWords(decoded, 0, 40);
            }
            TransferPair pair = words.getTransferPair(allocator);
            pair.splitAndTransfer(7, 5);
            try (DictionaryVector some = (DictionaryVector) pair.getTo();
                    ValueVector decoded = DictionaryEncoder.decode(some, some.dictionary(), allocator)) {
                assertThat(some.getField()).isEqualTo(words.getField());
                requireWords(decoded, 7, 5);
            }
            try (IntVector indices = new IntVector("indices", allocator)) {
                words.makeTransferPair(indices).splitAndTransfer(0, 40);
                try (ValueVector decoded = DictionaryEncoder.decode(indices, words.dictionary(), allocator)) {
                    requireWords(decoded, 0, 40);
                }
            }
            // What Arrow's writers make of the field, and need a flag of the JVM to write.
            Field written = DictionaryUtility.toMessageFormat(words.getField(), batch.dictionaries(), new HashSet<>());
            assertThat(written.getType()).isEqualTo(WORD.getType());
        }
    }

    private static void requireWords(ValueVector decoded, int first, int rows) {
        assertThat(decoded.getValueCount()).isEqualTo(rows);
        for (int row = 0; row < rows; row++) {
            Object value = decoded.getObject(row);
            assertThat(value == null ? null : value.toString()).isEqualTo(word(first + row));
        }
    }

    @Test
    void onlyStringsAndBinaryHaveOne() {
        try (Forebay forebay = open()) {
            Dataset dataset = forebay.dataset(table(3).location());
            assertThatThrownBy(() -> dataset.dictionary("id"))
                    .hasMessage("a column with a dictionary must be of strings or binary: column=id, type=int64");
            assertThatThrownBy(() -> dataset.dictionary("nothing")).isInstanceOf(MissingColumnException.class);
            Dataset large = dataset.dictionary("word").layout("word", new ArrowType.LargeUtf8());
            assertThat(TypeNames.of(large.schema().findField("word"))).isEqualTo("utf8");
            assertThat(JsonText.of(large)).isEqualTo(JsonText.of(dataset));
            Dataset again = large.dictionary("word");
            assertThat(TypeNames.of(again.schema().findField("word"))).isEqualTo("dictionary<utf8>");
            assertThat(JsonText.of(again)).isEqualTo(JsonText.of(dataset));
        }
    }
}
