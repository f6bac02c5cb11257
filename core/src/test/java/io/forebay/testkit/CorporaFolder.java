// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where files lie that nobody here wrote: the property {@code forebay.corpora}, relative to the repository's root. */
public final class CorporaFolder {
    private CorporaFolder() {}

    /** A folder of the corpora; the test is skipped where it is absent. */
    public static Path require(String name) {
        Path folder = repository()
                .resolve(System.getProperty("forebay.corpora", "../shared/corpora"))
                .resolve(name);
        assumeTrue(Files.isDirectory(folder), () -> "no corpora here: " + folder);
        return folder;
    }

    /** Tests run in the folder of their module, which lies below. */
    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("bom"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
