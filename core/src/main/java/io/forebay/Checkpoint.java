// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.CheckpointJson;
import io.forebay.internal.plan.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream stands after a batch that its consumer took: enough to go on with exactly the rows that follow. An
 * immutable value of at most 1 KiB as JSON for each data set; taking one costs nothing.
 */
public sealed interface Checkpoint {
    /** The longest JSON text of a checkpoint; of a mixture, for each data set, and as much again. */
    int JSON_BYTES_MAX = 1024;

    /** Digest of the data set's units and content, independent of where the data lies. */
    String fingerprint();

    /** The row to read next: a global row of the data set, or, in a shuffled order, a place in that order. */
    long nextRow();

    /** Digest of what selects rows, or null when every row is delivered. */
    @Nullable
    String filter();

    /** The checkpoint as one line of JSON. */
    default String toJson() {
        return CheckpointJson.write(this);
    }

    /** Reads what {@link #toJson} wrote; a {@code corrupt} error for anything else. */
    static Checkpoint fromJson(String json) {
        return CheckpointJson.read(json);
    }

    /**
     * The state of one reader in the order of the data set.
     *
     * @param rank which reader of {@code world} this is the state of
     * @param world how many readers share the data set
     * @param delivered rows handed out since the start, after filters
     */
    record Sequential(String fingerprint, int rank, int world, long nextRow, long delivered, @Nullable String filter)
            implements Checkpoint {
        public Sequential {
            Digest.require("fingerprint", fingerprint);
            Digest.require("filter", filter);
        }
    }

    /**
     * The state of all readers in a shuffled order: it is the same for each of them, and any number of them may go on from it. After
     * the last batch of an epoch it stands at the start of the next one.
     *
     * @param shuffle the order, with the epoch that comes next
     * @param globalBatch rows that all readers take in one step
     */
    record Shuffled(String fingerprint, Shuffle shuffle, int globalBatch, long nextRow, @Nullable String filter)
            implements Checkpoint {
        public Shuffled {
            Digest.require("fingerprint", fingerprint);
            Digest.require("filter", filter);
            if (globalBatch < 1) {
                throw ForebayException.usage("a global batch must have rows: globalBatch=" + globalBatch);
            }
        }

        /** The same place, to go on with global batches of another size: no row is lost or repeated. */
        public Shuffled withGlobalBatch(int rows) {
            return new Shuffled(fingerprint, shuffle, rows, nextRow, filter);
        }
    }

    /**
     * The state of all readers of a mixture: it is the same for each of them, and any number of them may go on from it. After the
     * last batch of an epoch it stands at the start of the next one.
     *
     * @param weights of the data sets, in their order
     * @param until when an epoch ends
     * @param epoch the mixture's epoch that comes next
     * @param globalBatch rows that all readers take in one step
     * @param nextRow the place of the mixture that comes next
     * @param parts of each data set the place that comes next
     */
    record Mixed(
            List<Integer> weights, Mixture.Until until, long epoch, int globalBatch, long nextRow, List<Shuffled> parts)
            implements Checkpoint {
        public Mixed {
            weights = List.copyOf(weights);
            parts = List.copyOf(parts);
            if (weights.size() != parts.size() || parts.isEmpty()) {
                throw ForebayException.usage("a mixture's state must have a weight for each part: weights="
                        + weights.size() + ", parts=" + parts.size());
            }
        }

        /** Digest of the fingerprints of all parts. */
        @Override
        public String fingerprint() {
            Digest digest = new Digest();
            parts.forEach(part -> digest.add(part.fingerprint()));
            return digest.finish();
        }

        /** Null: each part has its own. */
        @Override
        public @Nullable String filter() {
            return null;
        }
    }

    /**
     * The state of one reader in a shuffled order of all rows, of which its filter drops some as they stream: see {@link
     * Dataset#filterLocally}. After the reader's last batch of an epoch it stands at the start of the next one.
     *
     * @param place where in the order: its next row is the reader's first one that was neither delivered nor dropped, its filter
     *     never null
     * @param rank which reader of {@code world} this is the state of
     * @param world how many readers share the data set
     */
    record LocallyFiltered(Shuffled place, int rank, int world) implements Checkpoint {
        public LocallyFiltered {
            if (place.filter() == null) {
                throw ForebayException.corrupt("a checkpoint of a filtered order must have filter: filter=null");
            }
        }

        @Override
        public String fingerprint() {
            return place.fingerprint();
        }

        @Override
        public long nextRow() {
            return place.nextRow();
        }

        @Override
        public @Nullable String filter() {
            return place.filter();
        }
    }
}
