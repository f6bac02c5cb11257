// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.profile;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Profile;
import io.forebay.internal.plan.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads a stream to its end and sums up its columns. */
public final class Profiler {
    private static final long ROWS_FEW = 1_000;

    private Profiler() {}

    public static Profile run(BatchStream batches, Manifest manifest, List<Field> fields, int topValues) {
        List<ColumnProfiler> profilers = new ArrayList<>();
        for (Field field : batches.schema().getFields()) {
            profilers.add(ColumnProfiler.of(field, topValues));
        }
        long rows = 0;
        long decodedBytes = 0;
        for (Batch batch : batches) {
            try (batch) {
                for (int i = 0; i < profilers.size(); i++) {
                    profilers.get(i).add(batch.columns().get(i), batch.rows());
                }
                rows += batch.rows();
                decodedBytes += batch.sizeBytes();
            }
        }
        List<Profile.Column> columns =
                profilers.stream().map(ColumnProfiler::finish).toList();
        long fileBytes = manifest.units().stream()
                .mapToLong(unit -> unit.unit().sizeBytes(fields))
                .sum();
        return new Profile(rows, fileBytes, decodedBytes, columns, warnings(rows, columns));
    }

    private static List<String> warnings(long rows, List<Profile.Column> columns) {
        List<String> warnings = new ArrayList<>();
        if (rows < ROWS_FEW) {
            warnings.add("fewer than " + ROWS_FEW + " rows: rows=" + rows);
        }
        for (Profile.Column column : columns) {
            if (column.nonNull() < rows) {
                warnings.add("missing values: column=" + column.name() + ", missing=" + (rows - column.nonNull()));
            }
            boolean constant = column.nonNull() > 1
                    && column.nonNull() == rows
                    && column.min() != null
                    && Objects.equals(column.min(), column.max());
            if (constant) {
                warnings.add("constant column: column=" + column.name() + ", value=" + column.min());
            }
        }
        return warnings;
    }
}
