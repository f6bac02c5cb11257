// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ForebayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SHA-256 over a sequence of fields, each preceded by its length so that no two sequences run together. */
public final class Digest {
    private static final int FILE_CHUNK_BYTES = 1 << 16;
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{1,16}:[a-zA-Z0-9]{1,128}");

    private final MessageDigest sha;

    public Digest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Fails for a digest that does not look like one; null is none. */
    public static void require(String name, @Nullable String digest) {
        if (digest != null && !FORM.matcher(digest).matches()) {
            throw ForebayException.corrupt("a checkpoint's " + name + " must be a digest: " + name + "=" + digest);
        }
    }

    public Digest add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    public Digest add(byte[] bytes, int offset, int length) {
        addInt(length);
        sha.update(bytes, offset, length);
        return this;
    }

    public Digest add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    public Digest add(long number) {
        addInt(Long.BYTES);
        addInt((int) (number >>> 32));
        addInt((int) number);
        return this;
    }

    /** Adds the bytes of a file. */
    public Digest addFile(Path file) throws IOException {
        byte[] chunk = new byte[FILE_CHUNK_BYTES];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
                sha.update(chunk, 0, read);
            }
        }
        return add(Files.size(file));
    }

    private void addInt(int number) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            sha.update((byte) (number >>> shift));
        }
    }

    /** The digest as {@code sha256:} and 64 hexadecimal digits. */
    public String finish() {
        return "sha256:" + HexFormat.of().formatHex(sha.digest());
    }
}
