// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Local files are found by path, folder, glob and URI, in order, and are read only as they were listed. */
class LocalStorageTest {
    @TempDir
    Path folder;

    private final LocalStorage storage = new LocalStorage();

    @BeforeEach
    void write() throws IOException {
        for (String name : List.of("b.bin", "a.bin", "sub/c.bin", "_d.bin", ".e.bin", "_sub/f.bin", "a [1].bin")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    @Test
    void aFolderIsItsDataFilesSortedByPath() {
        assertThat(paths(folder.toString())).containsExactly("a [1].bin", "a.bin", "b.bin", "sub/c.bin");
    }

    @Test
    void aFileIsItself() {
        assertThat(storage.list(folder.resolve("b.bin").toString()))
                .singleElement()
                .satisfies(object -> {
                    assertThat(object.relativePath()).isEqualTo("b.bin");
                    assertThat(object.fileName()).isEqualTo("b.bin");
                    assertThat(object.sizeBytes()).isEqualTo(5);
                });
        assertThat(paths(folder.resolve("a [1].bin").toString())).containsExactly("a [1].bin");
        assertThat(paths(folder.resolve("_d.bin").toString())).containsExactly("_d.bin");
    }

    @Test
    void globsMatch() {
        assertThat(paths(folder + "/?.bin")).containsExactly("a.bin", "b.bin");
        assertThat(paths(folder + "/{a,b}.bin")).containsExactly("a.bin", "b.bin");
        assertThat(paths(folder + "/*/*.bin")).containsExactly("sub/c.bin");
        assertThat(paths(folder + "/**.bin")).containsExactly("a [1].bin", "a.bin", "b.bin", "sub/c.bin");
    }

    @Test
    void fileUrisAreFiles() {
        assertThat(paths(folder.resolve("a.bin").toUri().toString())).containsExactly("a.bin");
        assertThat(paths(folder.resolve("a [1].bin").toUri().toString())).containsExactly("a [1].bin");
        assertThat(paths(folder.toUri().toString())).hasSize(4);
        assertThat(paths(folder.toUri() + "?.bin".replace("?", "*"))).hasSize(3);
    }

    @Test
    void otherSchemesAreNotHandled() {
        assertThat(storage.handles("s3://bucket/key")).isFalse();
        assertThat(storage.handles("relative/path")).isTrue();
        assertThat(storage.handles("file:///tmp")).isTrue();
        assertThat(storage.handles("C:\\data")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing",
                "missing/*.bin",
                "*.none",
                "[",
                "{a",
                "file:relative",
                "file:///a b",
                "file://host/x",
                "\0"
            })
    void whatIsNotThereIsAForebayException(String name) {
        String location = name.startsWith("file:") ? name : folder + "/" + name;
        assertThatThrownBy(() -> storage.list(location)).isInstanceOf(ForebayException.class);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> storage.list(folder + "/missing"))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.IO))
                .hasMessage("file must exist [at " + folder + "/missing]");
    }

    @Test
    void aLoopOfLinksIsAForebayException() throws IOException {
        Files.createSymbolicLink(folder.resolve("sub/loop"), folder);
        assertThatThrownBy(() -> storage.list(folder.toString())).isInstanceOf(ForebayException.class);
    }

    @Test
    void linksToFilesAreFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("z.bin"), folder.resolve("a.bin"));
        Files.createSymbolicLink(folder.resolve("dangling.bin"), folder.resolve("none"));
        assertThat(paths(folder.toString())).contains("z.bin").doesNotContain("dangling.bin");
        assertThat(storage.list(link.toString())).hasSize(1);
    }

    @Test
    void readsArePositional() {
        try (RangeReader reader = storage.open(object("sub/c.bin"))) {
            ByteBuffer target = ByteBuffer.allocate(5);
            reader.readFully(4, target);
            assertThat(target.array()).asString(StandardCharsets.UTF_8).isEqualTo("c.bin");
        }
    }

    @Test
    void readsBeyondTheEndFail() {
        StorageObject object = object("a.bin");
        try (RangeReader reader = storage.open(object)) {
            assertThatThrownBy(() -> reader.readFully(3, ByteBuffer.allocate(4)))
                    .hasMessage("reads must end within the file: offset=3, missingBytes=2, fileBytes=5 [at "
                            + object.uri() + "]");
            assertThat(reader.read(3, ByteBuffer.allocate(4))).isCompletedExceptionally();
        }
    }

    @Test
    void readsAfterCloseFail() {
        RangeReader reader = storage.open(object("a.bin"));
        reader.close();
        assertThatThrownBy(() -> reader.readFully(0, ByteBuffer.allocate(1))).isInstanceOf(ForebayException.class);
    }

    @Test
    void aChangedFileIsNotOpened() throws IOException {
        StorageObject object = object("a.bin");
        Files.writeString(folder.resolve("a.bin"), "longer now");
        assertThatThrownBy(() -> storage.open(object))
                .hasMessageStartingWith("file must not change while it is in use: listed 5 bytes of ")
                .hasMessageContaining(", now 10 bytes of ");
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        StorageObject object = object("a.bin");
        Files.delete(folder.resolve("a.bin"));
        assertThatThrownBy(() -> storage.open(object)).hasMessage("file must exist [at " + object.uri() + "]");
    }

    private StorageObject object(String name) {
        return storage.list(folder.resolve(name).toString()).get(0);
    }

    private List<String> paths(String location) {
        return storage.list(location).stream().map(StorageObject::relativePath).toList();
    }
}
