// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.BigIntVector;

/** A process that is one of the readers of a data set: writes down the ids of each batch and the state after it, a line each. */
final class RankProcess {
    static final int GLOBAL_BATCH = 48;
    static final Shuffle SHUFFLE = Shuffle.seed(-11).lanes(24).window(40).tail(Shuffle.Tail.RAGGED);

    private RankProcess() {}

    static Dataset dataset(Forebay forebay, String location) {
        return forebay.dataset(location).shuffle(SHUFFLE).globalBatch(GLOBAL_BATCH);
    }

    /** Takes the location, rank, world, milliseconds between batches, the file to write, and the state to go on from if any. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Forebay forebay = Forebay.builder().memoryLimit("32MiB").threads(1).build();
                BufferedWriter out = Files.newBufferedWriter(Path.of(arguments[4]))) {
            Dataset dataset = dataset(forebay, arguments[0])
                    .select("id")
                    .shard(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            try (BatchStream stream = arguments.length > 5
                    ? dataset.stream(Checkpoint.fromJson(Files.readString(Path.of(arguments[5]))))
                    : dataset.stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        BigIntVector ids = (BigIntVector) batch.column("id");
                        StringJoiner line = new StringJoiner(" ");
                        for (int row = 0; row < batch.rows(); row++) {
                            line.add(Long.toString(ids.get(row)));
                        }
                        out.write(line + "\t" + batch.checkpoint().toJson() + "\n");
                        out.flush();
                    }
                    TimeUnit.MILLISECONDS.sleep(Long.parseLong(arguments[3]));
                }
            }
        }
    }
}
