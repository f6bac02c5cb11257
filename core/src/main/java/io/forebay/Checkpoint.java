// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.CheckpointJson;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream stands after a batch that its consumer took: enough to go on with exactly the rows that follow. An
 * immutable value of at most 1 KiB as JSON; taking one costs nothing.
 *
 * @param fingerprint digest of the data set's units and content, independent of where the data lies
 * @param rank which reader of {@code world} this is the state of
 * @param world how many readers share the data set
 * @param nextRow the global row to read next
 * @param delivered rows handed out since the start, after filters
 * @param filter digest of what selects rows, or null when every row is delivered
 */
public record Checkpoint(
        String fingerprint, int rank, int world, long nextRow, long delivered, @Nullable String filter) {
    /** The longest JSON text of a checkpoint. */
    public static final int JSON_BYTES_MAX = 1024;

    private static final Pattern DIGEST = Pattern.compile("[a-z0-9]{1,16}:[a-zA-Z0-9]{1,128}");

    public Checkpoint {
        requireDigest("fingerprint", fingerprint);
        if (filter != null) {
            requireDigest("filter", filter);
        }
    }

    private static void requireDigest(String name, String value) {
        if (!DIGEST.matcher(value).matches()) {
            throw ForebayException.corrupt("a checkpoint's " + name + " must be a digest: " + name + "=" + value);
        }
    }

    /** The checkpoint as one line of JSON. */
    public String toJson() {
        return CheckpointJson.write(this);
    }

    /** Reads what {@link #toJson} wrote; a {@code corrupt} error for anything else. */
    public static Checkpoint fromJson(String json) {
        return CheckpointJson.read(json);
    }
}
