// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * Makes Parquet files of random nested schemas: structs, lists of three levels and of the two that older writers made, bare
 * repeated fields and maps, with every encoding and patterns of nulls and lengths. The seed decides every byte.
 */
public final class NestedFiles {
    private static final int COLUMNS_MAX = 4;
    private static final int DEPTH_MAX = 4;
    private static final int LONG_LIST = 300;

    private final RandomGenerator random;

    /** For each field that may be absent how often it is, and for each that repeats which lengths it has. */
    private final Map<Type, Double> nullShare = new HashMap<>();

    private final Map<Type, Integer> lengthMode = new HashMap<>();
    private final Map<Type, Kind> kinds = new HashMap<>();
    private int names;

    private NestedFiles(RandomGenerator random) {
        this.random = random;
    }

    /** Writes a new file of {@code rowCount} rows and returns its schema. */
    public static MessageType write(Path path, int rowCount, FileLayout layout, long seed) throws IOException {
        NestedFiles files = new NestedFiles(new SplittableRandom(seed));
        MessageType schema = files.schema();
        Map<String, Encoder> encoders = new HashMap<>();
        for (ColumnDescriptor column : schema.getColumns()) {
            encoders.put(String.join(".", column.getPath()), files.encoder(column));
        }
        files.write(path, schema, rowCount, layout.properties(new ForcedEncodings(encoders)), layout);
        return schema;
    }

    private MessageType schema() {
        List<Type> columns = new ArrayList<>();
        int count = 1 + random.nextInt(COLUMNS_MAX);
        for (int i = 0; i < count; i++) {
            columns.add(nested(repetition(), DEPTH_MAX));
        }
        return new MessageType("test", columns);
    }

    private String name() {
        return "f" + names++;
    }

    private Repetition repetition() {
        return random.nextInt(3) == 0 ? Repetition.REQUIRED : Repetition.OPTIONAL;
    }

    private Type any(Repetition repetition, int depth) {
        return depth == 0 || random.nextInt(3) == 0 ? leaf(repetition, name()) : nested(repetition, depth);
    }

    private Type leaf(Repetition repetition, String name) {
        Kind[] all = Kind.values();
        Kind kind = all[random.nextInt(all.length)];
        while (kind.isAlwaysNull()) {
            kind = all[random.nextInt(all.length)];
        }
        Type type = kind.type(name, repetition);
        kinds.put(type, kind);
        return type;
    }

    private Type nested(Repetition repetition, int depth) {
        return switch (random.nextInt(6)) {
            case 0 -> new GroupType(repetition, name(), fields(depth));
            case 1 -> map(repetition, depth);
            case 2 -> twoLevelList(repetition, depth);
            case 3 -> any(Repetition.REPEATED, depth - 1);
            default -> threeLevelList(repetition, depth);
        };
    }

