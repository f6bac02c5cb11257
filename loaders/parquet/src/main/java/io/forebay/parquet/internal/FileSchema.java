// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.SchemaMapping;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet schema and what follows from it: one object for all files that have it in common. Immutable.
 *
 * @param columns the top-level columns
 * @param schema as Arrow's
 * @param ordinals of the top-level columns
 * @param repeatedNames names that several top-level columns have
 */
public record FileSchema(
        MessageType message,
        List<ColumnNode> columns,
        Schema schema,
        Map<String, Integer> ordinals,
        Set<String> repeatedNames) {

    /** The schema of {@code message}: {@code known}, if it is that. */
    public static FileSchema of(MessageType message, @Nullable FileSchema known) {
        if (known != null && known.message.equals(message)) {
            return known;
        }
        List<ColumnNode> columns = SchemaMapping.columns(message);
        Schema schema = new Schema(columns.stream().map(ColumnNode::field).toList());
        return new FileSchema(message, columns, schema, ordinalsOf(message), repeatedNamesOf(message));
    }

    /** The column that {@code wanted} names, or the part of it that it has. */
    ColumnNode column(Field wanted) {
        return columns.get(Objects.requireNonNull(ordinals.get(wanted.getName())))
                .prunedTo(wanted);
    }

    private static Map<String, Integer> ordinalsOf(MessageType message) {
        Map<String, Integer> ordinals = new HashMap<>();
        for (int i = 0; i < message.getFieldCount(); i++) {
            ordinals.put(message.getFieldName(i), i);
        }
        return Map.copyOf(ordinals);
    }

    private static Set<String> repeatedNamesOf(MessageType message) {
        Set<String> seen = new HashSet<>();
        return message.getFields().stream()
                .map(Type::getName)
                .filter(name -> !seen.add(name))
                .collect(Collectors.toUnmodifiableSet());
    }
}
