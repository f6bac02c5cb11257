// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Mixture;
import io.forebay.Shuffle;
import io.forebay.Shuffle.LengthBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON form of checkpoints, version 1. */
public final class CheckpointJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int VERSION = 1;
    private static final int MIXED_LENGTH_MAX = Checkpoint.JSON_BYTES_MAX * (1 + MixturePlan.SOURCES_MAX);

    private CheckpointJson() {}

    public static String write(Checkpoint checkpoint) {
        return node(checkpoint).toString();
    }

    private static ObjectNode node(Checkpoint checkpoint) {
        ObjectNode node = JSON.createObjectNode().put("v", VERSION);
        if (checkpoint instanceof Checkpoint.Shuffled shuffled) {
            put(node, shuffled);
        } else if (checkpoint instanceof Checkpoint.LocallyFiltered local) {
            put(node, local);
        } else if (checkpoint instanceof Checkpoint.Sequential sequential) {
            put(node, sequential);
        } else if (checkpoint instanceof Checkpoint.Mixed mixed) {
            put(node, mixed);
        }
        if (checkpoint.filter() != null) {
            node.put("filter", checkpoint.filter());
        }
        return node;
    }

    private static void put(ObjectNode node, Checkpoint.Mixed state) {
        node.put("order", ReadOrder.MIXED.name())
                .put("until", state.until().name())
                .put("epoch", state.epoch())
                .put("nextRow", state.nextRow())
                .put("globalBatch", state.globalBatch());
        ArrayNode weights = node.putArray("weights");
        state.weights().forEach(weights::add);
        ArrayNode parts = node.putArray("parts");
        state.parts().forEach(part -> parts.add(node(part)));
    }

    private static void put(ObjectNode node, Checkpoint.Sequential state) {
        node.put("order", ReadOrder.SEQUENTIAL.name())
                .put("fingerprint", state.fingerprint())
                .put("rank", state.rank())
                .put("world", state.world())
                .put("nextRow", state.nextRow())
                .put("delivered", state.delivered());
    }

    private static void put(ObjectNode node, Checkpoint.Shuffled state) {
        Shuffle shuffle = state.shuffle();
        node.put("algo", Shuffle.ALGORITHM)
                .put("fingerprint", state.fingerprint())
                .put("seed", shuffle.seed())
                .put("epoch", shuffle.epoch())
                .put("nextRow", state.nextRow())
                .put("globalBatch", state.globalBatch())
                .put("lanes", shuffle.lanes())
                .put("window", shuffle.window())
                .put("order", ReadOrder.SHUFFLED.name())
                .put("tail", shuffle.tail().name());
        if (shuffle.buckets() != null) {
            node.put("bucketColumn", shuffle.buckets().column())
                    .put("bucketRows", shuffle.buckets().rows());
        }
    }

    private static void put(ObjectNode node, Checkpoint.LocallyFiltered state) {
        put(node, state.place());
        node.put("order", ReadOrder.SHUFFLED_LOCAL.name())
                .put("rank", state.rank())
                .put("world", state.world());
    }

    public static Checkpoint read(String json) {
        int lengthMax = json.contains(ReadOrder.MIXED.name()) ? MIXED_LENGTH_MAX : Checkpoint.JSON_BYTES_MAX;
        if (json.length() > lengthMax) {
            throw ForebayException.corrupt(
                    "a checkpoint has at most " + lengthMax + " characters: characters=" + json.length());
        }
        try {
            return read(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw ForebayException.corrupt("a checkpoint must be JSON: " + e.getOriginalMessage());
        }
    }

    private static Checkpoint read(JsonNode node) {
        String named = node.path("order").asText();
        ReadOrder order = Arrays.stream(ReadOrder.values())
                .filter(known -> known.name().equals(named))
                .findFirst()
                .orElse(null);
        if (node.path("v").asInt() != VERSION || order == null) {
            throw ForebayException.corrupt("a checkpoint must be of version " + VERSION + " and an order of "
                    + Arrays.toString(ReadOrder.values()) + ": checkpoint=" + node);
        }
        return switch (order) {
            case SEQUENTIAL -> sequential(node);
            case SHUFFLED -> shuffled(node);
            case SHUFFLED_LOCAL -> locallyFiltered(node);
            case MIXED -> mixed(node);
        };
    }

    private static Checkpoint mixed(JsonNode node) {
        List<Integer> weights = new ArrayList<>();
        List<Checkpoint.Shuffled> parts = new ArrayList<>();
        for (JsonNode weight : required(node, "weights")) {
            weights.add((int) number("weight", weight, 1, Integer.MAX_VALUE));
        }
        for (JsonNode part : required(node, "parts")) {
            if (!(read(part) instanceof Checkpoint.Shuffled shuffled)) {
                throw ForebayException.corrupt(
                        "a part of a mixture's state must be of order " + ReadOrder.SHUFFLED + ": part=" + part);
            }
            parts.add(shuffled);
        }
        if (weights.size() != parts.size() || parts.isEmpty() || parts.size() > MixturePlan.SOURCES_MAX) {
            throw ForebayException.corrupt("a mixture's state must have a weight for each part, and at most "
                    + MixturePlan.SOURCES_MAX + ": weights=" + weights.size() + ", parts=" + parts.size());
        }
        return new Checkpoint.Mixed(
                weights,
                constant(node, "until", Mixture.Until.values()),
                number(node, "epoch", 0, Long.MAX_VALUE),
                (int) number(node, "globalBatch", 1, Integer.MAX_VALUE),
                number(node, "nextRow", 0, Long.MAX_VALUE),
                parts);
    }

    /** The constant of this name. */
    private static <E extends Enum<E>> E constant(JsonNode node, String name, E[] constants) {
        String text = required(node, name).asText();
        return Arrays.stream(constants)
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> ForebayException.corrupt("a checkpoint's " + name + " must be one of "
                        + Arrays.toString(constants) + ": " + name + "=" + text));
    }

    private static Checkpoint locallyFiltered(JsonNode node) {
        return new Checkpoint.LocallyFiltered(shuffled(node), (int) number(node, "rank", 0, Integer.MAX_VALUE), (int)
                number(node, "world", 1, Integer.MAX_VALUE));
    }

    private static Checkpoint sequential(JsonNode node) {
        return new Checkpoint.Sequential(
                required(node, "fingerprint").asText(),
                (int) number(node, "rank", 0, Integer.MAX_VALUE),
                (int) number(node, "world", 0, Integer.MAX_VALUE),
                number(node, "nextRow", 0, Long.MAX_VALUE),
                number(node, "delivered", 0, Long.MAX_VALUE),
                filter(node));
    }

    private static Checkpoint.Shuffled shuffled(JsonNode node) {
        String algorithm = required(node, "algo").asText();
        if (!algorithm.equals(Shuffle.ALGORITHM)) {
            throw ForebayException.usage("a resumed read must have the same algo as its checkpoint: checkpoint="
                    + algorithm + ", now=" + Shuffle.ALGORITHM);
        }
        Shuffle.Tail tail = constant(node, "tail", Shuffle.Tail.values());
        long seed = number(node, "seed", Long.MIN_VALUE, Long.MAX_VALUE);
        long epoch = number(node, "epoch", 0, Long.MAX_VALUE);
        int lanes = (int) number(node, "lanes", 1, Integer.MAX_VALUE);
        int window = (int) number(node, "window", 1, Integer.MAX_VALUE);
        JsonNode bucketColumn = node.hasNonNull("bucketColumn") ? node.get("bucketColumn") : null;
        int bucketRows = bucketColumn == null ? 0 : (int) number(node, "bucketRows", 1, Integer.MAX_VALUE);
        Shuffle shuffle;
        try {
            LengthBuckets buckets = bucketColumn == null ? null : new LengthBuckets(bucketColumn.asText(), bucketRows);
            shuffle = new Shuffle(seed, epoch, lanes, window, tail, buckets);
        } catch (ForebayException e) {
            throw ForebayException.corrupt("a checkpoint's " + e.getMessage());
        }
        return new Checkpoint.Shuffled(
                required(node, "fingerprint").asText(),
                shuffle,
                (int) number(node, "globalBatch", 1, Integer.MAX_VALUE),
                number(node, "nextRow", 0, Long.MAX_VALUE),
                filter(node));
    }

    private static @Nullable String filter(JsonNode node) {
        return node.hasNonNull("filter") ? node.get("filter").asText() : null;
    }

    private static long number(JsonNode node, String name, long least, long most) {
        return number(name, required(node, name), least, most);
    }

    private static long number(String name, JsonNode value, long least, long most) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw ForebayException.corrupt("a checkpoint's " + name + " must be a whole number from " + least + " to "
                    + most + ": " + name + "=" + value);
        }
        return value.asLong();
    }

    private static JsonNode required(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw ForebayException.corrupt("a checkpoint must have " + name + ": checkpoint=" + node);
        }
        return value;
    }
}
