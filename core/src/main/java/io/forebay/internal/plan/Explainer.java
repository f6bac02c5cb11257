// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Explanation;
import io.forebay.TypeNames;
import io.forebay.internal.filter.BoundFilter;
import io.forebay.internal.filter.RowRanges;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.UnitClaims.Step;
import io.forebay.spi.DataFile;
import io.forebay.spi.RowRange;
import io.forebay.spi.UnitFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;

/** Turns a plan into an explanation. Reads what the plan's units have for indexes, if it filters. */
public final class Explainer {
    /** Files with fewer wanted bytes cost more for being opened than for being read. */
    private static final long SMALL_FILE_BYTES = 1 << 20;

    /** So few files take no time worth a warning. */
    private static final int FILES_MIN = 100;

    /** Of more units than this the indexes are not looked at: it would take as long as the read. */
    private static final int INDEXES_MAX = 1000;

    private final ReadPlan plan;
    private final BufferAllocator allocator;
    private final Map<Step, Ruling> rulings = new EnumMap<>(Step.class);
    private final Set<DataFile> files = new HashSet<>();
    private int unitsRead;
    private long bytes;
    private long bytesRead;
    private long requests;

    private Explainer(ReadPlan plan, BufferAllocator allocator) {
        this.plan = plan;
        this.allocator = allocator;
    }

    /** What a step has ruled out so far. */
    private static final class Ruling {
        int units;
        long rows;
        long bytes;
    }

    /**
     * Explains a plan.
     *
     * @param allocator for what is read of indexes; all released on return
     */
    public static Explanation explain(ReadPlan plan, BufferAllocator allocator) {
        return new Explainer(plan, allocator).explain();
    }

    private Explanation explain() {
        List<ManifestUnit> units = plan.manifest().units();
        long needed = units.stream().filter(plan::needs).count();
        units.forEach(unit -> add(unit, needed <= INDEXES_MAX));
        List<String> columns = plan.fields().stream()
                .map(field -> field.getName() + " " + TypeNames.of(field))
                .toList();
        List<Explanation.Step> steps = new ArrayList<>();
        rulings.forEach(
                (step, ruling) -> steps.add(new Explanation.Step(step.text, ruling.units, ruling.rows, ruling.bytes)));
        return new Explanation(
                units.size(),
                unitsRead,
                plan.manifest().rows(),
                plan.firstRow(),
                plan.endRow(),
                bytes,
                bytesRead,
                requests,
                List.copyOf(steps),
                columns,
                plan.filterText(),
                warnings(needed),
                null);
    }

    private void add(ManifestUnit unit, boolean withIndexes) {
        long unitBytes = unit.unit().sizeBytes(plan.fields());
        bytes += unitBytes;
        if (!plan.holdsWanted(unit)) {
            return;
        }
        long readBytes = plan.prunes() ? bytesLeft(unit, unitBytes, withIndexes) : unitBytes;
        if (readBytes >= 0) {
            unitsRead++;
            bytesRead += readBytes;
            requests += UnitFile.requestCount(unit.unit().ranges(plan.fields()));
            files.add(unit.file());
        }
    }

    /** Bytes of a unit that are read once all claims have been looked at, or −1 if the unit is not. */
    private long bytesLeft(ManifestUnit unit, long unitBytes, boolean withIndexes) {
        BoundFilter filter = Objects.requireNonNull(plan.filter());
        try (UnitClaims claims = withIndexes
                ? UnitClaims.open(unit, plan.fields(), allocator)
                : UnitClaims.ofStatistics(unit, plan.fields())) {
            RowRanges before = plan.wanted(unit, RowRanges.first(unit.rows()));
            long bytesBefore = unitBytes;
            for (Step step : Step.values()) {
                RowRanges left = plan.wanted(unit, claims.candidates(filter, step));
                long bytesAfter = left.equals(before) ? bytesBefore : bytesOf(claims, left);
                note(step, left.isEmpty() ? 1 : 0, before.rows() - left.rows(), bytesBefore - bytesAfter);
                if (left.isEmpty()) {
                    return -1;
                }
                before = left;
                bytesBefore = bytesAfter;
            }
            return bytesBefore;
        }
    }

    private long bytesOf(UnitClaims claims, RowRanges rows) {
        List<RowRange> ranges = rows.ranges();
        return ranges.isEmpty()
                ? 0
                : plan.fields().stream()
                        .mapToLong(field -> claims.sizeBytes(field, ranges))
                        .sum();
    }

    private void note(Step step, int units, long rows, long bytesSaved) {
        Ruling ruling = rulings.computeIfAbsent(step, key -> new Ruling());
        ruling.units += units;
        ruling.rows += rows;
        ruling.bytes += bytesSaved;
    }

    private List<String> warnings(long needed) {
        List<String> warnings = new ArrayList<>();
        if (files.size() >= FILES_MIN && bytesRead / files.size() < SMALL_FILE_BYTES) {
            warnings.add("the files are small, and each costs requests of its own: files=" + files.size()
                    + ", bytesPerFile=" + bytesRead / files.size());
        }
        if (plan.prunes() && needed > INDEXES_MAX) {
            warnings.add("the units are too many to look at their indexes here: units=" + needed);
        }
        return List.copyOf(warnings);
    }
}
