// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Forebay;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a context and a folder of its own, which fails when memory is left in use. */
public abstract class ForebayTest {
    @TempDir
    protected Path folder;

    protected final Forebay forebay = Forebay.builder().trackAllocations(true).build();

    @AfterEach
    void nothingLeaks() {
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
    }
}
