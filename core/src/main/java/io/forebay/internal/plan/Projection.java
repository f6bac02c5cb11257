// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ColumnPath;
import io.forebay.ForebayException;
import io.forebay.MissingColumnException;
import io.forebay.internal.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Which part of a schema is asked for: paths in, fields without the unwanted children out. */
final class Projection {
    /** The children asked for; empty means all of them. */
    private final Map<String, Projection> children = new LinkedHashMap<>();

    private boolean whole;

    private Projection() {}

    /**
     * The fields that the paths name, in the order in which their top-level columns are first named.
     *
     * @throws MissingColumnException for a path that names nothing
     */
    static List<Field> of(List<ColumnPath> paths, List<Field> fields, String dataset) {
        Projection root = new Projection();
        for (ColumnPath path : paths) {
            Projection node = root;
            for (String part : path.parts()) {
                node = node.children.computeIfAbsent(part, name -> new Projection());
            }
            if (node.whole) {
                throw ForebayException.usage("a column can be selected once: column=" + path);
            }
            node.whole = true;
        }
        return root.prune(fields, "", dataset);
    }

    private List<Field> prune(List<Field> fields, String prefix, String dataset) {
        List<Field> pruned = new ArrayList<>();
        children.forEach((name, child) -> {
            Field field = Fields.require(fields, name, prefix + name, dataset);
            pruned.add(child.pruneField(field, prefix + name + ".", dataset));
        });
        return pruned;
    }

    private Field pruneField(Field field, String prefix, String dataset) {
        if (whole || children.isEmpty()) {
            return field;
        }
        if (!(field.getType() instanceof ArrowType.Struct)) {
            String child = Objects.requireNonNull(children.keySet().iterator().next());
            throw new MissingColumnException(prefix + child, List.of(), dataset);
        }
        return new Field(field.getName(), field.getFieldType(), prune(field.getChildren(), prefix, dataset));
    }
}
