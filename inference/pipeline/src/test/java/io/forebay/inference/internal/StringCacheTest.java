// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.DictionaryVector;
import io.forebay.ForebayException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

/** Values come out as they are, and one that repeats is one object, in later batches too. */
class StringCacheTest {
    @Test
    void aRepeatedValueIsOneObject() {
        StringCache cache = new StringCache();
        String[] first = read(cache, List.of("SEA", "PDX", "SEA"));
        String[] second = read(cache, List.of("PDX", "SEA"));
        assertThat(first[2]).isSameAs(first[0]);
        assertThat(second[1]).isSameAs(first[0]);
        assertThat(second[0]).isSameAs(first[1]);
    }

    @Property(tries = 200)
    void anyValuesComeOutAsTheyAre(@ForAll @Size(max = 60) List<String> values) {
        List<String> valid = values.stream()
                .map(value -> new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .map(value -> value.replaceAll("[\\x{0}\\x{10000}-\\x{10FFFF}]", "x"))
                .toList();
        StringCache cache = new StringCache();
        assertThat(read(cache, valid)).containsExactlyElementsOf(valid);
        assertThat(read(cache, valid)).containsExactlyElementsOf(valid);
    }

    @Test
    void aStringThatEnginesWouldChangeIsRefused() {
        for (String text : List.of("\0", "plane \uD83D\uDE00", "\uD83D\uDE00".repeat(40))) {
            assertThatThrownBy(() -> read(new StringCache(), List.of("plain", text)))
                    .isInstanceOf(ForebayException.class)
                    .hasMessageStartingWith("a model takes strings of characters up to U+FFFF other than U+0000");
        }
        assertThat(read(new StringCache(), List.of("\uFFFD\u20AC\u0001"))).containsExactly("\uFFFD\u20AC\u0001");
    }

    @Test
    void indicesIntoADictionaryReadAsItsValues() {
        Field column = new Field(
                "s", new FieldType(true, new ArrowType.Utf8(), new DictionaryEncoding(0, false, null)), List.of());
        try (TestMemory memory = new TestMemory();
                DictionaryVector vector = new DictionaryVector(column, memory.allocator());
                VarCharVector values = strings(memory.allocator(), List.of("\0 is not used", "SEA", "PDX"))) {
            values.makeTransferPair(vector.values()).transfer();
            vector.allocateNew(4);
            vector.setWithPossibleTruncate(0, 2);
            vector.setWithPossibleTruncate(1, 1);
            vector.setWithPossibleTruncate(3, 2);
            vector.setValueCount(4);
            String[] out = new String[8];
            assertThat(new StringCache().read(vector, 4, out, 1, 2)).isEqualTo(9);
            assertThat(out).containsExactly(null, "PDX", null, "SEA", null, "", null, "PDX");
            assertThat(out[7]).isSameAs(out[1]);
        }
    }

    private static String[] read(StringCache cache, List<String> values) {
        try (TestMemory memory = new TestMemory();
                VarCharVector vector = strings(memory.allocator(), values)) {
            String[] out = new String[values.size()];
            cache.read(vector, values.size(), out, 0, 1);
            return out;
        }
    }

    private static VarCharVector strings(BufferAllocator allocator, List<String> values) {
        VarCharVector vector = new VarCharVector("s", allocator);
        vector.allocateNew();
        for (int row = 0; row < values.size(); row++) {
            vector.setSafe(row, values.get(row).getBytes(StandardCharsets.UTF_8));
        }
        vector.setValueCount(values.size());
        return vector;
    }
}
