// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Shuffle;
import io.forebay.StepOrder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forebay order}: which rows a reader gets in which step. */
@Command(
        name = "order",
        description = "Prints which rows a reader of a shuffled order gets, one JSON line a step; reads no data pages.")
final class OrderCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files, folders, globs or URIs of one data set.")
    private List<String> paths;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "A signed 64-bit integer; that of --from if there is one.")
    private @Nullable Long seed;

    @Option(names = "--epoch", paramLabel = "E", description = "Which pass, from 0; that of --from if there is one.")
    private @Nullable Long epoch;

    @Option(
            names = "--world",
            paramLabel = "R",
            description = "Readers that share the data; ${DEFAULT-VALUE} unless given.")
    private int world = 1;

    @Option(names = "--rank", paramLabel = "r", description = "Which of them, from 0; ${DEFAULT-VALUE} unless given.")
    private int rank;

    @Option(
            names = "--global-batch",
            paramLabel = "GB",
            description = "Rows that all readers take in a step; that of --from if there is one.")
    private @Nullable Integer globalBatch;

    @Option(names = "--lanes", paramLabel = "C", description = "Places read at once; 48, or those of --from.")
    private @Nullable Integer lanes;

    @Option(
            names = "--window",
            paramLabel = "W",
            description = "Rows permuted with each other; 1024, or those of --from.")
    private @Nullable Integer window;

    @Option(
            names = "--tail",
            description = "What becomes of rows that fill no batch: ${COMPLETION-CANDIDATES}; DROP, or that of --from.")
    private Shuffle.@Nullable Tail tail;

    @Option(names = "--from", paramLabel = "STATE", description = "Where to go on: a state, or @FILE that holds one.")
    private @Nullable String from;

    @Option(names = "--steps", paramLabel = "N", description = "Steps at most; to the epoch's end unless given.")
    private @Nullable Long steps;

    @Mixin
    private StorageOptions stores;

    @Override
    public Integer call() throws IOException {
        if (steps != null && steps < 0) {
            throw ForebayException.usage("steps must not be negative: steps=" + steps);
        }
        Checkpoint.Shuffled state = from == null ? null : state(from);
        try (Forebay forebay = stores.forebay().build()) {
            Dataset dataset = forebay.dataset(paths)
                    .shuffle(shuffle(state))
                    .globalBatch(batch(state))
                    .shard(rank, world);
            print(state == null ? dataset.order() : dataset.order(state.withGlobalBatch(batch(state))));
        }
        return 0;
    }

    private static Checkpoint.Shuffled state(String text) {
        String json = text.startsWith("@") ? read(Path.of(text.substring(1))) : text;
        if (Checkpoint.fromJson(json.strip()) instanceof Checkpoint.Shuffled shuffled) {
            return shuffled;
        }
        throw ForebayException.usage(
                "the state must be that of a shuffled order that has no local filter: state=" + json);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "the file of a state must be readable: " + e, e);
        }
    }

    private Shuffle shuffle(Checkpoint.@Nullable Shuffled state) {
        Shuffle order = state == null ? Shuffle.seed(required("--seed", seed)) : state.shuffle();
        requireSame("seed", order.seed(), seed);
        if (state != null) {
            requireSame("epoch", order.epoch(), epoch);
        }
        order = state == null ? order.epoch(required("--epoch", epoch)) : order;
        order = lanes == null ? order : order.lanes(lanes);
        order = window == null ? order : order.window(window);
        return tail == null ? order : order.tail(tail);
    }

    private static void requireSame(String name, long ofState, @Nullable Long asked) {
        if (asked != null && asked != ofState) {
            throw ForebayException.usage("a resumed order must have the same " + name + " as its state: state="
                    + ofState + ", " + name + "=" + asked);
        }
    }

    private int batch(Checkpoint.@Nullable Shuffled state) {
        return state != null && globalBatch == null ? state.globalBatch() : required("--global-batch", globalBatch);
    }

    private static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw ForebayException.usage("an order that does not go on from a state needs " + option);
        }
        return value;
    }

    private void print(StepOrder order) throws IOException {
        long count = steps == null ? order.steps() : Math.min(steps, order.steps());
        OutputStream out = Output.standard();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.setRootValueSeparator(null);
            for (long step = 0; step < count; step++) {
                long[] rows = order.rows(step); // which may be refused: before anything of the line is written
                json.writeStartObject();
                json.writeNumberField("step", step);
                json.writeArrayFieldStart("rows");
                for (long row : rows) {
                    if (row == StepOrder.PADDING) {
                        json.writeNull();
                    } else {
                        json.writeNumber(row);
                    }
                }
                json.writeEndArray();
                json.writeFieldName("state");
                json.writeRawValue(order.stateAfter(step).toJson());
                json.writeEndObject();
                json.writeRaw('\n');
            }
        }
    }
}
