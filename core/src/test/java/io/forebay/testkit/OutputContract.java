// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.spi.OutputFile;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.spi.WritableStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every storage promises that output is written to. A storage's own test extends this. */
@Timeout(120)
public abstract class OutputContract {
    /** More than any storage keeps back before it sends bytes on. */
    private static final int LARGE_BYTES = 20 << 20;

    /** The storage under test, the same throughout a test. */
    protected abstract WritableStorage storage();

    /** Where a folder of this name is, which is not there yet. */
    protected abstract String location(String name);

    @Test
    void aFileAppearsWhenItIsCommitted() throws IOException {
        for (int size : new int[] {0, 1, 70_000, LARGE_BYTES}) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            try (OutputFolder folder = storage().openOutput(location("out-" + size), false)) {
                try (OutputFile file = folder.create("part-0.bin")) {
                    write(file, content);
                    assertThat(folder.files()).isEmpty();
                    file.commit();
                    assertThat(names(folder)).containsExactly("part-0.bin");
                }
                assertThat(read(folder, folder.files().get(0))).isEqualTo(content);
            }
            StorageObject listed = storage().list(location("out-" + size)).get(0);
            assertThat(listed.sizeBytes()).isEqualTo(size);
        }
    }

    @Test
    void aFileThatIsNotCommittedLeavesNothing() throws IOException {
        try (OutputFolder folder = storage().openOutput(location("out"), false)) {
            try (OutputFile file = folder.create("part-0.bin")) {
                write(file, new byte[LARGE_BYTES]);
            }
            assertThat(folder.files()).isEmpty();
        }
        assertThatThrownBy(() -> storage().list(location("out"))).isInstanceOf(ForebayException.class);
        storage().openOutput(location("out"), false).close(); // is as empty as before
    }

    @Test
    void aFileIsStartedAgainWhereItWasGivenUp() throws IOException {
        try (OutputFolder folder = storage().openOutput(location("out"), false)) {
            try (OutputFile file = folder.create("part-0.bin")) {
                write(file, new byte[10]);
            }
            try (OutputFile file = folder.create("part-0.bin")) {
                write(file, new byte[] {1, 2, 3});
                file.commit();
            }
            assertThat(read(folder, folder.files().get(0))).containsExactly(1, 2, 3);
        }
    }

    @Test
    void onlyAResumedRunFindsWhatIsThere() throws IOException {
        try (OutputFolder folder = storage().openOutput(location("out"), true);
                OutputFile file = folder.create("part-0.bin")) {
            write(file, new byte[10]);
            file.commit();
        }
        assertThatThrownBy(() -> storage().openOutput(location("out"), false))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.USAGE))
                .hasMessageStartingWith("output folder must be absent or empty, unless a run is resumed");
        try (OutputFolder folder = storage().openOutput(location("out"), true)) {
            assertThat(names(folder)).containsExactly("part-0.bin");
        }
    }

    @Test
    void marksComeAndGo() throws IOException {
        try (OutputFolder folder = storage().openOutput(location("out"), false)) {
            folder.delete("_SUCCESS");
            folder.mark("_SUCCESS");
            assertThat(names(folder)).containsExactly("_SUCCESS");
            folder.delete("_SUCCESS");
            assertThat(folder.files()).isEmpty();
        }
    }

    @Test
    void foldersBesideAreOtherFolders() throws IOException {
        try (OutputFolder folder = storage().openOutput(location("out-2"), false)) {
            folder.mark("_SUCCESS");
        }
        try (OutputFolder folder = storage().openOutput(location("out"), false)) {
            assertThat(folder.files()).isEmpty();
        }
    }

    private static void write(OutputFile file, byte[] content) throws IOException {
        int half = content.length / 2;
        for (int i = 0; i < Math.min(100, half); i++) {
            file.write(content[i]);
        }
        int done = Math.min(100, half);
        file.write(content, done, half - done);
        file.write(content, half, content.length - half);
    }

    private static List<String> names(OutputFolder folder) throws IOException {
        return folder.files().stream().map(StorageObject::fileName).toList();
    }

    private static byte[] read(OutputFolder folder, StorageObject file) {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeBytes());
        try (RangeReader reader = folder.open(file)) {
            reader.readFully(0, bytes);
        }
        return bytes.array();
    }
}
