// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Byte counts as people write them: {@code 1048576}, {@code 256MiB}, {@code 2g}. Units are powers of 1024. */
public final class ByteSize {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,15})\\s*([kmgt]?)(i?b)?", Pattern.CASE_INSENSITIVE);

    private ByteSize() {}

    /** The number of bytes that {@code text} means; a {@code usage} error when it means none. */
    public static long parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw ForebayException.usage("byte size must be a number with an optional unit such as MiB: size=" + text);
        }
        String unit = matcher.group(2).toLowerCase(Locale.ROOT);
        int shift = unit.isEmpty() ? 0 : 10 * ("kmgt".indexOf(unit) + 1);
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
        } catch (ArithmeticException e) {
            throw new ForebayException(Kind.USAGE, "byte size must fit 64 bits: size=" + text, e);
        }
    }
}
