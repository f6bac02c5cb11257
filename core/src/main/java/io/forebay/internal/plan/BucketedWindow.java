// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ForebayException;
import io.forebay.MissingColumnException;
import io.forebay.Shuffle;
import io.forebay.Shuffle.LengthBuckets;
import java.util.Arrays;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows of similar length together within a window: by length, and where that is equal by their places in the permutation of the
 * window, rows are cut into buckets that differ by one row at most; buckets are permuted, in all lanes alike; in a bucket, rows keep
 * the order of the permutation. Needs no lengths but those of the window, so that readers need not know of each other. Not thread-safe.
 */
public final class BucketedWindow {
    /** What the permutation of buckets is for. */
    private static final long BUCKETS = 3;

    private final Shuffle shuffle;
    private final int bucketRows;

    /** Lengths, and below them places. */
    private final long[] keys;

    private final int[] arranged;
    private final int[] buckets;

    public BucketedWindow(Shuffle shuffle) {
        this.shuffle = shuffle;
        this.bucketRows = Objects.requireNonNull(shuffle.buckets()).rows();
        this.keys = new long[shuffle.window()];
        this.arranged = new int[shuffle.window()];
        this.buckets = new int[shuffle.window() / bucketRows + 1];
    }

    /** Refuses a column that has no lengths, or is not read. */
    static void requireFits(@Nullable LengthBuckets buckets, ReadPlan columns) {
        if (buckets == null) {
            return;
        }
        Field column = columns.outputSchema().getFields().stream()
                .filter(field -> field.getName().equals(buckets.column()))
                .findFirst()
                .orElseThrow(() -> new MissingColumnException(
                        buckets.column(),
                        columns.outputSchema().getFields().stream()
                                .map(Field::getName)
                                .toList(),
                        columns.manifest().name()));
        ArrowType type = column.getType();
        boolean hasLength = type instanceof ArrowType.Utf8
                || type instanceof ArrowType.Binary
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.LargeBinary
                || type instanceof ArrowType.Utf8View
                || type instanceof ArrowType.BinaryView
                || type instanceof ArrowType.List
                || type instanceof ArrowType.LargeList
                || type instanceof ArrowType.Map;
        if (!hasLength || column.getDictionary() != null) {
            throw ForebayException.unsupported("rows are put together by a column of strings, binary or lists: column="
                    + column.getName() + ", type=" + type + ", dictionary=" + (column.getDictionary() != null));
        }
    }

    /**
     * Changes the permutation of a window.
     *
     * @param permutation its {@code rows} rows in the order in which they would be taken
     * @param lengths of row i of the window the length is {@code lengths[first + i]}
     */
    public void arrange(int[] permutation, int rows, long window, int[] lengths, int first) {
        for (int place = 0; place < rows; place++) {
            keys[place] = (long) lengths[first + permutation[place]] << Integer.SIZE | place;
        }
        Arrays.sort(keys, 0, rows);
        int count = Math.max(1, rows / bucketRows);
        new Lw1(BUCKETS, shuffle.seed(), shuffle.epoch(), window).permute(buckets, count);
        int taken = 0;
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) buckets[i] * rows / count);
            int end = (int) ((long) (buckets[i] + 1) * rows / count);
            for (int key = from; key < end; key++) {
                arranged[taken++] = (int) keys[key];
            }
            Arrays.sort(arranged, taken - (end - from), taken);
        }
        for (int i = 0; i < rows; i++) {
            arranged[i] = permutation[arranged[i]];
        }
        System.arraycopy(arranged, 0, permutation, 0, rows);
    }
}
