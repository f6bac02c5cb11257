// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The contenders by name. Adding one is a line here and a value of {@link InferenceBenchmark#contender}. */
final class ScoreContenders {

    private static final Map<String, Function<ScoreRequest, ScoreContender>> ALL = Map.of(
            ForebayScoreContender.NAME_ONNX,
            ForebayScoreContender::onnx,
            ForebayScoreContender.NAME_DJL,
            ForebayScoreContender::djl,
            PlainLoopContender.NAME,
            PlainLoopContender::new,
            DjlPredictorContender.NAME,
            DjlPredictorContender::rowByRow,
            DjlPredictorContender.NAME_BATCHED,
            DjlPredictorContender::batched);

    private ScoreContenders() {}

    static List<String> names() {
        return ALL.keySet().stream().sorted().toList();
    }

    /** A new contender, its network loaded, which the caller closes. */
    static ScoreContender open(String name, ScoreRequest request) {
        Function<ScoreRequest, ScoreContender> contender = ALL.get(name);
        if (contender == null) {
            throw new IllegalArgumentException("contender must be one of " + names() + ": contender=" + name);
        }
        return contender.apply(request);
    }

    /** The contender whose outputs the others must reproduce; that one is held against the plainest. */
    static ScoreContender referenceFor(String name, ScoreRequest request) {
        return open(
                name.equals(ForebayScoreContender.NAME_ONNX)
                        ? PlainLoopContender.NAME
                        : ForebayScoreContender.NAME_ONNX,
                request);
    }
}
