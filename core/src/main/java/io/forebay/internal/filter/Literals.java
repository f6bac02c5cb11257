// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.ForebayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The literals that a filter may hold. Integers and decimals are kept as {@code BigDecimal}. */
public final class Literals {
    private Literals() {}

    /** The literal in its canonical class; a {@code usage} error for a class that no column compares to. */
    public static Object checked(@Nullable Object literal) {
        if (literal instanceof Long
                || literal instanceof Integer
                || literal instanceof Short
                || literal instanceof Byte) {
            return BigDecimal.valueOf(((Number) literal).longValue());
        }
        if (literal instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (literal instanceof Float number) {
            return number.isNaN() || number.isInfinite()
                    ? (Object) number.doubleValue()
                    : new BigDecimal(number.toString());
        }
        if (literal instanceof Double number) {
            return number.isNaN() || number.isInfinite() ? (Object) number : new BigDecimal(number.toString());
        }
        if (literal instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer();
        }
        if (literal instanceof BigDecimal
                || literal instanceof ByteBuffer
                || literal instanceof String
                || literal instanceof Boolean
                || literal instanceof LocalDate
                || literal instanceof LocalDateTime
                || literal instanceof Instant) {
            return literal;
        }
        throw ForebayException.usage("a literal must be a number, string, boolean, bytes, date or timestamp: literal="
                + literal + (literal == null ? " (to find nulls, ask for is null)" : ""));
    }

    /** The bytes of a binary literal, in an array of their own. */
    static byte[] copy(ByteBuffer literal) {
        byte[] bytes = new byte[literal.remaining()];
        literal.duplicate().get(bytes);
        return bytes;
    }

    /** The literal as the filter grammar writes it. */
    public static String text(Object literal) {
        if (literal instanceof String string) {
            return "'" + string.replace("'", "''") + "'";
        }
        if (literal instanceof ByteBuffer bytes) {
            return "x'" + HexFormat.of().formatHex(copy(bytes)) + "'";
        }
        if (literal instanceof LocalDate date) {
            return "date '" + date + "'";
        }
        if (literal instanceof LocalDateTime || literal instanceof Instant) {
            return "timestamp '" + literal + "'";
        }
        return literal.toString();
    }
}
