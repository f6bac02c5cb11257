// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.prepare;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.inference.internal.prepare.PreparationJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What is done to columns before a model sees them, and to its outputs afterwards. An immutable value, saved as JSON beside the
 * model: {@code model.onnx.forebay.json} is used with {@code model.onnx} where both are files of this machine. A model that is
 * loaded from elsewhere is given its preparation by the application.
 *
 * @param features in the order in which they fill a matrix that names no columns
 * @param inputs features and columns by the input that they feed, where names do not say it
 * @param outcomes in the order of their columns
 */
public record Preparation(List<Feature> features, Map<String, List<String>> inputs, List<Outcome> outcomes) {
    /** What a preparation's file has behind the name of its model's. */
    public static final String SUFFIX = ".forebay.json";

    public Preparation {
        features = List.copyOf(features);
        outcomes = List.copyOf(outcomes);
        Map<String, List<String>> ordered = new LinkedHashMap<>();
        inputs.forEach((input, names) -> {
            if (names.isEmpty()) {
                throw ForebayException.usage("an input must be fed from a feature or a column: input=" + input);
            }
            ordered.put(input, List.copyOf(names));
        });
        inputs = Collections.unmodifiableMap(ordered);
        TreeSet<String> names = new TreeSet<>();
        for (Feature feature : features) {
            if (!names.add(feature.name())) {
                throw ForebayException.usage("features must have different names: name=" + feature.name());
            }
        }
    }

    /** Nothing is done. */
    public static Preparation none() {
        return new Preparation(List.of(), Map.of(), List.of());
    }

    /**
     * Reads what {@link #toJson} writes.
     *
     * @throws ForebayException of kind {@code usage} for anything else
     */
    public static Preparation parse(String json) {
        return PreparationJson.parse(json);
    }

    /**
     * Reads a file.
     *
     * @throws ForebayException of kind {@code io} or {@code usage}
     */
    public static Preparation read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new ForebayException(
                    Kind.IO, "a preparation must be a readable file: " + e, Place.of(file.toString()), e);
        } catch (ForebayException e) {
            throw e.at(Place.of(file.toString()));
        }
    }

    public Preparation withFeature(Feature feature) {
        List<Feature> more = new ArrayList<>(features);
        more.add(feature);
        return new Preparation(more, inputs, outcomes);
    }

    /** Feeds {@code input} from these features and columns, in this order. */
    public Preparation withInput(String input, String... names) {
        Map<String, List<String>> more = new LinkedHashMap<>(inputs);
        more.put(input, List.of(names));
        return new Preparation(features, more, outcomes);
    }

    public Preparation withOutcome(Outcome outcome) {
        List<Outcome> more = new ArrayList<>(outcomes);
        more.add(outcome);
        return new Preparation(features, inputs, more);
    }

    /** The same as text. */
    public String toJson() {
        return PreparationJson.write(this);
    }
}
