// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.avro.generic.GenericRecord;

/** The loop that an application writes by hand: parquet-avro's records into arrays, these into ONNX Runtime's Java API. */
final class PlainLoopContender implements ScoreContender {
    static final String NAME = "plain-loop";

    private final ScoreRequest request;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;

    PlainLoopContender(ScoreRequest request) {
        this.request = request;
        try {
            this.session = environment.createSession(request.onnx().toString());
        } catch (OrtException e) {
            throw new ScoreFailedException(NAME, request, e);
        }
        this.input = session.getInputNames().iterator().next();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScoreResult score() {
        ScoreTotal total = new ScoreTotal();
        float[][] batch = new float[request.batchRows()][request.network().width];
        int count = 0;
        try (FeatureRecords records = new FeatureRecords(NAME, request)) {
            for (GenericRecord row = records.next(); row != null; row = records.next()) {
                FeatureRecords.copy(row, batch[count++]);
                if (count == batch.length) {
                    total.addRows(run(batch));
                    count = 0;
                }
            }
            if (count > 0) {
                total.addRows(run(Arrays.copyOf(batch, count)));
            }
        } catch (OrtException e) {
            throw new ScoreFailedException(NAME, request, e);
        }
        return total.result();
    }

    private float[][] run(float[][] rows) throws OrtException {
        try (OnnxTensor tensor = tensor(rows);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    /** A matrix as it is; images as a buffer, since arrays of that many dimensions are what nobody would choose. */
    private OnnxTensor tensor(float[][] rows) throws OrtException {
        if (!request.network().takesImages) {
            return OnnxTensor.createTensor(environment, rows);
        }
        FloatBuffer values = FloatBuffer.allocate(rows.length * request.network().width);
        for (float[] row : rows) {
            values.put(row);
        }
        long[] shape = LongStream.concat(
                        LongStream.of(rows.length),
                        Arrays.stream(request.network().rowShape()))
                .toArray();
        return OnnxTensor.createTensor(environment, values.flip(), shape);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new ScoreFailedException(NAME, request, e);
        }
    }
}
