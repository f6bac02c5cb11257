// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.ForebayException;
import io.forebay.testkit.CorporaFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files that nobody here wrote, read in place; tests are skipped where they are absent. Stateless.
 */
public final class Corpora {
    private Corpora() {}

    /**
     * A row of an index.
     *
     * @param rows how many rows other readers find, or −1 where none could read the file
     */
    record Entry(String name, Path path, String group, long rows) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The Parquet files of a group: {@code good}, {@code single} or {@code rejected}. */
    static List<Entry> parquet(String group) {
        Path folder = CorporaFolder.require("parquet");
        try (Stream<String> lines = Files.lines(folder.resolve("index.tsv"))) {
            return lines.skip(1)
                    .map(line -> entry(folder, line.split("\t", -1)))
                    .filter(entry -> entry.group.equals(group))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The small Parquet files that are meant to exhaust their reader. */
    static List<Entry> hostile() {
        try (Stream<Path> files = Files.list(CorporaFolder.require("hostile"))) {
            return files.filter(path -> path.toString().endsWith(".parquet"))
                    .sorted()
                    .map(path -> new Entry(path.getFileName().toString(), path, "hostile", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Arrow files of a group, {@code integration} or {@code fuzz}, and what lies beside them. */
    public static List<Path> arrow(String group) {
        try (Stream<Path> files = Files.walk(CorporaFolder.require("arrow").resolve(group))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails when a failure is a defect of the reader that merely travels as a failure of the data. */
    public static void requireMeant(ForebayException failure) {
        assertThat(failure.getMessage()).doesNotContain("data could not be decoded");
        assertThat(failure.kind())
                .isIn(ForebayException.Kind.CORRUPT, ForebayException.Kind.UNSUPPORTED, ForebayException.Kind.LIMIT);
    }

    private static Entry entry(Path folder, String[] cells) {
        long rows = cells[2].matches("\\d+") ? Long.parseLong(cells[2]) : -1;
        return new Entry(cells[0], folder.resolveSibling(cells[0]), cells[1], rows);
    }
}
