// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Dataset;
import io.forebay.Sink;
import io.forebay.inference.ScoreProgress;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a scoring run does. Immutable.
 *
 * @param dataset the rows
 * @param kept the input columns that are passed on
 * @param sink where the output goes
 * @param resume whether to go on after what the sink has committed
 * @param progress told now and then how far the run has come
 */
public record ScoreSettings(Dataset dataset, Kept kept, Sink sink, boolean resume, Consumer<ScoreProgress> progress) {
    /** Passes no input column on and throws the output away. */
    public static ScoreSettings of(Dataset dataset) {
        return new ScoreSettings(dataset, Kept.these(List.of()), Sink.discard(), false, progress -> {});
    }

    public ScoreSettings withKept(Kept value) {
        return new ScoreSettings(dataset, value, sink, resume, progress);
    }

    public ScoreSettings withSink(Sink value) {
        return new ScoreSettings(dataset, kept, value, resume, progress);
    }

    public ScoreSettings withResume() {
        return new ScoreSettings(dataset, kept, sink, true, progress);
    }

    public ScoreSettings withProgress(Consumer<ScoreProgress> value) {
        return new ScoreSettings(dataset, kept, sink, resume, value);
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
