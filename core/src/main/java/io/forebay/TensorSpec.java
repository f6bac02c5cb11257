// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The name, element type and shape of a model's input or output. An immutable value.
 *
 * @param shape the dimensions, the first of them rows; −1 where a dimension is free
 */
public record TensorSpec(String name, Element element, List<Long> shape) {
    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** The types of tensor elements. */
    public enum Element {
        FLOAT32("float32", 4),
        FLOAT64("float64", 8),
        FLOAT16("float16", 2),
        INT8("int8", 1),
        INT16("int16", 2),
        INT32("int32", 4),
        INT64("int64", 8),
        UINT8("uint8", 1),
        /** One byte each: 0 or 1. */
        BOOL("bool", 1),
        STRING("string", 0);

        private final String label;
        private final int bytes;

        Element(String label, int bytes) {
            this.label = label;
            this.bytes = bytes;
        }

        /** The element type as messages call it. */
        public String label() {
            return label;
        }

        /** Bytes of one element; 0 for strings. */
        public int bytes() {
            return bytes;
        }
    }

    /** Elements of one row, or −1 where a dimension other than the first is free; at most {@code Long.MAX_VALUE}. */
    public long elementsPerRow() {
        for (int i = 1; i < shape.size(); i++) {
            if (shape.get(i) < 0) {
                return -1;
            }
        }
        return elementsPerRow(1);
    }

    /** Elements of one row where each free dimension other than the first is {@code free}; at most {@code Long.MAX_VALUE}. */
    public long elementsPerRow(long free) {
        long elements = 1;
        for (int i = 1; i < shape.size(); i++) {
            long size = shape.get(i) < 0 ? free : shape.get(i);
            elements = size != 0 && elements > Long.MAX_VALUE / size ? Long.MAX_VALUE : elements * size;
        }
        return elements;
    }

    /** True when the number of rows is up to the caller. */
    public boolean hasFreeRows() {
        return !shape.isEmpty() && shape.get(0) < 0;
    }

    /** The spec as messages show it: {@code x float32[rows, 4]}. */
    @Override
    public String toString() {
        String dimensions = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String shown = hasFreeRows() ? dimensions.replaceFirst("-1", "rows").replace("-1", "?") : dimensions;
        return name + " " + element.label + "[" + shown + "]";
    }
}
