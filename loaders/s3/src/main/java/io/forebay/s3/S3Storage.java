// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.remote.RemoteCall;
import io.forebay.internal.remote.RequestGovernor;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.internal.remote.RetryingReader;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects at {@code s3://bucket/key}: one object, all data objects below a prefix, or the matches of a glob. What an object
 * was when it was listed is its ETag, which every read asks for: an object that is replaced between two reads is a {@link
 * io.forebay.SourceChangedException} and never a mixture. Thread-safe.
 */
public final class S3Storage implements Storage {
    /** The most that a page of a listing may hold. */
    private static final int PAGE_KEYS = 1_000;

    private final RetryPolicy policy;
    private final int pageKeys;
    private final S3Access access;
    private final S3Ranges ranges;
    private final RequestGovernor governor = new RequestGovernor();

    /** A storage with the settings of the environment. */
    public S3Storage() {
        this(S3Settings.defaults());
    }

    public S3Storage(S3Settings settings) {
        this(settings, RetryPolicy.defaults(), PAGE_KEYS);
    }

    S3Storage(S3Settings settings, RetryPolicy policy, int pageKeys) {
        this.policy = policy;
        this.pageKeys = pageKeys;
        this.access = new S3Access(settings, policy.stallMax());
        this.ranges = new S3Ranges(access);
    }

    @Override
    public boolean handles(String location) {
        return S3Location.matches(location);
    }

    @Override
    public List<StorageObject> list(String location) {
        S3Location where = S3Location.parse(location);
        Optional<StorageObject> single = where.key().equals(where.folder()) ? Optional.empty() : find(where, location);
        if (single.isPresent()) {
            return List.of(single.get());
        }
        return where.isGlob()
                ? below(where, where.globRoot(), where.globMatcher(location), location)
                : below(where, where.folder(), key -> true, location);
    }

    @Override
    public RangeReader open(StorageObject object) {
        return new RetryingReader(object, ranges, governor, policy);
    }

    /** The object of exactly this key. */
    private Optional<StorageObject> find(S3Location where, String location) {
        return call(location, () -> {
            try {
                HeadObjectResponse head = access.client()
                        .headObject(request -> request.bucket(where.bucket()).key(where.key()));
                String name = where.key().substring(where.key().lastIndexOf('/') + 1);
                return Optional.of(new StorageObject(where.uri(), name, head.contentLength(), head.eTag()));
            } catch (SdkException e) {
                if (S3Failures.isMissing(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private List<StorageObject> below(S3Location where, String folder, Predicate<String> wanted, String location) {
        List<StorageObject> objects = new ArrayList<>();
        String next = null;
        do {
            String from = next;
            ListObjectsV2Response page =
                    call(location, () -> access.client().listObjectsV2(request -> request.bucket(where.bucket())
                            .prefix(folder)
                            .maxKeys(pageKeys)
                            .continuationToken(from)));
            for (S3Object object : page.contents()) {
                if (S3Location.isData(object.key(), folder) && wanted.test(object.key())) {
                    String uri = new S3Location(where.bucket(), object.key()).uri();
                    objects.add(new StorageObject(
                            uri, object.key().substring(folder.length()), object.size(), object.eTag()));
                }
            }
            next = page.nextContinuationToken();
        } while (next != null);
        if (objects.isEmpty()) {
            throw ForebayException.io("object must exist, or a data object below it: objects=0")
                    .at(Place.of(location));
        }
        objects.sort(Comparator.comparing(StorageObject::relativePath));
        return objects;
    }

    private <T> T call(String location, Callable<T> request) {
        return RemoteCall.await(policy, Place.of(location), () -> access.submit(location, request));
    }

    @Override
    public void close() {
        access.close();
    }
}
