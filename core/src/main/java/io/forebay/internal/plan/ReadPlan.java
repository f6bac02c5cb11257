// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.BadRows;
import io.forebay.Checkpoint;
import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.internal.Fields;
import io.forebay.internal.filter.BoundFilter;
import io.forebay.internal.filter.RowRanges;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.spi.RowRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is decided before the first data byte is read: which rows of which units, which columns, in batches of
 * which size. Immutable.
 *
 * <p>Rank r of R reads the rows [⌊rN/R⌋, ⌊(r+1)N/R⌋) of the N rows; batches are cut at multiples of {@code batchRows}
 * from the first row read.
 */
public final class ReadPlan {
    private final Manifest manifest;
    private final Selection selection;
    private final List<Field> fields;
    private final Schema outputSchema;
    private final @Nullable BoundFilter filter;
    private final @Nullable RowSample sample;
    private final long firstRow;
    private final long endRow;
    private final long deliveredBefore;
    private final @Nullable String selectionDigest;

    private ReadPlan(Manifest manifest, Selection selection, Checkpoint.@Nullable Sequential resumeAt) {
        this.manifest = manifest;
        this.selection = selection;
        List<Field> all = manifest.schema().getFields();
        List<Field> selected =
                selection.columns() == null ? all : Projection.of(selection.columns(), all, manifest.name());
        this.outputSchema = new Schema(selected, manifest.schema().getCustomMetadata());
        this.fields = withFilterColumns(selected, all, selection.filter());
        this.filter = selection.filter() == null
                ? null
                : BoundFilter.bind(selection.filter(), new Schema(fields), manifest.name());
        this.sample = selection.sampleRows() < 0
                ? null
                : RowSample.draw(selection.sampleRows(), selection.sampleSeed(), manifest.rows());
        this.selectionDigest = selection.digest();
        long begin = rankRow(manifest.rows(), selection.rank(), selection.world());
        long end = rankRow(manifest.rows(), selection.rank() + 1, selection.world());
        this.firstRow = resumeAt == null ? begin : checkedResume(resumeAt, begin, end);
        this.deliveredBefore = resumeAt == null ? 0 : resumeAt.delivered();
        this.endRow = endRow(end);
    }

    /** Plans a read from the start of the rank's rows, or from where {@code resumeAt} stands. */
    public static ReadPlan of(Manifest manifest, Selection selection, Checkpoint.@Nullable Sequential resumeAt) {
        return new ReadPlan(manifest, selection, resumeAt);
    }

    /** ⌊rank·N/world⌋ without overflow. */
    static long rankRow(long rows, long rank, long world) {
        return rows / world * rank + rows % world * rank / world;
    }

    private long endRow(long rankEnd) {
        if (selection.limit() < 0) {
            return rankEnd;
        }
        long left = Math.max(0, selection.limit() - deliveredBefore);
        boolean everyRowPasses = filter == null && sample == null;
        return left == 0 ? firstRow : everyRowPasses ? Math.min(rankEnd, saturatedSum(firstRow, left)) : rankEnd;
    }

    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** A resume must continue the same read: each field that differs is named with both values. */
    private long checkedResume(Checkpoint.Sequential state, long begin, long end) {
        requireSame("fingerprint", state.fingerprint(), manifest.fingerprint());
        requireSame("world", state.world(), selection.world());
        requireSame("rank", state.rank(), selection.rank());
        requireSame("filter", state.filter(), selectionDigest);
        if (state.nextRow() < begin || state.nextRow() > end) {
            throw ForebayException.corrupt("a checkpoint's next row must be one of its rank's: nextRow="
                    + state.nextRow() + ", firstRow=" + begin + ", endRow=" + end);
        }
        return state.nextRow();
    }

    static void requireSame(String field, @Nullable Object saved, @Nullable Object current) {
        if (!Objects.equals(saved, current)) {
            throw ForebayException.usage("a resumed read must have the same " + field
                    + " as its checkpoint: checkpoint=" + saved + ", now=" + current);
        }
    }

