// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/** Checks that the flat list of schema elements is one tree of bounded depth, before a recursive reader sees it. */
final class SchemaShape {
    private static final int MAX_DEPTH = 128;
    private static final Pattern ORDINAL_IDS = Pattern.compile("parquet-cpp( |-arrow version [0-4]\\.)");

    private SchemaShape() {}

    /**
     * Makes elements that lack a repetition REQUIRED, as other readers do; parquet-java's converter would stop with a
     * NullPointerException. The root has none and needs none.
     */
    static void fillRepetitions(List<SchemaElement> elements) {
        for (SchemaElement element : elements.subList(Math.min(1, elements.size()), elements.size())) {
            if (!element.isSetRepetition_type()) {
                element.setRepetition_type(FieldRepetitionType.REQUIRED);
            }
        }
    }

    /** Drops decimal annotations of more digits than the values have room for; the converter would stop at them. */
    static void dropImpossibleDecimals(List<SchemaElement> elements) {
        for (SchemaElement element : elements) {
            if (element.isSetType() && element.isSetPrecision() && element.getPrecision() > digitsMax(element)) {
                element.unsetLogicalType();
                element.unsetConverted_type();
                element.unsetPrecision();
                element.unsetScale();
            }
        }
    }

    /** Decimal digits that every value of so many digits has room for. */
    private static int digitsMax(SchemaElement element) {
        return switch (element.getType()) {
            case INT32 -> 9;
            case INT64 -> 18;
            case FIXED_LEN_BYTE_ARRAY -> (int) Math.floor((8L * element.getType_length() - 1) * Math.log10(2));
            default -> Integer.MAX_VALUE;
        };
    }

    /**
     * Whether field ids are only where a field comes in its file: parquet-cpp, and Arrow C++ before version 5, numbered fields when
     * they read a schema, and wrote that with it.
     */
    static boolean hasOrdinalIds(@Nullable String createdBy) {
        return createdBy != null && ORDINAL_IDS.matcher(createdBy).lookingAt();
    }

    static void check(List<SchemaElement> elements) throws IOException {
        Deque<Integer> childrenLeft = new ArrayDeque<>();
        childrenLeft.push(1);
        for (SchemaElement element : elements) {
            while (!childrenLeft.isEmpty() && childrenLeft.peek() == 0) {
                childrenLeft.pop();
            }
            if (childrenLeft.isEmpty()) {
                throw new IOException("a schema must be one tree: element=" + element.getName());
            }
            childrenLeft.push(childrenLeft.pop() - 1);
            int children = element.isSetNum_children() ? element.getNum_children() : 0;
            if (children < 0 || children > elements.size()) {
                throw new IOException("a child count must fit the schema: children=" + children);
            }
            if (children > 0) {
                childrenLeft.push(children);
            }
            if (childrenLeft.size() > MAX_DEPTH) {
                throw new IOException("a schema must nest at most " + MAX_DEPTH + " deep");
            }
        }
        if (childrenLeft.stream().anyMatch(left -> left > 0)) {
            throw new IOException("a schema must be complete: elements=" + elements.size());
        }
    }
}
