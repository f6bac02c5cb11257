// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.profile;

import io.forebay.Profile;
import io.forebay.TypeNames;
import io.forebay.internal.memory.ListCells;
import io.forebay.internal.text.JsonCells;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Sums up one column, batch by batch. Not thread-safe. */
final class ColumnProfiler {
    private final Field field;
    private final Tally tally;
    private final List<ColumnProfiler> children = new ArrayList<>();
    private final @Nullable TopValues top;
    private long nonNull;

    private ColumnProfiler(Field field, int topValues) {
        this.field = field;
        this.tally = Tally.of(field);
        this.top = topValues > 0 && field.getChildren().isEmpty() ? new TopValues(topValues) : null;
        field.getChildren().forEach(child -> children.add(new ColumnProfiler(child, topValues)));
    }

    static ColumnProfiler of(Field field, int topValues) {
        return new ColumnProfiler(field, topValues);
    }

    void add(FieldVector vector, int rows) {
        for (int row = 0; row < rows; row++) {
            if (!vector.isNull(row)) {
                addRow(vector, row);
            }
        }
    }

    private void addRow(FieldVector vector, int row) {
        nonNull++;
        if (!children.isEmpty()) {
            addChildren(vector, row);
            return;
        }
        tally.add(vector, row);
        if (top != null) {
            top.add(JsonCells.anyText(vector, row));
        }
    }

    private void addChildren(FieldVector vector, int row) {
        List<FieldVector> childVectors = vector.getChildrenFromFields();
        boolean list = ListCells.isList(vector);
        int from = list ? ListCells.start(vector, row) : row;
        int to = list ? ListCells.end(vector, row) : row + 1;
        for (int i = 0; i < children.size(); i++) {
            FieldVector child = childVectors.get(i);
            for (int element = from; element < to; element++) {
                if (!child.isNull(element)) {
                    children.get(i).addRow(child, element);
                }
            }
        }
    }

    Profile.Column finish() {
        boolean any = nonNull > 0;
        return new Profile.Column(
                field.getName(),
                TypeNames.of(field),
                nonNull,
                any ? tally.min() : null,
                any ? tally.max() : null,
                any ? tally.sum() : null,
                tally.totalLength(),
                children.stream().map(ColumnProfiler::finish).toList(),
                top == null ? List.of() : top.finish());
    }
}
