// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.BadRows;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Mixture;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What training reads epochs of: a data set, or a mixture of several.
 *
 * @param streams what is left of an epoch at a state, or from the start where there is none
 * @param steps how many steps are left at a state, or 0 where that is not known before
 * @param mayHavePlaceholders whether rows that could not be read may be among others
 */
record TrainingRows(
        Function<@Nullable Checkpoint, BatchStream> streams,
        ToLongFunction<Checkpoint> steps,
        boolean mayHavePlaceholders) {
    static TrainingRows of(Dataset dataset) {
        return new TrainingRows(
                state -> state == null ? dataset.stream() : dataset.stream(state),
                state -> state instanceof Checkpoint.Shuffled
                        ? dataset.order(state).steps()
                        : 0,
                dataset.badRows().policy() != BadRows.Policy.FAIL);
    }

    static TrainingRows of(Mixture mixture) {
        return new TrainingRows(
                state -> state == null ? mixture.stream() : mixture.stream(state),
                state -> mixture.order(state).steps(),
                false);
    }

    BatchStream stream(@Nullable Checkpoint from) {
        return streams.apply(from);
    }
}