    private List<Type> fields(int depth) {
        List<Type> fields = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            fields.add(any(random.nextInt(5) == 0 ? Repetition.REPEATED : repetition(), depth - 1));
        }
        return fields;
    }

    private Type threeLevelList(Repetition repetition, int depth) {
        GroupType repeated = new GroupType(Repetition.REPEATED, "list", any(repetition(), depth - 1));
        return Types.buildGroup(repetition)
                .as(LogicalTypeAnnotation.listType())
                .addField(repeated)
                .named(name());
    }

    private Type twoLevelList(Repetition repetition, int depth) {
        Type element =
                switch (random.nextInt(3)) {
                    case 0 -> leaf(Repetition.REPEATED, "element");
                    case 1 -> new GroupType(Repetition.REPEATED, "array", any(repetition(), depth - 1));
                    default ->
                        new GroupType(
                                Repetition.REPEATED,
                                "element",
                                any(repetition(), depth - 1),
                                any(repetition(), depth - 1));
                };
        return Types.buildGroup(repetition)
                .as(LogicalTypeAnnotation.listType())
                .addField(element)
                .named(name());
    }

    private Type map(Repetition repetition, int depth) {
        Type key = leaf(Repetition.REQUIRED, "key");
        GroupType entry = new GroupType(Repetition.REPEATED, "key_value", key, any(repetition(), depth - 1));
        return Types.buildGroup(repetition)
                .as(LogicalTypeAnnotation.mapType())
                .addField(entry)
                .named(name());
    }

    private Encoder encoder(ColumnDescriptor column) {
        Encoder[] all = Encoder.values();
        while (true) {
            Encoder encoder = all[random.nextInt(all.length)];
            if (encoder.supports(column.getPrimitiveType().getPrimitiveTypeName())) {
                return encoder;
            }
        }
    }

    private void write(Path path, MessageType schema, int rowCount, ParquetProperties properties, FileLayout layout)
            throws IOException {
        BytesInputCompressor compressor = new PageCodecs().getCompressor(layout.codec());
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(path),
                schema,
                ParquetFileWriter.Mode.CREATE,
                Long.MAX_VALUE,
                0,
                null,
                properties)) {
            writer.start();
            for (int from = 0; from < rowCount; from += layout.rowGroupRows()) {
                int rows = Math.min(rowCount - from, layout.rowGroupRows());
                writeRowGroup(writer, schema, rows, properties, compressor);
            }
            writer.end(Map.of());
        }
    }

    private void writeRowGroup(
            ParquetFileWriter writer,
            MessageType schema,
            int rows,
            ParquetProperties properties,
            BytesInputCompressor compressor)
            throws IOException {
        try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        compressor,
                        schema,
                        properties.getAllocator(),
                        properties.getColumnIndexTruncateLength(),
                        properties.getPageWriteChecksumEnabled());
                ColumnWriteStore store = properties.newColumnWriteStore(schema, pages, pages)) {
            RecordConsumer records = new ColumnIOFactory().getColumnIO(schema).getRecordWriter(store);
            GroupWriter rowWriter = new GroupWriter(records, schema);
            for (int row = 0; row < rows; row++) {
                Group group = new SimpleGroup(schema);
                fill(group, schema);
                rowWriter.write(group);
            }
            records.flush(); // it holds nulls back
            writer.startBlock(rows);
            store.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
        }
    }

    private void fill(Group group, GroupType type) {
        for (int field = 0; field < type.getFieldCount(); field++) {
            Type child = type.getType(field);
            int count = count(child);
            for (int i = 0; i < count; i++) {
                if (child.isPrimitive()) {
                    addValue(group, field, kinds.get(child).draw(random));
                } else {
                    fill(group.addGroup(field), child.asGroupType());
                }
            }
        }
    }

    /** How many values a field gets in one place: 1, perhaps 0, or a length. */
    private int count(Type type) {
        return switch (type.getRepetition()) {
            case REQUIRED -> 1;
            case OPTIONAL -> random.nextDouble() < nullShare.computeIfAbsent(type, any -> drawShare()) ? 0 : 1;
            case REPEATED -> length(lengthMode.computeIfAbsent(type, any -> random.nextInt(4)));
        };
    }

    private double drawShare() {
        double[] shares = {0, 0, 0.1, 0.5, 1};
        return shares[random.nextInt(shares.length)];
    }

    private int length(int mode) {
        return switch (mode) {
            case 0 -> 3;
            case 1 -> random.nextInt(3);
            case 2 -> random.nextInt(20) == 0 ? random.nextInt(LONG_LIST) : random.nextInt(2);
            default -> random.nextInt(4) == 0 ? 0 : random.nextInt(10);
        };
    }

    private static void addValue(Group group, int field, Object value) {
        if (value instanceof Boolean bit) {
            group.add(field, bit);
        } else if (value instanceof Integer number) {
            group.add(field, number);
        } else if (value instanceof Long number) {
            group.add(field, number);
        } else if (value instanceof Float number) {
            group.add(field, number);
        } else if (value instanceof Double number) {
            group.add(field, number);
        } else {
            group.add(field, Binary.fromConstantByteArray((byte[]) value));
        }
    }
}
