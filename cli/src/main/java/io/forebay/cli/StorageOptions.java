// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Forebay;
import io.forebay.http.HttpStorage;
import io.forebay.s3.S3Settings;
import io.forebay.s3.S3Storage;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How stores are reached, for data, models and output alike. What is not given, the environment says. */
final class StorageOptions {
    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "Address of an S3 store; AWS_ENDPOINT_URL_S3 or that of AWS unless given.")
    private @Nullable URI endpoint;

    @Option(names = "--s3-region", paramLabel = "NAME", description = "Region to sign for.")
    private @Nullable String region;

    @Option(
            names = "--s3-profile",
            paramLabel = "NAME",
            description = "Profile of the AWS files to take credentials from.")
    private @Nullable String profile;

    @Option(names = "--s3-anonymous", description = "Sign no requests: for public buckets.")
    private boolean anonymous;

    @Option(
            names = "--s3-path-style",
            negatable = true,
            description = "Name buckets in the path, as stores other than AWS want it, or in the host.")
    private @Nullable Boolean pathStyle;

    @Option(
            names = "--http-copies",
            paramLabel = "SIZE",
            description =
                    "Copy whole files to memory, SIZE at most together, where a web server answers no ranged requests.")
    private @Nullable String copies;

    /** A builder of contexts that reach stores in this way. */
    Forebay.Builder forebay() {
        Forebay.Builder builder = Forebay.builder().storage(new S3Storage(settings()));
        return copies == null ? builder : builder.storage(HttpStorage.copyingWholeFiles(copies));
    }

    private S3Settings settings() {
        S3Settings settings = S3Settings.defaults();
        if (endpoint != null) {
            settings = settings.withEndpoint(endpoint);
        }
        if (region != null) {
            settings = settings.withRegion(region);
        }
        if (profile != null) {
            settings = settings.withProfile(profile);
        }
        if (pathStyle != null) {
            settings = settings.withPathStyle(pathStyle);
        }
        return anonymous ? settings.withAnonymous(true) : settings;
    }
}
