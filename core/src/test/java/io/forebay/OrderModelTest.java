// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forebay.Shuffle.Tail;
import io.forebay.testkit.CorporaFolder;
import io.forebay.testkit.MemoryTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The steps of random manifests are those of the executable model; skipped where it, or Python, is absent. */
class OrderModelTest {
    private static final int MANIFESTS = 48;
    private static final int WORLD_MULTIPLE = 12;
    private static final List<Integer> WORLDS = List.of(1, 2, 3, 4, 6, 12);

    /** The model drawn over and over by one interpreter, which starts slowly: each line of a file is one dump's arguments. */
    private static final String MANY =
            """
            import sys, order_model as m
            for line in open(sys.argv[1]):
                a = line.split()
                m.dump([int(v) for v in a[0].split(',')], *map(int, a[1:5]), int(a[5]), a[6], *map(int, a[7:]))
                print('end')
            """;

    /** Other manifests in each run; a failure tells it. */
    private final long seed = new Random().nextLong();

    private final Random random = new Random(seed);

    private record Case(List<Integer> unitRows, Shuffle shuffle, int globalBatch, int world, int rank) {
        List<String> arguments() {
            return List.of(
                    unitRows.stream().map(Object::toString).collect(Collectors.joining(",")),
                    "" + shuffle.lanes(),
                    "" + shuffle.window(),
                    "" + shuffle.seed(),
                    "" + shuffle.epoch(),
                    "" + globalBatch,
                    shuffle.tail().name(),
                    "" + world,
                    "" + rank);
        }

        /** The steps as the model prints them. */
        List<List<Long>> steps() {
            try (Forebay forebay = Forebay.builder().threads(1).build()) {
                StepOrder order = forebay.dataset(MemoryTable.counting(unitRows.stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())
                                .location())
                        .shuffle(shuffle)
                        .globalBatch(globalBatch)
                        .shard(rank, world)
                        .order();
                List<List<Long>> steps = new ArrayList<>();
                for (long step = 0; step < order.steps(); step++) {
                    steps.add(Arrays.stream(order.rows(step)).boxed().toList());
                }
                return steps;
            }
        }
    }

    @Test
    void stepsOfRandomManifestsAreTheModels() throws IOException, InterruptedException {
        Path folder = CorporaFolder.require("../spec");
        List<Case> cases = IntStream.range(0, MANIFESTS).mapToObj(i -> draw()).toList();
        Path arguments = Files.createTempFile("cases", ".txt");
        try {
            Files.write(
                    arguments,
                    cases.stream().map(one -> String.join(" ", one.arguments())).toList());
            List<List<List<Long>>> expected = parse(python(folder, List.of("-c", MANY, arguments.toString())));
            assertThat(expected).as("manifests of seed %d", seed).hasSize(MANIFESTS);
            for (int i = 0; i < MANIFESTS; i++) {
                assertThat(cases.get(i).steps())
                        .as("%s", cases.get(i).arguments())
                        .isEqualTo(expected.get(i));
            }
        } catch (RuntimeException e) {
            throw new AssertionError("manifests of seed " + seed, e);
        } finally {
            Files.delete(arguments);
        }
    }

    /** As a person at a terminal asks it. */
    @Test
    void theModelsOwnCommandPrintsTheSame() throws IOException, InterruptedException {
        Path folder = CorporaFolder.require("../spec");
        Case one = new Case(
                List.of(5, 0, 17, 3), Shuffle.seed(-3).lanes(4).window(5).tail(Tail.PAD), 6, 3, 1);
        List<String> command = new ArrayList<>(List.of("order_model.py", "dump"));
        command.addAll(one.arguments());
        List<String> lines = new ArrayList<>(python(folder, command));
        lines.add("end");
        assertThat(parse(lines)).containsExactly(one.steps());
    }

    private Case draw() {
        List<Integer> unitRows = new ArrayList<>(List.of(1 + random.nextInt(20))); // the model's padding needs a row
        for (int units = random.nextInt(15); units > 0; units--) {
            unitRows.add(List.of(0, 1, random.nextInt(60), random.nextInt(200)).get(random.nextInt(4)));
        }
        Tail tail = List.of(Tail.values()).get(random.nextInt(3));
        int world = WORLDS.get(random.nextInt(WORLDS.size()));
        Shuffle shuffle = Shuffle.seed(random.nextLong())
                .epoch(random.nextInt(3) == 0 ? random.nextLong() >>> 1 : random.nextInt(4))
                .lanes(1 + random.nextInt(50))
                .window(1 + random.nextInt(random.nextBoolean() ? 9 : 300))
                .tail(tail);
        return new Case(unitRows, shuffle, WORLD_MULTIPLE * (1 + random.nextInt(5)), world, random.nextInt(world));
    }

    private static List<List<List<Long>>> parse(List<String> lines) throws IOException {
        List<List<List<Long>>> dumps = new ArrayList<>();
        List<List<Long>> steps = new ArrayList<>();
        for (String line : lines) {
            if (line.equals("end")) {
                dumps.add(steps);
                steps = new ArrayList<>();
                continue;
            }
            List<Long> rows = new ArrayList<>();
            for (JsonNode row : new ObjectMapper().readTree(line).get("rows")) {
                rows.add(row.isNull() ? StepOrder.PADDING : row.longValue());
            }
            steps.add(rows);
        }
        return dumps;
    }

    /** The lines that Python prints, which must succeed. */
    private static List<String> python(Path folder, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-B"));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, () -> "no python3 here: " + e.getMessage());
            throw e;
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.lines().toList();
    }
}
