// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that the demo writes anew each time. */
final class DemoFolders {
    private DemoFolders() {}

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
