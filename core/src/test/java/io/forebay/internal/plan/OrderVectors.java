// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the generator {@code lw1} and its orders are, by another implementation: numbers of 64 bits, signed. */
final class OrderVectors {
    private static final JsonNode ALL = read();

    private OrderVectors() {}

    private static JsonNode read() {
        try (InputStream text =
                Objects.requireNonNull(OrderVectors.class.getResourceAsStream("/order/lw1.json"), "vectors")) {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The vectors of one kind, of which there are some. */
    static Stream<JsonNode> of(String kind) {
        JsonNode vectors = ALL.path(kind);
        if (vectors.isEmpty()) {
            throw new IllegalStateException("there must be vectors: kind=" + kind);
        }
        return StreamSupport.stream(vectors.spliterator(), false);
    }

    static long[] longs(JsonNode array) {
        return LongStream.range(0, array.size())
                .map(i -> array.get((int) i).longValue())
                .toArray();
    }
}
