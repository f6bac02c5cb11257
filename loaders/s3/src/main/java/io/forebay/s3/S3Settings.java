// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How a store is reached. An immutable value.
 *
 * @param endpoint the store's address, or null for that of AWS or of {@code AWS_ENDPOINT_URL_S3}
 * @param region the region to sign for, or null for the SDK's default chain
 * @param profile the profile of the AWS files that has the credentials, or null for the SDK's default chain (environment,
 *     default profile, container, instance)
 * @param pathStyle whether buckets are named in the path, as most stores beside AWS want it, and not in the host
 * @param anonymous whether requests are not signed, as public buckets allow
 */
public record S3Settings(
        @Nullable URI endpoint,
        @Nullable String region,
        @Nullable String profile,
        boolean pathStyle,
        boolean anonymous) {
    private static final String REGION_ANYWHERE = "us-east-1";

    /**
     * What the environment says: {@code AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL} (then with paths), {@code
     * AWS_SKIP_SIGNATURE=true} for anonymous access, and what the SDK itself looks for.
     */
    public static S3Settings defaults() {
        boolean otherStore = System.getenv("AWS_ENDPOINT_URL_S3") != null || System.getenv("AWS_ENDPOINT_URL") != null;
        boolean anonymous = "true".equalsIgnoreCase(System.getenv("AWS_SKIP_SIGNATURE"));
        return new S3Settings(null, null, null, otherStore, anonymous);
    }

    /**
     * Another store than AWS: buckets are named in the path, and any region will do.
     *
     * @throws ForebayException of kind {@code usage} for what is no web address
     */
    public S3Settings withEndpoint(URI value) {
        boolean web = "http".equalsIgnoreCase(value.getScheme()) || "https".equalsIgnoreCase(value.getScheme());
        if (!web || value.getHost() == null) {
            throw ForebayException.usage("an endpoint must be an address such as http://host:9000: endpoint=" + value);
        }
        return new S3Settings(value, region == null ? REGION_ANYWHERE : region, profile, true, anonymous);
    }

    public S3Settings withRegion(String value) {
        return new S3Settings(endpoint, value, profile, pathStyle, anonymous);
    }

    public S3Settings withProfile(String value) {
        return new S3Settings(endpoint, region, value, pathStyle, anonymous);
    }

    public S3Settings withPathStyle(boolean value) {
        return new S3Settings(endpoint, region, profile, value, anonymous);
    }

    public S3Settings withAnonymous(boolean value) {
        return new S3Settings(endpoint, region, profile, pathStyle, value);
    }
}
