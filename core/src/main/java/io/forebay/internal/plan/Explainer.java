// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Explanation;
import io.forebay.TypeNames;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.spi.DataFile;
import io.forebay.spi.UnitFile;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns a plan into an explanation. */
public final class Explainer {
    /** Files with fewer wanted bytes cost more for being opened than for being read. */
    private static final long SMALL_FILE_BYTES = 1 << 20;

    /** So few files take no time worth a warning. */
    private static final int FILES_MIN = 100;

    private Explainer() {}

    public static Explanation explain(ReadPlan plan) {
        Manifest manifest = plan.manifest();
        int unitsRead = 0;
        long bytes = 0;
        long bytesRead = 0;
        long requests = 0;
        Set<DataFile> files = new HashSet<>();
        for (ManifestUnit unit : manifest.units()) {
            long unitBytes = unit.unit().sizeBytes(plan.fields());
            bytes += unitBytes;
            if (plan.needs(unit)) {
                unitsRead++;
                bytesRead += unitBytes;
                requests += UnitFile.requestCount(unit.unit().ranges(plan.fields()));
                files.add(unit.file());
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
                requests,
                columns,
                plan.filterText(),
                warnings(files.size(), bytesRead));
    }

    private static List<String> warnings(int files, long bytesRead) {
        return files < FILES_MIN || bytesRead / files >= SMALL_FILE_BYTES
                ? List.of()
                : List.of("the files are small, and each costs requests of its own: files=" + files + ", bytesPerFile="
                        + bytesRead / files);
    }
}
