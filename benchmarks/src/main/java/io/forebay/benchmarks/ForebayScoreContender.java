// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.Forebay;
import io.forebay.Sink;
import io.forebay.inference.Model;
import io.forebay.inference.ModelFile;
import java.nio.file.Path;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Forebay itself with the settings that it comes with, on one of its engines. */
final class ForebayScoreContender implements ScoreContender {
    static final String NAME_ONNX = "forebay-onnx";
    static final String NAME_DJL = "forebay-djl";

    private final String name;
    private final ScoreRequest request;
    private final Forebay forebay;
    private final Model model;

    private ForebayScoreContender(String name, ScoreRequest request, Path file) {
        this.name = name;
        this.request = request;
        this.forebay = Forebay.open();
        try {
            this.model = ModelFile.of(file.toString()).load(forebay);
        } catch (RuntimeException e) {
            forebay.close();
            throw e;
        }
    }

    static ScoreContender onnx(ScoreRequest request) {
        return new ForebayScoreContender(NAME_ONNX, request, request.onnx());
    }

    static ScoreContender djl(ScoreRequest request) {
        return new ForebayScoreContender(NAME_DJL, request, request.torchScript());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ScoreResult score() {
        Summing sink = new Summing();
        model.score(forebay.dataset(request.data().toString()).batchRows(request.batchRows()))
                .writeTo(sink)
                .run();
        return sink.total.result();
    }

    @Override
    public void close() {
        model.close();
        forebay.close();
    }

    /** Sums up the one output, lists of floats. */
    private static final class Summing implements Sink, Sink.Writer {
        private final ScoreTotal total = new ScoreTotal();

        @Override
        public Writer open(Forebay forebay, Schema schema, boolean resume) {
            return this;
        }

        @Override
        public @Nullable Checkpoint committed() {
            return null;
        }

        @Override
        public void write(Batch batch) {
            total.countRows(batch.rows());
            for (FieldVector column : batch.columns()) {
                Float4Vector outputs = (Float4Vector) ((FixedSizeListVector) column).getDataVector();
                for (int i = 0; i < outputs.getValueCount(); i++) {
                    total.add(outputs.get(i));
                }
            }
        }

        @Override
        public void finish() {}

        @Override
        public int parts() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
