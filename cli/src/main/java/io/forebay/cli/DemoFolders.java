// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.ForebayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The repository's folders, and those that the demo writes anew each time. */
final class DemoFolders {
    /** Set by the launcher. */
    private static final String HOME_PROPERTY = "forebay.home";

    private DemoFolders() {}

    /**
     * The repository, as the launcher knows it.
     *
     * @throws ForebayException of kind {@code usage} when the command was started in another way
     */
    static Path home() {
        Path home = Path.of(System.getProperty(HOME_PROPERTY, ""));
        Path examples = home.resolve("examples/flights/data");
        if (!Files.isDirectory(examples)) {
            throw ForebayException.usage(
                    "the repository's examples are needed: start ./forebay from a clone, folder=" + examples);
        }
        return home;
    }

    /** Removes a folder with everything in it; returns its path. */
    static Path emptied(Path folder) throws IOException {
        if (Files.exists(folder)) {
            List<Path> deepestFirst;
            try (Stream<Path> tree = Files.walk(folder)) {
                deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
        return folder;
    }
}
