// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A classifier of many random trees, as scikit-learn and its like export them: a label, and a map of probabilities. */
final class TreeEnsemble {
    static final String INPUT = "features";
    static final String LABEL = "label";
    static final String PROBABILITIES = "probability";

    private final int features;
    private final int classes;
    private final List<Long> treeIds = new ArrayList<>();
    private final List<Long> nodeIds = new ArrayList<>();
    private final List<Long> featureIds = new ArrayList<>();
    private final List<Float> thresholds = new ArrayList<>();
    private final List<String> modes = new ArrayList<>();
    private final List<Long> trueIds = new ArrayList<>();
    private final List<Long> falseIds = new ArrayList<>();
    private final List<Long> leafTrees = new ArrayList<>();
    private final List<Long> leafNodes = new ArrayList<>();
    private final List<Long> leafClasses = new ArrayList<>();
    private final List<Float> leafWeights = new ArrayList<>();

    /** Trees that are full down to {@code depth}, over features from 0 to 1. */
    TreeEnsemble(int trees, int depth, int features, int classes, long seed) {
        this.features = features;
        this.classes = classes;
        Random random = new Random(seed);
        int inner = (1 << depth) - 1;
        for (int tree = 0; tree < trees; tree++) {
            for (int node = 0; node < 2 * inner + 1; node++) {
                boolean leaf = node >= inner;
                treeIds.add((long) tree);
                nodeIds.add((long) node);
                featureIds.add(leaf ? 0L : random.nextInt(features));
                thresholds.add(leaf ? 0f : random.nextFloat());
                modes.add(leaf ? "LEAF" : "BRANCH_LEQ");
                trueIds.add(leaf ? 0L : 2L * node + 1);
                falseIds.add(leaf ? 0L : 2L * node + 2);
                for (int i = 0; leaf && i < classes; i++) {
                    leafTrees.add((long) tree);
                    leafNodes.add((long) node);
                    leafClasses.add((long) i);
                    leafWeights.add(random.nextFloat() / trees);
                }
            }
        }
    }

    /** The model; its classes are numbers from 10 on, or named. */
    OnnxFiles model(boolean namedClasses) {
        ProtoMessage labels = namedClasses
                ? OnnxFiles.attribute(
                        "classlabels_strings",
                        IntStream.range(0, classes).mapToObj(i -> "class " + i).toList())
                : OnnxFiles.attribute(
                        "classlabels_int64s", LongStream.range(10, 10 + classes).toArray());
        int labelType = namedClasses ? OnnxFiles.STRING : OnnxFiles.INT64;
        return new OnnxFiles()
                .input(INPUT, OnnxFiles.FLOAT, -1, features)
                .output(LABEL, labelType, -1)
                .mapOutput(PROBABILITIES, labelType)
                .classical(
                        "TreeEnsembleClassifier",
                        List.of(LABEL, "scores"),
                        List.of(
                                labels,
                                OnnxFiles.attribute("nodes_treeids", longs(treeIds)),
                                OnnxFiles.attribute("nodes_nodeids", longs(nodeIds)),
                                OnnxFiles.attribute("nodes_featureids", longs(featureIds)),
                                OnnxFiles.attribute("nodes_values", floats(thresholds)),
                                OnnxFiles.attribute("nodes_modes", modes),
                                OnnxFiles.attribute("nodes_truenodeids", longs(trueIds)),
                                OnnxFiles.attribute("nodes_falsenodeids", longs(falseIds)),
                                OnnxFiles.attribute("class_treeids", longs(leafTrees)),
                                OnnxFiles.attribute("class_nodeids", longs(leafNodes)),
                                OnnxFiles.attribute("class_ids", longs(leafClasses)),
                                OnnxFiles.attribute("class_weights", floats(leafWeights))),
                        INPUT)
                .classical("ZipMap", List.of(PROBABILITIES), List.of(labels), "scores");
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        Arrays.setAll(new Float[floats.length], i -> floats[i] = values.get(i));
        return floats;
    }
}
