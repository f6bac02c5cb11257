// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;

/** The JSON form of checkpoints: version 1, order SEQUENTIAL. */
public final class CheckpointJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int VERSION = 1;
    private static final String ORDER = "SEQUENTIAL";

    private CheckpointJson() {}

    public static String write(Checkpoint checkpoint) {
        ObjectNode node = JSON.createObjectNode()
                .put("v", VERSION)
                .put("order", ORDER)
                .put("fingerprint", checkpoint.fingerprint())
                .put("rank", checkpoint.rank())
                .put("world", checkpoint.world())
                .put("nextRow", checkpoint.nextRow())
                .put("delivered", checkpoint.delivered());
        if (checkpoint.filter() != null) {
            node.put("filter", checkpoint.filter());
        }
        return node.toString();
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
        if (node.path("v").asInt() != VERSION
                || !ORDER.equals(node.path("order").asText())) {
            throw ForebayException.corrupt(
                    "a checkpoint must be of version " + VERSION + " and order " + ORDER + ": checkpoint=" + json);
        }
        return new Checkpoint(
                required(node, "fingerprint").asText(),
                (int) number(node, "rank", Integer.MAX_VALUE),
                (int) number(node, "world", Integer.MAX_VALUE),
                number(node, "nextRow", Long.MAX_VALUE),
                number(node, "delivered", Long.MAX_VALUE),
                node.hasNonNull("filter") ? node.get("filter").asText() : null);
    }

    private static long number(JsonNode node, String name, long max) {
        JsonNode value = required(node, name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0 || value.asLong() > max) {
            throw ForebayException.corrupt(
                    "a checkpoint's " + name + " must be a whole number from 0 to " + max + ": " + name + "=" + value);
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
