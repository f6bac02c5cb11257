// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.TypeNames;
import io.forebay.oracle.Corpora;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** IPC files and streams of Arrow's own tests: the good ones hold what their JSON twins say, the broken ones are refused. */
class ArrowCorporaTest {
    private static final Duration TIME_MAX = Duration.ofSeconds(30);
    private static final long BATCHES_MAX = 2_000;

    @TestFactory
    Stream<DynamicTest> goldenFilesHoldWhatTheirTwinsSay() {
        return Corpora.arrow("integration").stream()
                .filter(file -> !file.toString().endsWith(".json.gz"))
                .flatMap(file -> Stream.of(false, true)
                        .map(mapped ->
                                dynamicTest(nameOf(file) + (mapped ? ", mapped" : ""), () -> compare(file, mapped))));
    }

    @TestFactory
    Stream<DynamicTest> brokenFilesAreReadOrRefused() {
        return Corpora.arrow("fuzz").stream()
                .map(file ->
                        dynamicTest(nameOf(file), () -> assertTimeoutPreemptively(TIME_MAX, () -> readOrRefuse(file))));
    }

    private static String nameOf(Path file) {
        return file.getParent().getFileName() + "/" + file.getFileName();
    }

    private static void compare(Path file, boolean mapped) throws IOException {
        String name = file.getFileName().toString();
        JsonTwin twin = JsonTwin.read(file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".json.gz"));
        try (Forebay forebay = Forebay.builder().threads(2).mapFiles(mapped).build()) {
            Dataset dataset = forebay.dataset(file.toString());
            List<Field> fields = dataset.schema().getFields();
            Set<String> repeated = repeated(fields);
            List<List<Object>> expected = new ArrayList<>();
            List<ColumnPath> readable = new ArrayList<>();
            for (int i = 0; i < fields.size(); i++) {
                Field field = fields.get(i);
                boolean refused = field.getType() instanceof ArrowType.Union
                        || repeated.contains(field.getName())
                        || !repeated(field.getChildren()).isEmpty();
                if (!refused) {
                    readable.add(ColumnPath.ofName(field.getName()));
                    expected.add(twin.column(i));
                }
            }
            for (int batchRows : new int[] {1, 3, 8, 8192}) {
                Dataset some = dataset.select(readable).batchRows(batchRows);
                requireEqual(PlainCells.read(some), expected, some);
            }
            Dataset few = dataset.select(readable).batchRows(5);
            requireEqual(shards(few, 3), expected, few);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    private static void requireEqual(List<List<Object>> cells, List<List<Object>> expected, Dataset dataset) {
        List<Field> fields = dataset.schema().getFields();
        assertThat(cells).hasSameSizeAs(fields);
        for (int i = 0; i < fields.size(); i++) {
            assertThat(cells.get(i)).as(fields.get(i).toString()).isEqualTo(expected.get(i));
        }
    }

    private static Set<String> repeated(List<Field> fields) {
        return fields.stream().collect(Collectors.groupingBy(Field::getName, Collectors.counting())).entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The cells that several ranks read, one after the other. */
    private static List<List<Object>> shards(Dataset dataset, int world) {
        List<List<Object>> all = new ArrayList<>();
        dataset.schema().getFields().forEach(field -> all.add(new ArrayList<>()));
        for (int rank = 0; rank < world; rank++) {
            List<List<Object>> some = PlainCells.read(dataset.shard(rank, world));
            for (int i = 0; i < all.size(); i++) {
                all.get(i).addAll(some.get(i));
            }
        }
        return all;
    }

    private static void readOrRefuse(Path file) {
        try (Forebay forebay = Forebay.builder().memoryLimit("64MiB").threads(2).build()) {
            try {
                drain(forebay.dataset(file.toString()));
            } catch (ForebayException e) {
                Corpora.requireMeant(e);
            }
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    private static void drain(Dataset dataset) {
        dataset.schema().getFields().forEach(TypeNames::of);
        try (BatchStream stream = dataset.stream()) {
            for (int i = 0; i < BATCHES_MAX; i++) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    batch.columns().forEach(column -> {
                        for (int row = 0; row < Math.min(100, batch.rows()); row++) {
                            column.getObject(row);
                        }
                    });
                }
            }
        }
    }
}
