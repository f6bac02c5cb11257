// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON form of checkpoints, version 1. */
public final class CheckpointJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int VERSION = 1;
    private static final String SEQUENTIAL = ReadOrder.SEQUENTIAL.name();
    private static final String SHUFFLED = ReadOrder.SHUFFLED.name();
    private static final String SHUFFLED_LOCAL = ReadOrder.SHUFFLED_LOCAL.name();
    private static final List<String> ORDERS = List.of(SEQUENTIAL, SHUFFLED, SHUFFLED_LOCAL);

    private CheckpointJson() {}

    public static String write(Checkpoint checkpoint) {
        ObjectNode node = JSON.createObjectNode().put("v", VERSION);
        if (checkpoint instanceof Checkpoint.Shuffled shuffled) {
            put(node, shuffled);
        } else if (checkpoint instanceof Checkpoint.LocallyFiltered local) {
            put(node, local);
        } else if (checkpoint instanceof Checkpoint.Sequential sequential) {
            put(node, sequential);
        }
        if (checkpoint.filter() != null) {
            node.put("filter", checkpoint.filter());
        }
        return node.toString();
    }

    private static void put(ObjectNode node, Checkpoint.Sequential state) {
        node.put("order", SEQUENTIAL)
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
                .put("order", SHUFFLED)
                .put("tail", shuffle.tail().name());
    }

    private static void put(ObjectNode node, Checkpoint.LocallyFiltered state) {
        put(node, state.place());
        node.put("order", SHUFFLED_LOCAL).put("rank", state.rank()).put("world", state.world());
    }

    public static Checkpoint read(String json) {
        if (json.length() > Checkpoint.JSON_BYTES_MAX) {
            throw ForebayException.corrupt("a checkpoint has at most " + Checkpoint.JSON_BYTES_MAX
                    + " characters: characters=" + json.length());
        }
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw ForebayException.corrupt("a checkpoint must be JSON: " + e.getOriginalMessage());
        }
        String order = node.path("order").asText();
        if (node.path("v").asInt() != VERSION || !ORDERS.contains(order)) {
            throw ForebayException.corrupt("a checkpoint must be of version " + VERSION + " and an order of " + ORDERS
                    + ": checkpoint=" + json);
        }
        if (order.equals(SHUFFLED_LOCAL)) {
            return locallyFiltered(node);
        }
        return order.equals(SHUFFLED) ? shuffled(node) : sequential(node);
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
        String tail = required(node, "tail").asText();
        if (Arrays.stream(Shuffle.Tail.values()).noneMatch(known -> known.name().equals(tail))) {
            throw ForebayException.corrupt(
                    "a checkpoint's tail must be one of " + Arrays.toString(Shuffle.Tail.values()) + ": tail=" + tail);
        }
        long seed = number(node, "seed", Long.MIN_VALUE, Long.MAX_VALUE);
        long epoch = number(node, "epoch", 0, Long.MAX_VALUE);
        int lanes = (int) number(node, "lanes", 1, Integer.MAX_VALUE);
        int window = (int) number(node, "window", 1, Integer.MAX_VALUE);
        Shuffle shuffle;
        try {
            shuffle = new Shuffle(seed, epoch, lanes, window, Shuffle.Tail.valueOf(tail));
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
        JsonNode value = required(node, name);
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
