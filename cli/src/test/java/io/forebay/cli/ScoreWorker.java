// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Forebay;
import io.forebay.inference.Model;
import io.forebay.onnx.OnnxModel;
import io.forebay.parquet.ParquetSink;
import java.nio.file.Path;

/** Scores a file in small parts, going on where an earlier worker stopped; made to be killed. */
final class ScoreWorker {
    private static final int PART_ROWS = 8_192;

    private ScoreWorker() {}

    public static void main(String[] arguments) {
        try (Forebay forebay = Forebay.open();
                Model model = OnnxModel.of(Path.of(arguments[1])).load(forebay)) {
            model.score(forebay.dataset(arguments[0]).batchRows(1_000))
                    .keepAll()
                    .writeTo(ParquetSink.at(arguments[2]).partRows(PART_ROWS))
                    .resumable()
                    .run();
        }
    }
}
