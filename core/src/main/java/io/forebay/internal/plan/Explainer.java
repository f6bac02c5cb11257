// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Explanation;
import io.forebay.TypeNames;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import java.util.List;

/** Turns a plan into an explanation. */
public final class Explainer {
    private Explainer() {}

    public static Explanation explain(ReadPlan plan) {
        Manifest manifest = plan.manifest();
        int unitsRead = 0;
        long bytes = 0;
        long bytesRead = 0;
        for (ManifestUnit unit : manifest.units()) {
            long unitBytes = unit.unit().sizeBytes(plan.fieldsOf(unit.file().schema()));
            bytes += unitBytes;
            if (plan.needs(unit)) {
                unitsRead++;
                bytesRead += unitBytes;
            }
        }
        List<String> columns = plan.fields().stream()
                .map(field -> field.getName() + " " + TypeNames.of(field))
                .toList();
        return new Explanation(
                manifest.units().size(),
                unitsRead,
                manifest.rows(),
                plan.firstRow(),
                plan.endRow(),
                bytes,
                bytesRead,
                columns,
                plan.filterText());
    }
}
