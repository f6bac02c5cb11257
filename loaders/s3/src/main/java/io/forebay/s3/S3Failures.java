// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.SourceChangedException;
import io.forebay.internal.remote.RemoteFailure;
import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the SDK's failures mean. Stateless. */
final class S3Failures {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private S3Failures() {}

    static boolean isMissing(SdkException failure) {
        return failure instanceof AwsServiceException answer && answer.statusCode() == NOT_FOUND;
    }

    /** A {@link RemoteFailure} where another attempt may succeed, else a {@link ForebayException}. */
    static Exception translate(SdkException failure, String uri) {
        if (failure instanceof AwsServiceException answer) {
            return translate(answer, uri);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return RemoteFailure.broken(String.valueOf(cause));
            }
        }
        return io(rule(String.valueOf(failure.getMessage())), uri, failure);
    }

    /** The SDK lists all places where it looked, a screen of text. */
    private static String rule(String said) {
        if (said.startsWith("Unable to load region")) {
            return "a region must be set: by AWS_REGION, a profile or an option";
        }
        if (said.startsWith("Unable to load credentials")) {
            return "credentials must be found where the AWS tools look for them, or requests be anonymous";
        }
        return "object must be readable: " + said;
    }

    private static Exception translate(AwsServiceException answer, String uri) {
        int status = answer.statusCode();
        String said = "status=" + status + ", code=" + answer.awsErrorDetails().errorCode();
        return switch (status) {
            case NOT_FOUND -> io("object must exist: " + said, uri, answer);
            case UNAUTHORIZED, FORBIDDEN -> io("access must be allowed: " + said, uri, answer);
            case PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE ->
                new SourceChangedException("object must not change while it is in use: " + said, Place.of(uri));
            case TOO_MANY_REQUESTS, UNAVAILABLE -> RemoteFailure.overload(said, Duration.ZERO);
            case REQUEST_TIMEOUT -> RemoteFailure.broken(said);
            default ->
                status >= SERVER_ERROR
                        ? RemoteFailure.broken(said)
                        : io("store must answer with an object: " + said, uri, answer);
        };
    }

    private static ForebayException io(String rule, String uri, Throwable cause) {
        return new ForebayException(Kind.IO, rule, Place.of(uri), cause);
    }
}
