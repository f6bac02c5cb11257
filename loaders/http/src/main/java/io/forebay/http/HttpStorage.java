// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.http.HttpRanges.Described;
import io.forebay.internal.memory.ByteSize;
import io.forebay.internal.remote.RangeFetcher;
import io.forebay.internal.remote.RemoteCall;
import io.forebay.internal.remote.RequestGovernor;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.internal.remote.RetryingReader;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files at {@code http:} and {@code https:} addresses, through the JDK's client: one file for each address, since a web
 * server lists nothing. The server must answer ranged requests, unless copies are asked for. What an object was when it was
 * listed (its ETag or, for want of one, its modification time, and its size) is asked for in every request and looked for in
 * every answer, so that an object that is replaced between two reads is a {@link io.forebay.SourceChangedException} and never
 * a mixture. Thread-safe.
 */
public final class HttpStorage implements Storage {
    private final RetryPolicy policy;
    private final HttpThreads threads = new HttpThreads();
    private final HttpRanges ranges = new HttpRanges(threads);
    private final WholeFiles wholeFiles;
    private final Map<String, RequestGovernor> governors = new ConcurrentHashMap<>();

    public HttpStorage() {
        this(RetryPolicy.defaults(), 0);
    }

    /**
     * A storage that reads from servers without ranged requests, too: it copies each of their files whole to the heap when
     * it is first read, and keeps it until the storage is closed.
     *
     * @param limit what all copies together may take, such as {@code "256MiB"}; a file beyond it is a {@code limit} error
     */
    public static HttpStorage copyingWholeFiles(String limit) {
        return new HttpStorage(RetryPolicy.defaults(), ByteSize.parse(limit));
    }

    HttpStorage(RetryPolicy policy, long copiesBytesMax) {
        this.policy = policy;
        this.wholeFiles = new WholeFiles(copiesBytesMax);
    }

    @Override
    public boolean handles(String location) {
        String lower = location.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public List<StorageObject> list(String location) {
        URI uri = parse(location);
        Described described = RemoteCall.await(
                policy, Place.of(location), () -> ranges.describe(location, uri, wholeFiles.areAllowed()));
        if (!described.inRanges()) {
            wholeFiles.add(described.file());
        }
        return List.of(described.file());
    }

    @Override
    public RangeReader open(StorageObject object) {
        return wholeFiles.contains(object)
                ? wholeFiles.open(object, file -> reader(file, ranges.whole()))
                : reader(object, ranges);
    }

    private RangeReader reader(StorageObject object, RangeFetcher fetcher) {
        String endpoint = Objects.requireNonNull(parse(object.uri()).getAuthority());
        RequestGovernor governor = governors.computeIfAbsent(endpoint, name -> new RequestGovernor());
        return new RetryingReader(object, fetcher, governor, policy);
    }

    private static URI parse(String location) {
        try {
            URI uri = URI.create(location);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new ForebayException(
                    Kind.IO, "location must be a valid URL: " + e.getMessage(), Place.of(location), e);
        }
        throw ForebayException.io("a URL must name a host").at(Place.of(location));
    }

    @Override
    public void close() {
        wholeFiles.close();
        threads.close();
    }
}
