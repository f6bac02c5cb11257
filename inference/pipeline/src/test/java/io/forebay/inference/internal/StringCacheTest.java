// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
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
