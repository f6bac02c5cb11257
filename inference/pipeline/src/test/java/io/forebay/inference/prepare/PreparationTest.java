// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.prepare.Step.DatePart.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Preparations as values and as text. */
class PreparationTest {
    /** With each step and each choice. */
    private static final Preparation WHOLE = Preparation.none()
            .withFeature(Feature.of("a")
                    .fill(1.5)
                    .log(1)
                    .clip(-1, Double.MAX_VALUE)
                    .standardise(0.1, 1e-300)
                    .minMax(-3, 4)
                    .cast(Element.FLOAT64))
            .withFeature(Feature.of("b").fill("none").lookup(List.of("x", "ü\"\\"), -1))
            .withFeature(Feature.of("b").named("spread").oneHot(List.of("1", "2")))
            .withFeature(Feature.of("c").hashBucket(Integer.MAX_VALUE))
            .withFeature(Feature.of("d").named("year").datePart(Part.YEAR))
            .withInput("features", "a", "b", "year")
            .withInput("ids", "c")
            .withOutcome(Outcome.of("scores").withSoftmax())
            .withOutcome(Outcome.of("scores").named("late").argmax().labels("no", "yes"))
            .withOutcome(Outcome.of("scores").named("sure").threshold(0.9))
            .withOutcome(Outcome.of("scores").named("best").topK(2));

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        Path file = folder.resolve("model.onnx" + Preparation.SUFFIX);
        Files.writeString(file, WHOLE.toJson());
        assertThat(Preparation.read(file)).isEqualTo(WHOLE);
        assertThat(Preparation.read(file).toJson()).isEqualTo(WHOLE.toJson());
        assertThat(Preparation.parse(Preparation.none().toJson())).isEqualTo(Preparation.none());
        assertThat(Preparation.parse("{}")).isEqualTo(Preparation.none());
    }

    @Test
    void namesAreThoseOfColumnAndOutputUnlessTold() {
        Preparation read = Preparation.parse(
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"log\", \"offset\": 1}]}],"
                        + " \"outcomes\": [{\"output\": \"y\"}]}");
        assertThat(read)
                .isEqualTo(
                        Preparation.none().withFeature(Feature.of("a").log(1)).withOutcome(Outcome.of("y")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|a preparation, and each of its parts, must be an object: found=[]",
                "{\"feature\": []}|a preparation's names must be known: name=feature, known=[features, inputs, outcomes]",
                "{\"features\": {}}|a preparation's features must be an array: found={}",
                "{\"features\": [{\"steps\": []}]}|a preparation's column must be text: found={\"steps\":[]}",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"exp\"}]}]}|a step must be one of [cast, clip, ",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"log\"}]}]}|a preparation must be JSON with known names and all values: ",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"fill\", \"value\": \"1\"}]}]}|a preparation must be JSON with",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"log\", \"offset\": 1, \"base\": 2}]}]}|a preparation must be JSON",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"cast\", \"element\": \"INT4\"}]}]}|a preparation must be JSON with",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"lookup\", \"categories\": [\"a\", \"a\"], \"unknown\": 0}]}]}|categories must differ: categories=[a, a]",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"standardise\", \"mean\": 0, \"deviation\": 0}]}]}|a standard deviation must be positive: value=0.0",
                "{\"features\": [{\"column\": \"a\"}, {\"column\": \"a\"}]}|features must have different names: name=a",
                "{\"outcomes\": [{\"output\": \"y\", \"choice\": {\"choice\": \"topK\", \"count\": 0}}]}|the greatest must be one or more: count=0",
                "{\"outcomes\": [{\"output\": \"y\", \"labels\": [\"a\", \"a\"]}]}|labels must differ: labels=[a, a]",
                "{\"outcomes\": [{\"output\": \"y\", \"softmax\": \"yes\"}]}|a preparation's softmax must be true or false: found=\"yes\"",
                "{\"outcomes\": [{\"output\": \"y\", \"labels\": null}]}|a preparation's names must be an array of texts: found=null",
                "{\"outcomes\": [{\"output\": \"y\", \"labels\": [\"a\", null]}]}|a preparation's names must be an array of texts: ",
                "{\"inputs\": [\"a\"]}|a preparation's inputs must be an object: found=[\"a\"]",
                "{\"inputs\": {\"x\": null}}|a preparation's names must be an array of texts: found=null",
                "{\"inputs\": {\"x\": []}}|an input must be fed from a feature or a column: input=x",
                "{\"features\": [], \"features\": []}|a preparation must be JSON with known names and all values: Duplicate",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"cast\", \"element\": 0}]}]}|a preparation must be JSON with",
                "{\"features\": [{\"column\": \"a\", \"steps\": [{\"step\": \"lookup\", \"categories\": [], \"unknown\": 9007199254740993}]}]}|what stands for unknown categories must be from -2^53 to 2^53: unknown=9007199254740993",
                "{} {}|a preparation must be JSON with known names and all values: ",
                "{|a preparation must be JSON with known names and all values: "
            })
    void whatIsWrongIsSaid(String json, String message) throws Exception {
        assertThatThrownBy(() -> Preparation.parse(json))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
                .hasMessageStartingWith(message);
        Path file = folder.resolve("p.json");
        Files.writeString(file, json);
        assertThatThrownBy(() -> Preparation.read(file)).hasMessageContaining("[at " + file);
    }

    @Test
    void aMissingFileIsSaidSo() {
        assertThatThrownBy(() -> Preparation.read(folder.resolve("absent")))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO));
    }
}
