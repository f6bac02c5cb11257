// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.remote.RemoteCall;
import io.forebay.internal.remote.RequestGovernor;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.internal.remote.RetryingReader;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.spi.WritableStorage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects at {@code s3://bucket/key}: one object, all data objects below a prefix, or the matches of a glob. What an object
 * was when it was listed is its ETag, which every read asks for: an object that is replaced between two reads is a {@link
 * io.forebay.SourceChangedException} and never a mixture. Thread-safe.
 */
public final class S3Storage implements WritableStorage {
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
    public boolean isRemote() {
        return true;
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
        return call(location, client -> {
            try {
                HeadObjectResponse head = client.headObject(
                        request -> request.bucket(where.bucket()).key(where.key()));
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
        for (S3Object object : objectsBelow(where.bucket(), folder, location)) {
            if (S3Location.isData(object.key(), folder) && wanted.test(object.key())) {
                String uri = new S3Location(where.bucket(), object.key()).uri();
                String path = object.key().substring(folder.length());
                objects.add(new StorageObject(uri, path, object.size(), object.eTag()));
            }
        }
        if (objects.isEmpty()) {
            throw ForebayException.io("object must exist, or a data object below it: objects=0")
                    .at(Place.of(location));
        }
        objects.sort(Comparator.comparing(StorageObject::relativePath));
        return objects;
    }

    /** All objects whose keys start with {@code prefix}, in the order of their keys. */
    List<S3Object> objectsBelow(String bucket, String prefix, String location) {
        return new S3Listing(this, bucket, prefix, location, pageKeys).objects(access.listers());
    }

    @Override
    public OutputFolder openOutput(String location, boolean resume) {
        return S3OutputFolder.open(this, S3Location.parse(location), resume);
    }

    /** A request, which may be made more than once. */
    @FunctionalInterface
    interface Request<T> {
        T send(S3Client client);
    }

    /** The answer to a request, over as many attempts as the policy allows. */
    <T> T call(String uri, Request<T> request) {
        return RemoteCall.await(policy, Place.of(uri), () -> access.submit(uri, () -> request.send(access.client())));
    }

    /** As {@link #call}, for a request whose body may be long on its way. */
    <T> T upload(String uri, Request<T> request) {
        return RemoteCall.await(
                policy.patient(), Place.of(uri), () -> access.submit(uri, () -> request.send(access.client())));
    }

    @Override
    public void close() {
        access.close();
    }
}
