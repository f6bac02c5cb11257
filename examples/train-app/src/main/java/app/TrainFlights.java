// SPDX-License-Identifier: Apache-2.0
package app;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.djl.StreamedDataset;
import io.forebay.inference.prepare.Preparation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Trains a network on flights: {@code java -jar train-app.jar DATA RUN [--epochs N] [--save-every N] [--stop-after N] [--resume]}.
 * Every so many batches its state goes to the folder RUN; killed at any time, {@code --resume} goes on from there, and ends with the same
 * parameters.
 */
public final class TrainFlights {
    private static final long SEED = 2001;
    private static final int BATCH_ROWS = 1024;
    private static final float LEARNING_RATE = 0.5f;
    private static final int REPORT_EVERY = 200;

    private final Options options;
    private final Preparation preparation;
    private final Model model;
    private final StreamedDataset flights;
    private long step;
    private double lossSum;
    private long lossRows;
    private boolean initialised;

    private TrainFlights(Options options, Preparation preparation, Model model, StreamedDataset flights) {
        this.options = options;
        this.preparation = preparation;
        this.model = model;
        this.flights = flights;
    }

    public static void main(String[] arguments) {
        // DJL is to look for PyTorch on the class path alone; one thread adds numbers up in the same order every time.
        Map.of(
                        "ai.djl.offline", "true",
                        "OPT_OUT_TRACKING", "true",
                        "ai.djl.pytorch.num_threads", "1",
                        "ai.djl.pytorch.num_interop_threads", "1")
                .forEach(System::setProperty);
        try {
            run(Options.parse(arguments));
        } catch (IllegalArgumentException e) {
            fail(2, e);
        } catch (Exception e) {
            fail(1, e);
        }
    }

    private static void fail(int status, Exception e) {
        boolean plain = e instanceof ForebayException || e instanceof IllegalArgumentException;
        System.err.println("train-app: " + (plain ? e.getMessage() : e));
        System.exit(status);
    }

    private static void run(Options options) throws Exception {
        Snapshot saved = Snapshot.latest(options.run());
        if (saved != null && !options.resume()) {
            throw new IllegalArgumentException("a run starts in a folder that has none, or with --resume: " + saved.folder());
        }
        Engine.getEngine("PyTorch").setRandomSeed((int) SEED);
        try (Forebay forebay = Forebay.open()) {
            Dataset data = forebay.dataset(options.data())
                    .shuffle(Shuffle.seed(SEED).tail(Tail.RAGGED))
                    .globalBatch(BATCH_ROWS);
            Preparation preparation = saved == null ? FlightDelays.preparation(forebay.dataset(options.data())) : saved.preparation();
            try (Model model = FlightDelays.network();
                    StreamedDataset flights = StreamedDataset.of(data, FlightDelays.columns(preparation))) {
                TrainFlights training = new TrainFlights(options, preparation, model, flights);
                if (saved != null) {
                    training.resume(saved);
                }
                training.train();
            }
        }
    }

    private void resume(Snapshot saved) throws Exception {
        saved.loadParameters(model);
        flights.resumeAt(saved.position());
        step = saved.step();
        lossSum = saved.lossSum();
        lossRows = saved.lossRows();
        System.err.printf("goes on after batch %d, from %s%n", step, saved.folder());
    }

    private void train() throws Exception {
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(LEARNING_RATE))
                        .build());
        try (Trainer trainer = model.newTrainer(config)) {
            long last = options.stopAfter() < 0 ? Long.MAX_VALUE : step + options.stopAfter();
            while (epoch() < options.epochs() && step < last) {
                trainEpoch(trainer, last);
            }
        }
        save();
    }

    /** Of the next batch, from 0: the position behind the last batch of an epoch is the start of the next. */
    private long epoch() {
        return ((Checkpoint.Shuffled) flights.checkpoint()).shuffle().epoch();
    }

    private void trainEpoch(Trainer trainer, long last) throws Exception {
        long epoch = epoch();
        for (Batch batch : trainer.iterateDataset(flights)) {
            try (batch) {
                learn(trainer, batch);
            }
            step++;
            if (step % REPORT_EVERY == 0) {
                System.err.printf(Locale.ROOT, "epoch %d, batch %d: loss %.6f%n", epoch + 1, step, lossSum / lossRows);
            }
            if (epoch() > epoch) {
                System.out.printf("epoch %d: loss %s over %d flights%n", epoch + 1, lossSum / lossRows, lossRows);
                lossSum = 0;
                lossRows = 0;
            }
            if (step % options.saveEvery() == 0) {
                save();
            }
            if (step == last) {
                System.err.printf("stopped after batch %d%n", step);
                return;
            }
        }
    }

    private void learn(Trainer trainer, Batch batch) {
        if (!initialised) { // what was loaded stays
            trainer.initialize(batch.getData().getShapes());
            initialised = true;
        }
        try (GradientCollector gradients = trainer.newGradientCollector()) {
            NDList predicted = trainer.forward(batch.getData());
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), predicted);
            gradients.backward(loss);
            lossSum += (double) loss.getFloat() * batch.getSize();
            lossRows += batch.getSize();
        }
        trainer.step();
    }

    private void save() throws IOException {
        Snapshot.write(options.run(), model, flights.checkpoint(), preparation, step, lossSum, lossRows);
    }

    /** What the command line asks for. */
    private record Options(String data, Path run, int epochs, int saveEvery, long stopAfter, boolean resume) {
        private static final String USAGE = "usage: DATA RUN [--epochs N] [--save-every N] [--stop-after N] [--resume]";

        static Options parse(String[] arguments) {
            if (arguments.length < 2) {
                throw new IllegalArgumentException(USAGE);
            }
            int epochs = 3;
            int saveEvery = 100;
            long stopAfter = -1;
            boolean resume = false;
            for (int i = 2; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--epochs" -> epochs = number(arguments, ++i);
                    case "--save-every" -> saveEvery = number(arguments, ++i);
                    case "--stop-after" -> stopAfter = number(arguments, ++i);
                    case "--resume" -> resume = true;
                    default -> throw new IllegalArgumentException("unknown option: " + arguments[i] + "; " + USAGE);
                }
            }
            return new Options(arguments[0], Path.of(arguments[1]), epochs, saveEvery, stopAfter, resume);
        }

        private static int number(String[] arguments, int at) {
            String text = at < arguments.length ? arguments[at] : "";
            if (!text.matches("[1-9][0-9]{0,8}")) {
                throw new IllegalArgumentException(
                        "an option must be followed by a positive number: " + arguments[at - 1] + " " + text);
            }
            return Integer.parseInt(text);
        }
    }
}
