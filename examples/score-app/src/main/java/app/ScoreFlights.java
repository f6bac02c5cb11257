// SPDX-License-Identifier: Apache-2.0
package app;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Forebay;
import io.forebay.inference.Device;
import io.forebay.inference.Model;
import io.forebay.inference.ScoreSummary;
import io.forebay.onnx.OnnxModel;
import io.forebay.parquet.ParquetSink;
import java.nio.file.Path;
import org.apache.arrow.vector.Float4Vector;

/** Scores the shipped flights and counts those that will probably be late: {@code java -jar score-app.jar FLIGHTS OUT}. */
public final class ScoreFlights {
    public static void main(String[] arguments) {
        Path flights = Path.of(arguments[0]);
        String out = arguments[1];
        try (Forebay forebay = Forebay.open();
                Model model = OnnxModel.of(flights.resolve("delay.onnx")).load(forebay)) {
            ScoreSummary summary = model.score(forebay.dataset(flights.resolve("data").toString()))
                    .keep("origin", "destination")
                    .writeTo(ParquetSink.at(out))
                    .resumable()
                    .run();
            long late = 0;
            try (BatchStream scores = forebay.dataset(out).select("delay_probability").stream()) {
                for (Batch batch : scores) {
                    try (batch) {
                        Float4Vector probability = (Float4Vector) batch.column("delay_probability");
                        for (int row = 0; row < batch.rows(); row++) {
                            late += probability.get(row) > 0.5f ? 1 : 0;
                        }
                    }
                }
            }
            System.out.printf("%d rows scored on %s, %d probably late%n", summary.rows(), Device.format(summary.device().used()), late);
        }
    }
}
