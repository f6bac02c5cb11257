// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Assembles records into plain collections: a row and a list as List, a struct as LinkedHashMap by field name, a map as
 * List of LinkedHashMaps with "key" and "value", one without values a list of keys. Lists follow the backward-compatibility rules of LogicalTypes.md; a
 * repeated field outside a list is a list that is never null.
 */
final class RowConverters extends RecordMaterializer<List<Object>> {
    private final Fields root;
    private List<Object> row;

    RowConverters(MessageType schema) {
        root = new Fields(schema.getFields(), values -> row = values);
    }

    @Override
    public List<Object> getCurrentRecord() {
        return row;
    }

    @Override
    public GroupConverter getRootConverter() {
        return root;
    }

    private static Converter converter(Type type, Consumer<Object> sink) {
        if (type.isPrimitive()) {
            return new Leaf(type.asPrimitiveType(), sink);
        }
        GroupType group = type.asGroupType();
        if (group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation && hasOneRepeatedChild(group)) {
            return new ListItems(group, sink);
        }
        boolean isMap = group.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation
                || group.getLogicalTypeAnnotation() instanceof MapKeyValueTypeAnnotation;
        if (isMap && hasOneRepeatedChild(group) && fieldCount(group.getType(0)) == 2) {
            return new MapEntries(group, sink);
        }
        if (isMap && hasOneRepeatedChild(group) && fieldCount(group.getType(0)) == 1) {
            return new ListItems(group, sink);
        }
        return struct(group, sink);
    }

    private static Fields struct(GroupType group, Consumer<Object> sink) {
        return new Fields(group.getFields(), values -> {
            Map<String, Object> struct = new LinkedHashMap<>();
            for (int i = 0; i < values.size(); i++) {
                struct.put(group.getFieldName(i), values.get(i));
            }
            sink.accept(Collections.unmodifiableMap(struct));
        });
    }

    private static boolean hasOneRepeatedChild(GroupType group) {
        return group.getFieldCount() == 1 && group.getType(0).isRepetition(Repetition.REPEATED);
    }

    private static int fieldCount(Type type) {
        return type.isPrimitive() ? 0 : type.asGroupType().getFieldCount();
    }

    /** Whether the repeated child of a list is itself the element, rather than a wrapper of it. */
    private static boolean isElement(Type repeated, String listName) {
        if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() > 1) {
            return true;
        }
        return repeated.asGroupType().getType(0).isRepetition(Repetition.REPEATED)
                || repeated.getName().equals("array")
                || repeated.getName().equals(listName + "_tuple");
    }

    /** Collects one value for each field, and gives them all at the end of the group. */
    private static final class Fields extends GroupConverter {
        private final List<Converter> converters = new ArrayList<>();
        private final List<Type> types;
        private final Consumer<List<Object>> sink;
        private Object[] values;

        Fields(List<Type> types, Consumer<List<Object>> sink) {
            this.types = types;
            this.sink = sink;
            for (int i = 0; i < types.size(); i++) {
                converters.add(converter(types.get(i), fieldSink(i)));
            }
        }

        @SuppressWarnings("unchecked")
        private Consumer<Object> fieldSink(int field) {
            return types.get(field).isRepetition(Repetition.REPEATED)
                    ? value -> ((List<Object>) values[field]).add(value)
                    : value -> values[field] = value;
        }

        @Override
        public Converter getConverter(int field) {
            return converters.get(field);
        }

        @Override
        public void start() {
            values = new Object[types.size()];
            for (int i = 0; i < values.length; i++) {
                if (types.get(i).isRepetition(Repetition.REPEATED)) {
                    values[i] = new ArrayList<>();
                }
            }
        }

        @Override
        public void end() {
            sink.accept(Collections.unmodifiableList(Arrays.asList(values)));
        }
    }

    /** A group annotated as a list. */
    private static final class ListItems extends GroupConverter {
        private final Converter repeated;
        private final Consumer<Object> sink;
        private List<Object> items;

        ListItems(GroupType list, Consumer<Object> sink) {
            this.sink = sink;
            Type child = list.getType(0);
            this.repeated = isElement(child, list.getName())
                    ? converter(child, item -> items.add(item))
                    : new Fields(child.asGroupType().getFields(), values -> items.add(values.get(0)));
        }

        @Override
        public Converter getConverter(int field) {
            return repeated;
        }

        @Override
        public void start() {
            items = new ArrayList<>();
        }

        @Override
        public void end() {
            sink.accept(items);
        }
    }

    /** A group annotated as a map. */
    private static final class MapEntries extends GroupConverter {
        private final Fields entry;
        private final Consumer<Object> sink;
        private List<Object> entries;

        MapEntries(GroupType map, Consumer<Object> sink) {
            this.sink = sink;
            this.entry = new Fields(map.getType(0).asGroupType().getFields(), values -> {
                Map<String, Object> pair = new LinkedHashMap<>();
                pair.put("key", values.get(0));
                pair.put("value", values.get(1));
                entries.add(pair);
            });
        }

        @Override
        public Converter getConverter(int field) {
            return entry;
        }

        @Override
        public void start() {
            entries = new ArrayList<>();
        }

        @Override
        public void end() {
            sink.accept(entries);
        }
    }

    /** A leaf: hands on its canonical values. */
    private static final class Leaf extends PrimitiveConverter {
        private final PrimitiveType type;
        private final Consumer<Object> sink;

        Leaf(PrimitiveType type, Consumer<Object> sink) {
            this.type = type;
            this.sink = sink;
        }

        private void add(Object physical) {
            sink.accept(CanonicalValues.of(type, physical));
        }

        @Override
        public void addBoolean(boolean value) {
            add(value);
        }

        @Override
        public void addInt(int value) {
            add(value);
        }

        @Override
        public void addLong(long value) {
            add(value);
        }

        @Override
        public void addFloat(float value) {
            add(value);
        }

        @Override
        public void addDouble(double value) {
            add(value);
        }

        @Override
        public void addBinary(Binary value) {
            add(value);
        }
    }
}
