// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.internal.remote.RetryPolicy;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.testkit.StorageContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects of an S3 server keep the contract, and are found by key, prefix and glob. */
class S3StorageTest extends StorageContract {
    private static final RetryPolicy IMPATIENT = new RetryPolicy(
            4, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ofSeconds(20));

    private static final int PAGE_KEYS = 3;

    private S3Server server;
    private S3Storage storage;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        storage = new S3Storage(server.settings(), IMPATIENT, PAGE_KEYS);
    }

    @AfterEach
    void stop() throws Exception {
        storage.close();
        server.stop();
    }

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String put(String path, byte[] content) {
        return server.put(path, content);
    }

    @Override
    protected void delete(String path) {
        server.delete(path);
    }

    @Test
    void aClosedStorageReadsNoMore() {
        StorageObject object = list(put("data.bin", bytes(100)));
        storage.close();
        assertThatThrownBy(() -> readAll(object)).hasMessageStartingWith("a closed storage reads no more");
        assertThatThrownBy(() -> storage.list(object.uri())).hasMessageStartingWith("a closed storage reads no more");
    }

    @Test
    void aPrefixIsItsDataObjectsSortedByKey() {
        for (String key :
                List.of("t/b.bin", "t/a.bin", "t/sub/c.bin", "t/_d.bin", "t/.e.bin", "t/_x/f.bin", "tt/g.bin")) {
            put(key, bytes(10));
        }
        assertThat(paths("s3://lake/t")).containsExactly("a.bin", "b.bin", "sub/c.bin");
        assertThat(paths("s3://lake/t/")).containsExactly("a.bin", "b.bin", "sub/c.bin");
        assertThat(paths("s3://lake")).containsExactly("t/a.bin", "t/b.bin", "t/sub/c.bin", "tt/g.bin");
        assertThat(paths("s3://lake/t/_d.bin")).containsExactly("_d.bin");
    }

    @Test
    void globsMatch() {
        for (String key : List.of("t/a.bin", "t/b.bin", "t/sub/c.bin", "t/a.txt")) {
            put(key, bytes(10));
        }
        assertThat(paths("s3://lake/t/*.bin")).containsExactly("a.bin", "b.bin");
        assertThat(paths("s3://lake/t/{a,b}.*")).containsExactly("a.bin", "a.txt", "b.bin");
        assertThat(paths("s3://lake/t/**.bin")).containsExactly("a.bin", "b.bin", "sub/c.bin");
        assertThat(paths("s3a://lake/*/a.txt")).containsExactly("t/a.txt");
    }

    @Test
    void manyObjectsComeInPages() {
        for (int i = 0; i < 3 * PAGE_KEYS + 1; i++) {
            put("many/" + i, bytes(1));
        }
        assertThat(paths("s3://lake/many")).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    /** Keys are divided at folders, and none is lost or found twice at the borders. */
    @Test
    void manyFoldersAreListedInParts() {
        List<String> keys = new ArrayList<>();
        for (int folder = 0; folder < 40; folder++) {
            for (int file = 0; file < 1 + folder % 5; file++) {
                keys.add(String.format("day=%02d/%d", folder, file));
            }
            keys.add(String.format("day=%02d", folder) + (folder % 2 == 0 ? "!" : "x"));
        }
        keys.add("deeper/and/deeper");
        keys.add("zebra");
        keys.forEach(key -> put("many/" + key, bytes(1)));
        assertThat(paths("s3://lake/many")).isEqualTo(keys.stream().sorted().toList());
        assertThat(paths("s3://lake/many/day=0*/**"))
                .isEqualTo(keys.stream()
                        .filter(key -> key.matches("day=0./.*"))
                        .sorted()
                        .toList());
    }

    @Test
    void keysMayHoldAnything() {
        String location = put("a folder/100 % ü+&.bin", bytes(10));
        StorageObject object = list(location);
        assertThat(object.fileName()).isEqualTo("100 % ü+&.bin");
        assertThat(readAll(object)).isEqualTo(bytes(10));
        assertThat(storage.list("s3://lake/a folder")).containsExactly(object);
        assertThat(list(put("a [1].bin", bytes(10))).fileName()).isEqualTo("a [1].bin");
    }

    @Test
    void whatIsNotThereIsSaidPlainly() {
        requireFailure("s3://lake/none", () -> storage.list("s3://lake/none"));
        requireFailure("s3://lake/none/*.bin", () -> storage.list("s3://lake/none/*.bin"));
        requireFailure("s3://absent/x", () -> storage.list("s3://absent/x"));
        requireFailure("s3://", () -> storage.list("s3://"));
        requireFailure("s3://lake/{a", () -> storage.list("s3://lake/{a"));
    }

    @Test
    void aStoreThatIsNotThereIsGivenUp() throws Exception {
        server.stop();
        assertThatThrownBy(() -> storage.list("s3://lake/x"))
                .hasMessageStartingWith("a request must succeed: attempts=4, last failure: ")
                .hasMessageContaining("refused");
    }

    private List<String> paths(String location) {
        return storage.list(location).stream().map(StorageObject::relativePath).toList();
    }
}
