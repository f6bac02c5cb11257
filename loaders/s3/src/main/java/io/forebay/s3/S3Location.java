// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A bucket and a key, a prefix or a glob within it, as {@code s3://bucket/key} says. An immutable value.
 *
 * @param bucket the bucket's name
 * @param key what follows it, without the slash between; may be empty
 */
record S3Location(String bucket, String key) {
    private static final Pattern LOCATION = Pattern.compile("s3a?://([^/]+)(?:/(.*))?", Pattern.DOTALL);
    private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

    static boolean matches(String location) {
        return location.startsWith("s3://") || location.startsWith("s3a://");
    }

    static S3Location parse(String location) {
        Matcher parts = LOCATION.matcher(location);
        if (!parts.matches()) {
            throw ForebayException.io("an S3 location must name a bucket").at(Place.of(location));
        }
        return new S3Location(parts.group(1), parts.group(2) == null ? "" : parts.group(2));
    }

    boolean isGlob() {
        return GLOB.matcher(key).find();
    }

    /** The folder, with its slash or empty, that holds all a glob can match. */
    String globRoot() {
        Matcher wildcard = GLOB.matcher(key);
        String fixed = wildcard.find() ? key.substring(0, wildcard.start()) : key;
        return fixed.substring(0, fixed.lastIndexOf('/') + 1);
    }

    /** The keys that the glob matches, as local paths would be matched. */
    Predicate<String> globMatcher(String location) {
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + key);
            return candidate -> matcher.matches(Path.of(candidate));
        } catch (PatternSyntaxException e) {
            throw new ForebayException(
                    Kind.IO, "a glob must be well-formed: " + e.getDescription(), Place.of(location), e);
        }
    }

    /** The key as a folder: empty, or with a slash at its end. */
    String folder() {
        return key.isEmpty() || key.endsWith("/") ? key : key + "/";
    }

    /** False for names below {@code folder} that are no data. */
    static boolean isData(String key, String folder) {
        for (String name : key.substring(folder.length()).split("/", -1)) {
            if (name.isEmpty() || name.startsWith("_") || name.startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    String uri() {
        return "s3://" + bucket + "/" + key;
    }
}
