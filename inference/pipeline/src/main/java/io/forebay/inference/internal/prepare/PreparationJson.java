// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forebay.ForebayException;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Outcome;
import io.forebay.inference.prepare.Outcome.Choice;
import io.forebay.inference.prepare.Preparation;
import io.forebay.inference.prepare.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Preparations as JSON: steps and choices are objects that name their kind, beside what it needs. */
public final class PreparationJson {
    private static final Map<String, Class<? extends Step>> STEPS = Map.ofEntries(
            Map.entry("fill", Step.Fill.class),
            Map.entry("fillText", Step.FillText.class),
            Map.entry("standardise", Step.Standardise.class),
            Map.entry("minMax", Step.MinMax.class),
            Map.entry("log", Step.Log.class),
            Map.entry("clip", Step.Clip.class),
            Map.entry("cast", Step.Cast.class),
            Map.entry("lookup", Step.Lookup.class),
            Map.entry("oneHot", Step.OneHot.class),
            Map.entry("hashBucket", Step.HashBucket.class),
            Map.entry("datePart", Step.DatePart.class));

    private static final Map<String, Class<? extends Choice>> CHOICES = Map.of(
            "all", Choice.All.class,
            "argmax", Choice.Argmax.class,
            "threshold", Choice.Threshold.class,
            "topK", Choice.TopK.class);

    private static final String STEP = "step";
    private static final String CHOICE = "choice";

    /** A missing number must not become 0, nor a misspelt name nothing. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private PreparationJson() {}

    public static Preparation parse(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            requireNames(root, Set.of("features", "inputs", "outcomes"));
            List<Feature> features = new ArrayList<>();
            for (JsonNode feature : array(root, "features")) {
                features.add(feature(feature));
            }
            Map<String, List<String>> inputs = new LinkedHashMap<>();
            JsonNode fed = root.path("inputs");
            if (!fed.isMissingNode() && !fed.isObject()) {
                throw ForebayException.usage("a preparation's inputs must be an object: found=" + fed);
            }
            for (Map.Entry<String, JsonNode> input : fed.properties()) {
                inputs.put(input.getKey(), texts(input.getValue()));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (JsonNode outcome : array(root, "outcomes")) {
                outcomes.add(outcome(outcome));
            }
            return new Preparation(features, inputs, outcomes);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof ForebayException rule) { // a record's own
                throw rule;
            }
            throw ForebayException.usage(
                    "a preparation must be JSON with known names and all values: " + e.getOriginalMessage());
        }
    }

    private static Feature feature(JsonNode node) throws JsonProcessingException {
        requireNames(node, Set.of("name", "column", "steps"));
        String column = text(node, "column");
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : array(node, "steps")) {
            steps.add(parse(step, STEP, STEPS));
        }
        return new Feature(node.has("name") ? text(node, "name") : column, column, steps);
    }

    private static Outcome outcome(JsonNode node) throws JsonProcessingException {
        requireNames(node, Set.of("name", "output", "softmax", CHOICE, "labels"));
        String output = text(node, "output");
        Choice choice = node.has(CHOICE) ? parse(node.get(CHOICE), CHOICE, CHOICES) : new Choice.All();
        return new Outcome(
                node.has("name") ? text(node, "name") : output,
                output,
                node.has("softmax") && truth(node.get("softmax")),
                choice,
                node.has("labels") ? texts(node.get("labels")) : List.of());
    }

    /** An object whose member {@code kind} says which of the records it is. */
    private static <T> T parse(JsonNode node, String kind, Map<String, Class<? extends T>> kinds)
            throws JsonProcessingException {
        Class<? extends T> type = kinds.get(node.path(kind).asText());
        if (type == null) {
            throw ForebayException.usage("a " + kind + " must be one of "
                    + kinds.keySet().stream().sorted().toList() + ": " + kind + "=" + node);
        }
        ObjectNode members = node.deepCopy();
        members.remove(kind);
        return JSON.treeToValue(members, type);
    }

    private static void requireNames(JsonNode node, Set<String> known) {
        if (!node.isObject()) {
            throw ForebayException.usage("a preparation, and each of its parts, must be an object: found=" + node);
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!known.contains(member.getKey())) {
                throw ForebayException.usage("a preparation's names must be known: name=" + member.getKey() + ", known="
                        + known.stream().sorted().toList());
            }
        }
    }

    private static JsonNode array(JsonNode node, String name) {
        JsonNode array = node.path(name);
        if (!array.isMissingNode() && !array.isArray()) {
            throw ForebayException.usage("a preparation's " + name + " must be an array: found=" + array);
        }
        return array;
    }

    private static String text(JsonNode node, String name) {
        if (!node.path(name).isTextual()) {
            throw ForebayException.usage("a preparation's " + name + " must be text: found=" + node);
        }
        return node.get(name).asText();
    }

    private static boolean truth(JsonNode node) {
        if (!node.isBoolean()) {
            throw ForebayException.usage("a preparation's softmax must be true or false: found=" + node);
        }
        return node.booleanValue();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array) {
            if (text.isTextual()) {
                texts.add(text.textValue());
            }
        }
        if (!array.isArray() || texts.size() < array.size()) {
            throw ForebayException.usage("a preparation's names must be an array of texts: found=" + array);
        }
        return texts;
    }

    public static String write(Preparation preparation) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode features = root.putArray("features");
        for (Feature feature : preparation.features()) {
            ObjectNode node = features.addObject();
            node.put("name", feature.name()).put("column", feature.column());
            ArrayNode steps = node.putArray("steps");
            feature.steps().forEach(step -> steps.add(node(step, STEP, STEPS)));
        }
        root.set("inputs", JSON.valueToTree(preparation.inputs()));
        ArrayNode outcomes = root.putArray("outcomes");
        for (Outcome outcome : preparation.outcomes()) {
            ObjectNode node = outcomes.addObject();
            node.put("name", outcome.name()).put("output", outcome.output()).put("softmax", outcome.softmax());
            node.set(CHOICE, node(outcome.choice(), CHOICE, CHOICES));
            node.set("labels", JSON.valueToTree(outcome.labels()));
        }
        return root.toPrettyString();
    }

    private static <T> ObjectNode node(T part, String kind, Map<String, Class<? extends T>> kinds) {
        ObjectNode node = JSON.createObjectNode();
        kinds.forEach((name, type) -> {
            if (type.isInstance(part)) {
                node.put(kind, name);
            }
        });
        node.setAll((ObjectNode) JSON.valueToTree(part));
        return node;
    }
}
