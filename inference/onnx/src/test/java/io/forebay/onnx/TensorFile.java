// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.testkit.ColumnFiles.Column;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor that a file holds, as ONNX's tests keep theirs: a TensorProto of onnx.proto. An immutable value.
 *
 * @param values the elements in row-major order: floats, doubles, longs or strings
 */
record TensorFile(String name, List<Long> shape, List<Object> values) {
    // Field numbers of onnx.proto. Where numbers lie raw, their bytes are the end of the field.
    private static final int DIMENSION = 1;
    private static final int ELEMENT_TYPE = 2;
    private static final int STRINGS = 6;
    private static final int NAME = 8;
    private static final int RAW = 9;

    static TensorFile read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        String name = "";
        int type = 0;
        List<Long> shape = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (ProtoReader tensor = new ProtoReader(bytes, 0, bytes.limit()); tensor.next(); ) {
            if (tensor.isNumber(DIMENSION)) {
                shape.add(tensor.value());
            } else if (tensor.isNumber(ELEMENT_TYPE)) {
                type = (int) tensor.value();
            } else if (tensor.isBytes(STRINGS)) {
                values.add(tensor.text());
            } else if (tensor.isBytes(NAME)) {
                name = tensor.text();
            } else if (tensor.isBytes(RAW)) {
                addRaw(values, bytes, tensor.fieldEnd(), type, product(shape));
            }
        }
        return new TensorFile(name, List.copyOf(shape), List.copyOf(values));
    }

    private static void addRaw(List<Object> values, ByteBuffer bytes, int end, int type, int count) {
        int width = width(type);
        for (int at = end - count * width; at < end; at += width) {
            values.add(value(bytes, at, type));
        }
    }

    private static int width(int type) {
        return type == OnnxFiles.FLOAT ? Float.BYTES : Double.BYTES;
    }

    private static Object value(ByteBuffer bytes, int at, int type) {
        return switch (type) {
            case OnnxFiles.FLOAT -> bytes.getFloat(at);
            case OnnxFiles.DOUBLE -> bytes.getDouble(at);
            case OnnxFiles.INT64 -> bytes.getLong(at);
            default -> throw new IllegalArgumentException("elements must be numbers that tests use: type=" + type);
        };
    }

    private static int product(List<Long> sizes) {
        return Math.toIntExact(sizes.stream().mapToLong(size -> size).reduce(1, Math::multiplyExact));
    }

    /** The size of the first dimension; 1 of a scalar. */
    int rows() {
        return shape.isEmpty() ? 1 : Math.toIntExact(shape.get(0));
    }

    private int valuesPerRow() {
        return shape.isEmpty() ? 1 : product(shape.subList(1, shape.size()));
    }

    /** The names of {@link #columns}. */
    String[] columnNames() {
        int width = valuesPerRow();
        String[] names = new String[width];
        for (int i = 0; i < width; i++) {
            names[i] = width == 1 ? name : name + "_" + i;
        }
        return names;
    }

    /** The first {@code rows} rows as columns, one for each value of a row. */
    List<Column> columns(int rows) {
        List<Column> columns = new ArrayList<>();
        String[] names = columnNames();
        for (int i = 0; i < names.length; i++) {
            List<Object> column = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                column.add(values.get(row * names.length + i));
            }
            columns.add(new Column(names[i], column));
        }
        return columns;
    }
}
