// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.internal.InOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects below one prefix. A store lists a page at a time, each from where the last one ended. Where one page is not all,
 * the folders right below the prefix say where the keys can be divided, and the parts are listed at the same time. Used once.
 */
final class S3Listing {
    private static final int PARTS_MAX = 32;

    private final S3Storage storage;
    private final String bucket;
    private final String prefix;
    private final String location;
    private final int pageKeys;

    S3Listing(S3Storage storage, String bucket, String prefix, String location, int pageKeys) {
        this.storage = storage;
        this.bucket = bucket;
        this.prefix = prefix;
        this.location = location;
        this.pageKeys = pageKeys;
    }

    /** All of them, in the order of their keys' bytes. */
    List<S3Object> objects(Executor threads) {
        ListObjectsV2Response first = page(null, null, null);
        List<S3Object> objects = new ArrayList<>(first.contents());
        if (first.nextContinuationToken() == null) {
            return objects;
        }
        String last = objects.get(objects.size() - 1).key();
        List<@Nullable String> bounds = new ArrayList<>();
        bounds.add(last);
        bounds.addAll(divisions(last));
        bounds.add(null);
        List<Supplier<List<S3Object>>> parts = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            String after = bounds.get(i);
            String end = bounds.get(i + 1);
            parts.add(() -> between(after, end));
        }
        InOrder.run(threads, parts).forEach(objects::addAll);
        return objects;
    }

    /** Some of the folders behind {@code after}, evenly spread. */
    private List<String> divisions(String after) {
        List<String> folders = page(after, null, "/").commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .filter(folder -> isBefore(after, folder))
                .toList();
        if (folders.size() < PARTS_MAX) {
            return folders;
        }
        List<String> some = new ArrayList<>();
        for (int part = 1; part < PARTS_MAX; part++) {
            some.add(folders.get((int) ((long) folders.size() * part / PARTS_MAX)));
        }
        return some;
    }

    /** The objects whose keys come after {@code after} and before {@code end}. */
    private List<S3Object> between(@Nullable String after, @Nullable String end) {
        List<S3Object> objects = new ArrayList<>();
        String token = null;
        do {
            ListObjectsV2Response page = page(after, token, null);
            for (S3Object object : page.contents()) {
                if (end != null && !isBefore(object.key(), end)) {
                    return objects;
                }
                objects.add(object);
            }
            token = page.nextContinuationToken();
        } while (token != null);
        return objects;
    }

    private ListObjectsV2Response page(@Nullable String after, @Nullable String token, @Nullable String delimiter) {
        return storage.call(
                location,
                client -> client.listObjectsV2(request -> request.bucket(bucket)
                        .prefix(prefix)
                        .maxKeys(pageKeys)
                        .startAfter(token == null ? after : null)
                        .continuationToken(token)
                        .delimiter(delimiter)));
    }

    /** Stores order keys by their UTF-8 bytes. */
    private static boolean isBefore(String key, String other) {
        return Arrays.compareUnsigned(key.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)) < 0;
    }
}
