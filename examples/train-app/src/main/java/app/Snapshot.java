// SPDX-License-Identifier: Apache-2.0
package app;

import ai.djl.Model;
import io.forebay.Checkpoint;
import io.forebay.inference.prepare.Preparation;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where training stands after a batch: the place in the data, the parameters that were learnt up to there, and the sum of the losses of
 * the epoch. All of it lies in one folder, {@code step-0000001200}, which appears whole, by being renamed; earlier ones then go.
 *
 * @param folder that holds it
 * @param step batches that were trained on
 * @param lossSum losses of the epoch's rows so far
 * @param lossRows how many rows these are
 */
record Snapshot(Path folder, long step, double lossSum, long lossRows) {
    private static final String POSITION = "position.json";
    private static final String PREPARATION = "preparation.json";
    private static final String PARAMETERS = "parameters.bin";
    private static final String PROGRESS = "progress.properties";
    private static final String WHOLE = "step-*";
    private static final String UNFINISHED = "unfinished";

    /** The latest one in {@code run}, or null. */
    static Snapshot latest(Path run) throws IOException {
        Path latest = null;
        if (Files.isDirectory(run)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(run, WHOLE)) {
                for (Path folder : folders) {
                    latest = latest == null || folder.compareTo(latest) > 0 ? folder : latest;
                }
            }
        }
        return latest == null ? null : read(latest);
    }

    private static Snapshot read(Path folder) throws IOException {
        Properties progress = new Properties();
        try (Reader in = Files.newBufferedReader(folder.resolve(PROGRESS))) {
            progress.load(in);
        }
        return new Snapshot(
                folder,
                Long.parseLong(progress.getProperty("step")),
                Double.parseDouble(progress.getProperty("lossSum")),
                Long.parseLong(progress.getProperty("lossRows")));
    }

    Checkpoint position() throws IOException {
        return Checkpoint.fromJson(Files.readString(folder.resolve(POSITION)));
    }

    Preparation preparation() {
        return Preparation.read(folder.resolve(PREPARATION));
    }

    void loadParameters(Model model) throws Exception {
        try (InputStream in = Files.newInputStream(folder.resolve(PARAMETERS));
                DataInputStream parameters = new DataInputStream(in)) {
            model.getBlock().loadParameters(model.getNDManager(), parameters);
        }
    }

    static void write(Path run, Model model, Checkpoint position, Preparation preparation, long step, double lossSum, long lossRows)
            throws IOException {
        Path whole = run.resolve(String.format("step-%010d", step));
        if (Files.exists(whole)) {
            return;
        }
        Path unfinished = Files.createDirectories(run).resolve(UNFINISHED);
        delete(unfinished);
        Files.createDirectory(unfinished);
        Files.writeString(unfinished.resolve(POSITION), position.toJson());
        Files.writeString(unfinished.resolve(PREPARATION), preparation.toJson());
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(unfinished.resolve(PARAMETERS)))) {
            model.getBlock().saveParameters(out);
        }
        Properties progress = new Properties();
        progress.setProperty("step", Long.toString(step));
        progress.setProperty("lossSum", Double.toString(lossSum));
        progress.setProperty("lossRows", Long.toString(lossRows));
        try (Writer out = Files.newBufferedWriter(unfinished.resolve(PROGRESS))) {
            progress.store(out, null);
        }
        Files.move(unfinished, whole, StandardCopyOption.ATOMIC_MOVE);
        deleteAllBut(whole);
    }

    private static void deleteAllBut(Path whole) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(whole.getParent(), WHOLE)) {
            for (Path folder : folders) {
                if (!folder.equals(whole)) {
                    delete(folder);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
