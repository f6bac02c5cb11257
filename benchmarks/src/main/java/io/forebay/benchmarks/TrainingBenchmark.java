// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forebay.Forebay;
import io.forebay.djl.StreamedDataset;
import io.forebay.djl.TrainingColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Trains the same network on the same shuffled rows, streamed from Parquet and from DJL's data set of arrays in memory, in turn, and
 * prints rows a second of each epoch, the medians and their ratio: {@code java -cp benchmarks.jar
 * io.forebay.benchmarks.TrainingBenchmark streamed,arrays DATA BATCH_ROWS HIDDEN EPOCHS}. The first float column is the label. One
 * contender alone tells how much memory it takes. On Linux.
 */
public final class TrainingBenchmark {
    private static final long SEED = 1;
    private static final String STREAMED = "streamed";

    private TrainingBenchmark() {}

    /**
     * What is measured.
     *
     * @param contenders {@code streamed} and {@code arrays}, or one of them
     * @param hidden units of the hidden layer
     * @param epochs measured, after one that is not
     */
    record Request(List<String> contenders, String data, int batchRows, int hidden, int epochs) {}

    public static void main(String[] arguments) throws Exception {
        Request request = new Request(
                Arrays.asList(arguments[0].split(",", -1)),
                arguments[1],
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        Map<String, List<Double>> rates = run(request);
        rates.forEach((name, values) -> System.out.printf(
                Locale.ROOT, "%s: median %,.0f rows/s of %s%n", name, median(values), rounded(values)));
        if (rates.size() == 2) {
            double ratio = median(Objects.requireNonNull(rates.get(STREAMED)))
                    / median(Objects.requireNonNull(rates.get("arrays")));
            System.out.printf(Locale.ROOT, "streamed / arrays: %.3f%n", ratio);
        }
        System.out.printf(Locale.ROOT, "most memory of the process: %s%n", peakResident());
    }

    /** Rows a second of each measured epoch, by contender. */
    static Map<String, List<Double>> run(Request request) throws Exception {
        Map.of(
                        "ai.djl.offline", "true",
                        "OPT_OUT_TRACKING", "true",
                        "ai.djl.pytorch.num_threads", "1",
                        "ai.djl.pytorch.num_interop_threads", "1")
                .forEach(System::setProperty);
        Map<String, List<Double>> rates = new TreeMap<>();
        try (Forebay forebay = Forebay.open();
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
                StreamedDataset streamed = streamed(forebay, request)) {
            Map<String, Dataset> data = new TreeMap<>();
            for (String name : request.contenders) {
                data.put(name, name.equals(STREAMED) ? streamed : arrays(forebay, request, manager));
                rates.put(name, new ArrayList<>());
            }
            for (int epoch = -1; epoch < request.epochs; epoch++) {
                for (String name : request.contenders) {
                    double rate = epoch(Objects.requireNonNull(data.get(name)), request);
                    if (epoch >= 0) {
                        Objects.requireNonNull(rates.get(name)).add(rate);
                    }
                }
            }
        }
        return rates;
    }

    private static List<String> columns(io.forebay.Dataset dataset) {
        return dataset.schema().getFields().stream()
                .filter(field -> field.getType() instanceof ArrowType.FloatingPoint)
                .map(Field::getName)
                .toList();
    }

    private static TrainingColumns training(List<String> columns) {
        return TrainingColumns.none()
                .input(columns.subList(1, columns.size()).toArray(String[]::new))
                .label(columns.get(0));
    }

    private static StreamedDataset streamed(Forebay forebay, Request request) {
        io.forebay.Dataset dataset = forebay.dataset(request.data);
        return StreamedDataset.of(dataset.shuffle(SEED).globalBatch(request.batchRows), training(columns(dataset)));
    }

    /** The same rows and columns, all in memory. */
    private static Dataset arrays(Forebay forebay, Request request, NDManager manager) {
        io.forebay.Dataset dataset = forebay.dataset(request.data);
        try (StreamedDataset rows = StreamedDataset.of(dataset, training(columns(dataset)));
                NDManager parts = manager.newSubManager()) {
            NDList inputs = new NDList();
            NDList labels = new NDList();
            for (Batch batch : rows.getData(parts)) {
                inputs.add(copy(batch.getData().singletonOrThrow(), parts));
                labels.add(copy(batch.getLabels().singletonOrThrow(), parts));
                batch.close();
            }
            NDArray allInputs = NDArrays.concat(inputs);
            NDArray allLabels = NDArrays.concat(labels);
            allInputs.attach(manager);
            allLabels.attach(manager);
            return new ArrayDataset.Builder()
                    .setData(allInputs)
                    .optLabels(allLabels)
                    .setSampling(request.batchRows, true, true)
                    .build();
        }
    }

    private static NDArray copy(NDArray array, NDManager manager) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }

    /** Trains a new network on one epoch; returns rows a second. */
    private static double epoch(Dataset data, Request request) throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed((int) SEED);
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.01f))
                        .build());
        try (Model model = network(request.hidden);
                Trainer trainer = model.newTrainer(config)) {
            long rows = 0;
            long started = System.nanoTime();
            for (Batch batch : trainer.iterateDataset(data)) {
                try (batch) {
                    if (rows == 0) {
                        trainer.initialize(batch.getData().getShapes());
                    }
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                    rows += batch.getSize();
                }
            }
            return rows / ((System.nanoTime() - started) / 1e9);
        }
    }

    private static Model network(int hidden) {
        Model model = Model.newInstance("mlp", Device.cpu(), "PyTorch");
        model.setBlock(new SequentialBlock()
                .add(Linear.builder().setUnits(hidden).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(1).build()));
        return model;
    }

    private static List<Long> rounded(List<Double> values) {
        return values.stream().map(Math::round).toList();
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static String peakResident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("unknown");
        }
    }
}
