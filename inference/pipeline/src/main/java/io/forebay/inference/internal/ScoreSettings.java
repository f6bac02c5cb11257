// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Dataset;
import io.forebay.Sink;
import io.forebay.inference.ScoreProgress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a scoring run does. Immutable.
 *
 * @param dataset the rows
 * @param kept the input columns that are passed on
 * @param sink where the output goes
 * @param resume whether to go on after what the sink has committed
 * @param progress told now and then how far the run has come
 * @param deadline how long the run may take; null for as long as it takes
 */
public record ScoreSettings(
        Dataset dataset,
        Kept kept,
        Sink sink,
        boolean resume,
        Consumer<ScoreProgress> progress,
        @Nullable Duration deadline) {
    /** Passes no input column on and throws the output away. */
    public static ScoreSettings of(Dataset dataset) {
        return new ScoreSettings(dataset, Kept.these(List.of()), Sink.discard(), false, progress -> {}, null);
    }

    public ScoreSettings withKept(Kept value) {
        return new ScoreSettings(dataset, value, sink, resume, progress, deadline);
    }

    public ScoreSettings withSink(Sink value) {
        return new ScoreSettings(dataset, kept, value, resume, progress, deadline);
    }

    public ScoreSettings withResume() {
        return new ScoreSettings(dataset, kept, sink, true, progress, deadline);
    }

    public ScoreSettings withProgress(Consumer<ScoreProgress> value) {
        return new ScoreSettings(dataset, kept, sink, resume, value, deadline);
    }

    public ScoreSettings withDeadline(Duration value) {
        return new ScoreSettings(dataset, kept, sink, resume, progress, value);
    }

    /** Which input columns are passed on: all, or the chosen ones. */
    public record Kept(boolean all, List<String> chosen) {
        public static Kept everything() {
            return new Kept(true, List.of());
        }

        public static Kept these(List<String> columns) {
            return new Kept(false, List.copyOf(columns));
        }

        List<String> names(Schema schema) {
            return all ? schema.getFields().stream().map(Field::getName).toList() : chosen;
        }
    }
}
