// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.internal.plan.Manifest;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What a stream that goes on behind bad rows knows of them: those that were found, and those among the rows delivered, which are counted
 * against the budget and written to the quarantine's file. Used by the stream's consumer, except for the log; its owner closes it.
 */
public final class Masking implements AutoCloseable {
    private final Manifest manifest;
    private final List<Field> fields;
    private final BadRowLog log;
    private final long budget;
    private final @Nullable QuarantineFile file;
    private long count;
    private @Nullable BadRow first;

    private Masking(ReadPlan plan) {
        this.manifest = plan.manifest();
        this.fields = plan.fields();
        this.log = new BadRowLog(fields.size());
        this.budget = plan.badRows().budget(manifest.rows());
        Path path = plan.badRows().file();
        this.file = path == null ? null : QuarantineFile.open(path);
    }

    /** Of a new stream of {@code plan}; null where bad rows are failures. */
    public static @Nullable Masking of(ReadPlan plan) {
        return plan.masks() ? new Masking(plan) : null;
    }

    public BadRowLog log() {
        return log;
    }

    /** Bad rows counted so far. */
    public long count() {
        return count;
    }

    /**
     * Counts bad rows of the batch that is delivered next, and writes them down.
     *
     * @throws ForebayException of kind {@code corrupt} when they are too many, {@code io} when they cannot be written
     */
    public void deliver(List<BadRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        if (file != null) {
            for (BadRow bad : rows) {
                ManifestUnit unit = unitOf(bad.row());
                file.add(unit.place().withRow(bad.row() - unit.firstRow()), columnOf(bad), bad.error());
            }
            file.force();
        }
        first = first == null ? rows.get(0) : first;
        count += rows.size();
        requireWithinBudget(first);
    }

    private void requireWithinBudget(BadRow shown) {
        if (count > budget) {
            ManifestUnit unit = unitOf(shown.row());
            throw new ForebayException(
                    Kind.CORRUPT,
                    "bad rows must be within their budget: badRows=" + count + ", budget=" + budget + ", rowsOfDataset="
                            + manifest.rows() + ", firstError=" + shown.error(),
                    unit.place().withColumn(columnOf(shown)).withRow(shown.row() - unit.firstRow()),
                    null);
        }
    }

    private String columnOf(BadRow bad) {
        return fields.get(bad.column()).getName();
    }

    /** The unit that holds a row of the data set. */
    private ManifestUnit unitOf(long row) {
        List<ManifestUnit> units = manifest.units();
        int low = 0;
        int high = units.size() - 1;
        while (low < high) { // the first unit that ends behind the row
            int middle = (low + high) >>> 1;
            if (units.get(middle).endRow() <= row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return units.get(low);
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
