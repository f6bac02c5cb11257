// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a stream does about rows that cannot be read. A row is bad if one of its columns cannot be decoded when the row is read alone:
 * its bytes are damaged, or need what Forebay does not do. That depends on nothing but the data, so that the same rows are bad for
 * every world size, number of threads, batch size and resume. What fails otherwise always ends the stream: storage that cannot be
 * read, a file that changed, a budget of memory that is too small.
 *
 * <p>Each stream has a budget of its own: it fails with a {@link ForebayException} of kind {@code corrupt} at the first batch that
 * takes it over {@link #atMost} or {@link #atMostShare}. Unless set, the budget is {@value #DEFAULT_SHARE} of the data set's rows,
 * rounded down. An immutable value.
 */
public final class BadRows {
    /** The share of a data set's rows that may be bad, unless it is set. */
    public static final double DEFAULT_SHARE = 0.01;

    private static final int UNSET = -1;
    private static final BadRows FAIL = new BadRows(Policy.FAIL, null, UNSET, UNSET);

    /** What happens to a bad row. */
    public enum Policy {
        /** The stream fails. */
        FAIL,
        /** The row keeps its slot in the batch, and is {@linkplain Batch#isValid not valid}. */
        MASK,
        /** As {@code MASK}, and the row is written down in a file. */
        QUARANTINE
    }

    private final Policy policy;
    private final @Nullable Path file;
    private final long rowsMax;
    private final double shareMax;

    private BadRows(Policy policy, @Nullable Path file, long rowsMax, double shareMax) {
        this.policy = policy;
        this.file = file;
        this.rowsMax = rowsMax;
        this.shareMax = shareMax;
    }

    /** The first bad row ends the stream: what streams do unless told otherwise. */
    public static BadRows fail() {
        return FAIL;
    }

    /** A bad row keeps its slot in the batch, and is not valid. */
    public static BadRows mask() {
        return new BadRows(Policy.MASK, null, UNSET, UNSET);
    }

    /**
     * As {@link #mask}, and each bad row is written to a local file, as a line of JSON with its {@code uri}, {@code unit}, {@code row}
     * within the unit, first bad {@code column} and {@code error}, before its batch is delivered. Rows that the file has already are not written again, so
     * that it may be kept from run to run. One stream at a time writes to a file.
     */
    public static BadRows quarantine(Path file) {
        return new BadRows(Policy.QUARANTINE, Objects.requireNonNull(file, "file"), UNSET, UNSET);
    }

    /**
     * At most so many bad rows in a stream. If only this is set, no share is a limit; if both are, the smaller budget is.
     *
     * @throws ForebayException of kind {@code usage} for a negative number
     */
    public BadRows atMost(long rows) {
        if (rows < 0) {
            throw ForebayException.usage("a budget of bad rows must not be negative: rows=" + rows);
        }
        return new BadRows(policy, file, rows, shareMax);
    }

    /**
     * At most this share of the data set's rows in a stream, whatever part of it the stream reads.
     *
     * @throws ForebayException of kind {@code usage} unless it lies between 0 and 1
     */
    public BadRows atMostShare(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw ForebayException.usage("a share of bad rows must lie between 0 and 1: share=" + share);
        }
        return new BadRows(policy, file, rowsMax, share);
    }

    public Policy policy() {
        return policy;
    }

    /** The file of a quarantine, else null. */
    public @Nullable Path file() {
        return file;
    }

    /** The bad rows that a stream of a data set of {@code datasetRows} rows may have. */
    public long budget(long datasetRows) {
        if (shareMax == UNSET && rowsMax != UNSET) {
            return rowsMax;
        }
        BigDecimal share = BigDecimal.valueOf(shareMax == UNSET ? DEFAULT_SHARE : shareMax);
        long rows = share.multiply(BigDecimal.valueOf(datasetRows)).longValue();
        return rowsMax == UNSET ? rows : Math.min(rowsMax, rows);
    }
}
