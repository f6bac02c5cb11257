// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.SourceChangedException;
import io.forebay.internal.remote.RemoteFailure;
import io.forebay.spi.StorageObject;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the head of an answer says (RFC 9110). An immutable value.
 *
 * @param status the status code
 * @param headers the header fields
 */
record HttpAnswer(int status, HttpHeaders headers) {
    private static final int OK = 200;
    static final int PARTIAL_CONTENT = 206;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int GONE = 410;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18})");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    /** Where a partial answer's bytes lie: {@code first} and {@code last} are −1 when there are none. */
    record ContentRange(long first, long last, long total) {}

    Optional<ContentRange> contentRange() {
        Matcher range =
                CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        if (!range.matches()) {
            return Optional.empty();
        }
        boolean some = range.group(1) != null;
        return Optional.of(new ContentRange(
                some ? Long.parseLong(range.group(1)) : -1,
                some ? Long.parseLong(range.group(2)) : -1,
                Long.parseLong(range.group(3))));
    }

    /** Bytes of the whole file, or −1 when the answer does not say. */
    long totalBytes() {
        return contentRange().map(ContentRange::total).orElse(-1L);
    }

    /** Whether the first byte was asked for where there is none. */
    boolean isEmptyFile() {
        return status == RANGE_NOT_SATISFIABLE && totalBytes() == 0;
    }

    /** Bytes of this answer's body, or −1 when it does not say. */
    long contentLength() {
        return headers.firstValueAsLong("Content-Length").orElse(-1);
    }

    /** Whether the whole file was sent. */
    boolean isWhole() {
        return status == OK;
    }

    /** What tells this content from another at the same address: the ETag or the modification time, or nothing. */
    String version() {
        return headers.firstValue("ETag")
                .or(() -> headers.firstValue("Last-Modified"))
                .orElse("");
    }

    /** The failure that a status stands for, or null for one that stands for none. */
    @Nullable
    Exception failure(String uri) {
        return switch (status) {
            case OK, PARTIAL_CONTENT -> null;
            case NOT_FOUND, GONE -> io(uri, "file must exist");
            case UNAUTHORIZED, FORBIDDEN -> io(uri, "file must be open to everybody");
            case PRECONDITION_FAILED ->
                new SourceChangedException("file must not change while it is in use: status=" + status, Place.of(uri));
            case TOO_MANY_REQUESTS, UNAVAILABLE -> RemoteFailure.overload("status=" + status, retryAfter());
            case REQUEST_TIMEOUT, TOO_EARLY -> RemoteFailure.broken("status=" + status);
            default ->
                status >= SERVER_ERROR && status != NOT_IMPLEMENTED
                        ? RemoteFailure.broken("status=" + status)
                        : io(uri, "server must answer with a file");
        };
    }

    private ForebayException io(String uri, String rule) {
        return ForebayException.io(rule + ": status=" + status).at(Place.of(uri));
    }

    private Duration retryAfter() {
        String after = headers.firstValue("Retry-After").orElse("");
        return SECONDS.matcher(after).matches() ? Duration.ofSeconds(Long.parseLong(after)) : Duration.ZERO;
    }

    /** The failure of an answer that is not these bytes of this object, or null. */
    @Nullable
    Exception mismatch(StorageObject object, long first, long last) {
        if (!version().equals(object.version())) {
            return changed(object, "version=" + object.version(), "version=" + version());
        }
        Optional<ContentRange> range = contentRange();
        if (status != PARTIAL_CONTENT || range.isEmpty()) {
            return withoutRanges(object.uri());
        }
        if (range.get().total != object.sizeBytes()) {
            return changed(object, "bytes=" + object.sizeBytes(), "bytes=" + range.get().total);
        }
        return range.get().first == first && range.get().last == last
                ? null
                : RemoteFailure.broken("another range came: asked for " + first + "-" + last + ", got "
                        + range.get().first + "-" + range.get().last);
    }

    /** The failure of an answer that is not this whole object, or null. */
    @Nullable
    Exception mismatch(StorageObject object) {
        if (!version().equals(object.version())) {
            return changed(object, "version=" + object.version(), "version=" + version());
        }
        return isWhole() && contentLength() == object.sizeBytes()
                ? null
                : RemoteFailure.broken("the whole file must come: bytes=" + object.sizeBytes() + ", got status="
                        + status + ", bytes=" + contentLength());
    }

    /** The failure of an answer that holds the whole file where a range was asked for. */
    ForebayException withoutRanges(String uri) {
        return ForebayException.unsupported("server must answer ranged requests: status=" + status)
                .at(Place.of(uri));
    }

    private static SourceChangedException changed(StorageObject object, String listed, String now) {
        return new SourceChangedException(
                "file must not change while it is in use: listed " + listed + ", now " + now, Place.of(object.uri()));
    }
}