    private static List<Field> withFilterColumns(List<Field> selected, List<Field> all, @Nullable Filter filter) {
        if (filter == null) {
            return selected;
        }
        List<Field> fields = new ArrayList<>(selected);
        for (ColumnPath path : FilterColumns.of(filter)) {
            Field whole = Fields.find(all, path.root());
            Field present = Fields.find(fields, path.root());
            if (whole != null && present == null) {
                fields.add(whole);
            } else if (path.parts().size() > 1 && present != null && !present.equals(whole)) {
                throw ForebayException.unsupported(
                        "a filter on a struct needs the whole struct selected, or none of it: column=" + path);
            }
        }
        return fields;
    }

    /** Fails for a column that a format cannot read, before any byte is decoded. */
    public void requireReadable() {
        manifest.units().stream().map(ManifestUnit::file).distinct().forEach(file -> file.requireReadable(fields));
    }

    /** False when the unit holds none of the rows to read, or its statistics rule out that one of them passes. */
    public boolean needs(ManifestUnit unit) {
        return holdsWanted(unit)
                && (!prunes() || Objects.requireNonNull(filter).mayPass(UnitClaims.ofStatistics(unit, fields)));
    }

    /** Whether the unit holds one of the rows to read. */
    boolean holdsWanted(ManifestUnit unit) {
        return !wanted(unit, RowRanges.first(unit.rows())).isEmpty();
    }

    /** Whether claims about a unit may spare reading it. */
    boolean prunes() {
        return filter != null && selection.prune();
    }

    /** The wanted rows of a unit of which its indexes, which are read, do not rule out that they pass. */
    public RowRanges candidates(ManifestUnit unit, BufferAllocator allocator) {
        if (!prunes()) {
            return RowRanges.first(unit.rows());
        }
        try (UnitClaims claims = UnitClaims.open(unit, fields, allocator)) {
            return wanted(unit, claims.candidates(Objects.requireNonNull(filter), UnitClaims.Step.PAGE_INDEX));
        } catch (ForebayException e) {
            if (masks() && (e.kind() == Kind.CORRUPT || e.kind() == Kind.UNSUPPORTED)) {
                return RowRanges.first(unit.rows());
            }
            throw e;
        }
    }

    /** Those of some rows of a unit that lie within the read and, of a sample, near a row of it. */
    RowRanges wanted(ManifestUnit unit, RowRanges some) {
        RowRange read = new RowRange(firstRow - unit.firstRow(), endRow - unit.firstRow());
        return some.where(range -> {
            long from = unit.firstRow() + Math.max(range.first(), read.first());
            long to = unit.firstRow() + Math.min(range.end(), read.end());
            return from < to && (sample == null || sample.countWithin(from, to) > 0);
        });
    }

    /** The state after {@code delivered} more rows, with {@code nextRow} to come. */
    public Checkpoint checkpoint(long nextRow, long delivered) {
        return new Checkpoint.Sequential(
                manifest.fingerprint(),
                selection.rank(),
                selection.world(),
                nextRow,
                deliveredBefore + delivered,
                selectionDigest);
    }

    /** Whether the read goes on behind rows that cannot be read. */
    public boolean masks() {
        return selection.badRows().policy() != BadRows.Policy.FAIL;
    }

    public BadRows badRows() {
        return selection.badRows();
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The columns to read: those of the output first, then those that only the filter needs. */
    public List<Field> fields() {
        return fields;
    }

    /** The columns of the delivered batches. */
    public Schema outputSchema() {
        return outputSchema;
    }

    public @Nullable BoundFilter filter() {
        return filter;
    }

    /** The filter as text, or empty. */
    String filterText() {
        return selection.filter() == null ? "" : selection.filter().toString();
    }

    public @Nullable RowSample sample() {
        return sample;
    }

    /** The first global row to read. */
    public long firstRow() {
        return firstRow;
    }

    /** One past the last global row to read. */
    public long endRow() {
        return endRow;
    }

    /** Rows that may still be delivered; a limit counts after the filter. */
    public long deliverableRows() {
        return selection.limit() < 0 ? Long.MAX_VALUE : Math.max(0, selection.limit() - deliveredBefore);
    }

    public int batchRows() {
        return selection.batchRows();
    }

    public int threads() {
        return selection.threads();
    }

    /** Batches to decode ahead of the consumer, or −1 for as many as it takes. */
    public int prefetch() {
        return selection.prefetch();
    }
}
