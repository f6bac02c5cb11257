// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ForebayTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network learns from a stream, the same every time, and the same when it was interrupted. */
class TrainingTest extends ForebayTest {
    private static final int ROWS = 4096;
    private static final int BATCH_ROWS = 128;
    private static final TrainingColumns COLUMNS =
            TrainingColumns.none().input("a", "b").label("y");

    private final Engine torch = TorchRuntime.get();
    private Path data;

    /** {@code y = a·b}, which no linear layer knows. */
    @BeforeEach
    void write() {
        Random random = new Random(7);
        Object[] a = random.doubles(ROWS, -1, 1).boxed().toArray();
        Object[] b = random.doubles(ROWS, -1, 1).boxed().toArray();
        Object[] y = new Object[ROWS];
        for (int i = 0; i < ROWS; i++) {
            y[i] = (float) ((double) a[i] * (double) b[i]);
        }
        data = ColumnFiles.write(forebay, folder.resolve("data"), column("a", a), column("b", b), column("y", y));
    }

    @Test
    void aNetworkLearnsTheSameEveryTime() {
        List<Float> losses = losses(12);
        assertThat(losses.get(11)).isLessThan(losses.get(0) / 4);
        assertThat(losses(12)).isEqualTo(losses);
    }

    private List<Float> losses(int epochs) {
        List<Float> losses = new ArrayList<>();
        try (Model model = network();
                Trainer trainer = trainer(model);
                StreamedDataset rows = StreamedDataset.of(dataset(), COLUMNS)) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                float sum = 0;
                for (Batch batch : trainer.iterateDataset(rows)) {
                    try (batch) {
                        sum += step(trainer, batch);
                    }
                }
                losses.add(sum);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return losses;
    }

    @Test
    void easyTrainDoesTheSameAsALoop() throws Exception {
        float[] fitted;
        try (Model model = network();
                Trainer trainer = trainer(model);
                StreamedDataset rows = StreamedDataset.of(dataset(), COLUMNS)) {
            EasyTrain.fit(trainer, 2, rows, null);
            assertThat(((Checkpoint.Shuffled) rows.checkpoint()).shuffle().epoch())
                    .isEqualTo(2);
            fitted = parameters(model);
        }
        assertThat(fitted).isEqualTo(uninterrupted(2));
    }

    @Test
    void interruptedTrainingEqualsUninterrupted() throws Exception {
        float[] expected = uninterrupted(3);
        for (int stop : List.of(1, 17, 32, 33, 70)) { // 32 batches are an epoch
            String state;
            byte[] weights;
            try (Model model = network();
                    Trainer trainer = trainer(model);
                    StreamedDataset rows = StreamedDataset.of(dataset(), COLUMNS)) {
                train(trainer, rows, stop);
                state = rows.checkpoint().toJson();
                weights = weights(model);
            }
            try (Model model = network()) {
                model.getBlock()
                        .loadParameters(model.getNDManager(), new DataInputStream(new ByteArrayInputStream(weights)));
                try (Trainer trainer = trainer(model);
                        StreamedDataset rows = StreamedDataset.of(dataset(), COLUMNS)) {
                    rows.resumeAt(Checkpoint.fromJson(state));
                    train(trainer, rows, 3 * ROWS / BATCH_ROWS - stop);
                }
                assertThat(parameters(model)).isEqualTo(expected);
            }
        }
    }

    @Test
    void trainingThatFailsLeaksNothing() throws Exception {
        try (Model model = network();
                Trainer trainer = trainer(model);
                StreamedDataset rows = StreamedDataset.of(dataset(), COLUMNS.input("y"))) {
            assertThatThrownBy(() -> EasyTrain.fit(trainer, 1, rows, null)).isNotNull();
        }
        Object[] gap = {0.5, null, 0.25};
        Path some = ColumnFiles.write(
                forebay, folder.resolve("gap"), column("a", gap), column("b", gap), column("y", 1f, 2f, 3f));
        try (Model model = network();
                Trainer trainer = trainer(model);
                StreamedDataset rows = StreamedDataset.of(forebay.dataset(some.toString()), COLUMNS)) {
            assertThatThrownBy(() -> EasyTrain.fit(trainer, 1, rows, null))
                    .isInstanceOf(ForebayException.class)
                    .hasMessageEndingWith("[at column a, row 1]");
        }
    }

    private float[] uninterrupted(int epochs) throws Exception {
        try (Model model = network();
                Trainer trainer = trainer(model);
                StreamedDataset rows = StreamedDataset.of(dataset(), COLUMNS)) {
            train(trainer, rows, epochs * ROWS / BATCH_ROWS);
            return parameters(model);
        }
    }

    private static void train(Trainer trainer, StreamedDataset rows, int batches) throws Exception {
        int taken = 0;
        while (taken < batches) {
            for (Batch batch : trainer.iterateDataset(rows)) {
                try (batch) {
                    step(trainer, batch);
                }
                if (++taken == batches) {
                    break;
                }
            }
        }
    }

    private static float step(Trainer trainer, Batch batch) {
        float loss;
        try (var gradients = trainer.newGradientCollector()) {
            var predicted = trainer.forward(batch.getData());
            var error = trainer.getLoss().evaluate(batch.getLabels(), predicted);
            gradients.backward(error);
            loss = error.getFloat();
        }
        trainer.step();
        return loss;
    }

    private Dataset dataset() {
        return forebay.dataset(data.toString())
                .shuffle(Shuffle.seed(3).lanes(8).window(64))
                .globalBatch(BATCH_ROWS);
    }

    private Model network() {
        torch.setRandomSeed(11);
        Block block = new SequentialBlock()
                .add(Linear.builder().setUnits(16).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(1).build());
        Model model = Model.newInstance("mlp", Device.cpu(), TorchRuntime.NAME);
        model.setBlock(block);
        return model;
    }

    private static Trainer trainer(Model model) {
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.2f))
                        .build()));
        trainer.initialize(new Shape(BATCH_ROWS, 2));
        return trainer;
    }

    private static byte[] weights(Model model) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.getBlock().saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static float[] parameters(Model model) {
        List<Float> all = new ArrayList<>();
        model.getBlock().getParameters().values().forEach(parameter -> {
            for (float value : parameter.getArray().toFloatArray()) {
                all.add(value);
            }
        });
        float[] values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = all.get(i);
        }
        return values;
    }
}
