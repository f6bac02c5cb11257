// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.spi.FieldNotes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.dataset.scanner.Scanner;
import org.apache.arrow.dataset.source.DatasetFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Arrow C++ finds the same values in the files of the corpora, as far as it reads them. Columns are compared that it has as
 * vectors of the same type, which leaves out, of files that arrow wrote, those that it turns back into dictionaries or other layouts.
 */
class ArrowDatasetTest {
    private static final int BATCH_ROWS = 4_096;

    /** Bounds the boxed values that a comparison holds. */
    private static final long CELLS_MAX = 300_000;

    private static int compared;
    private static int others;

    @TestFactory
    Stream<DynamicTest> readsTheSame() {
        return Corpora.parquet("good").stream()
                .filter(CorporaTest::isSound)
                .map(entry -> dynamicTest(entry.name(), () -> {
                    try (Forebay forebay =
                            Forebay.builder().memoryLimit("64MiB").threads(1).build()) {
                        compare(entry.path(), forebay.dataset(entry.path().toString()));
                    }
                }));
    }

    /** A comparison of nothing would pass, too. */
    @AfterAll
    static void mostColumnsAreCompared() {
        assertThat(compared).as("columns compared, beside %d others", others).isGreaterThanOrEqualTo(9 * others);
    }

    private static void compare(Path path, Dataset dataset) throws Exception {
        List<Field> fields = comparable(dataset.schema(), schema(path));
        compared += fields.size();
        others += dataset.schema().getFields().size() - fields.size();
        int columnsAtOnce = (int) Math.max(1, CELLS_MAX / Math.max(1, dataset.rows()));
        for (int from = 0; from < fields.size(); from += columnsAtOnce) {
            List<String> names = fields.subList(from, Math.min(fields.size(), from + columnsAtOnce)).stream()
                    .map(Field::getName)
                    .toList();
            Columns expected = read(path, names);
            Dataset some = dataset.select(names.stream().map(ColumnPath::ofName).toList());
            Columns.read(some, BATCH_ROWS).requireEqual(expected);
        }
    }

    /** The columns of one name and type in both schemas. */
    private static List<Field> comparable(Schema own, Schema other) {
        List<Field> fields = new ArrayList<>();
        for (Field field : own.getFields()) {
            List<Field> named = other.getFields().stream()
                    .filter(column -> column.getName().equals(field.getName()))
                    .toList();
            if (named.size() == 1 && isSame(field, named.get(0))) {
                fields.add(field);
            }
        }
        return fields;
    }

    private static boolean isSame(Field own, Field other) {
        boolean same = own.getType().equals(other.getType())
                && !FieldNotes.has(own, FieldNotes.UUID) // bytes without a name in the other
                && own.getDictionary() == null
                && other.getDictionary() == null
                && own.getChildren().size() == other.getChildren().size();
        for (int i = 0; same && i < own.getChildren().size(); i++) {
            same = isSame(own.getChildren().get(i), other.getChildren().get(i));
        }
        return same;
    }

    private static Schema schema(Path path) throws Exception {
        return with(path, DatasetFactory::inspect);
    }

    @SuppressWarnings("try") // the native handles' close() declares Exception
    private static Columns read(Path path, List<String> names) throws Exception {
        ScanOptions options = new ScanOptions.Builder(BATCH_ROWS)
                .columns(Optional.of(names.toArray(new String[0])))
                .build();
        return with(path, factory -> {
            try (org.apache.arrow.dataset.source.Dataset dataset = factory.finish();
                    Scanner scanner = dataset.newScan(options);
                    ArrowReader reader = scanner.scanBatches()) {
                return Columns.read(reader);
            }
        });
    }

    /** What is done with a file. */
    @FunctionalInterface
    private interface Use<T> {
        T of(DatasetFactory factory) throws Exception;
    }

    /** Skips the test where Arrow C++ does not read the file. */
    @SuppressWarnings("try") // the native handles' close() declares Exception
    private static <T> T with(Path path, Use<T> use) throws Exception {
        String uri = path.toAbsolutePath().normalize().toUri().toString();
        try (BufferAllocator allocator = new RootAllocator();
                DatasetFactory factory = new FileSystemDatasetFactory(
                        allocator, NativeMemoryPool.getDefault(), FileFormat.PARQUET, uri)) {
            return use.of(factory);
        } catch (RuntimeException e) {
            return abort("arrow-dataset does not read it: " + e.getMessage());
        }
    }
}
