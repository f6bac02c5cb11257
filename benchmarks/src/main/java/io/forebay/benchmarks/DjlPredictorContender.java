// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/** DJL's own way: a predictor, and a translator that turns parquet-avro's records into arrays and results into floats. */
final class DjlPredictorContender implements ScoreContender {
    static final String NAME = "djl-predictor";
    static final String NAME_BATCHED = "djl-predictor-batched";

    private static final String ENGINE = "PyTorch";

    private final String name;
    private final ScoreRequest request;

    /** Rows that go to the predictor at once. */
    private final int rowsAtOnce;

    private final Model model;

    private DjlPredictorContender(String name, ScoreRequest request, int rowsAtOnce) {
        this.name = name;
        this.request = request;
        this.rowsAtOnce = rowsAtOnce;
        this.model = load(name, request);
    }

    static ScoreContender rowByRow(ScoreRequest request) {
        return new DjlPredictorContender(NAME, request, 1);
    }

    static ScoreContender batched(ScoreRequest request) {
        return new DjlPredictorContender(NAME_BATCHED, request, request.batchRows());
    }

    private static Model load(String name, ScoreRequest request) {
        requireNatives();
        Model model = Model.newInstance(request.torchScript().toString(), Device.cpu(), ENGINE);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(request.torchScript()))) {
            model.load(in);
            return model;
        } catch (IOException | MalformedModelException e) {
            model.close();
            throw new ScoreFailedException(name, request, e);
        }
    }

    /** Asks for the engine, which DJL sets up on first use: without telling anybody, and without a download. */
    private static void requireNatives() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        try {
            Engine.getEngine(ENGINE);
        } catch (EngineException | IllegalArgumentException | LinkageError e) {
            throw new IllegalStateException(
                    "PyTorch's native libraries must be on the class path: package the benchmarks with -Dpytorch, or add"
                            + " ai.djl.pytorch:pytorch-jni, and pytorch-native-cpu for this platform",
                    e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ScoreResult score() {
        ScoreTotal total = new ScoreTotal();
        try (FeatureRecords records = new FeatureRecords(name, request);
                Predictor<GenericRecord, float[]> predictor =
                        model.newPredictor(new RecordTranslator(request.network()))) {
            List<GenericRecord> rows = new ArrayList<>(rowsAtOnce);
            for (GenericRecord row = records.next(); row != null; row = records.next()) {
                rows.add(row);
                if (rows.size() == rowsAtOnce) {
                    predict(predictor, rows, total);
                    rows.clear();
                }
            }
            if (!rows.isEmpty()) {
                predict(predictor, rows, total);
            }
        } catch (TranslateException e) {
            throw new ScoreFailedException(name, request, e);
        }
        return total.result();
    }

    private void predict(Predictor<GenericRecord, float[]> predictor, List<GenericRecord> rows, ScoreTotal total)
            throws TranslateException {
        if (rowsAtOnce == 1) {
            total.addRow(predictor.predict(rows.get(0)));
        } else {
            predictor.batchPredict(rows).forEach(total::addRow);
        }
    }

    @Override
    public void close() {
        model.close();
    }

    /** An array for each row, which the predictor stacks, and splits what comes out: a translator's default. */
    private static final class RecordTranslator implements Translator<GenericRecord, float[]> {
        private final Shape rowShape;
        private final int width;

        RecordTranslator(Network network) {
            this.rowShape = new Shape(network.rowShape());
            this.width = network.width;
        }

        @Override
        public NDList processInput(TranslatorContext context, GenericRecord row) {
            float[] features = new float[width];
            FeatureRecords.copy(row, features);
            return new NDList(context.getNDManager().create(features, rowShape));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList outputs) {
            return outputs.singletonOrThrow().toFloatArray();
        }
    }
}
