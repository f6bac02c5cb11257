// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The narrowest type that holds every value of two types without loss. */
final class CommonType {
    private static final int DIGITS_MAX = 76;
    private static final int DIGITS_128_MAX = 38;

    private CommonType() {}

    /** The common type of two types without children, or null when there is none. */
    static @Nullable ArrowType of(ArrowType a, ArrowType b) {
        if (a.equals(b) || b instanceof ArrowType.Null) {
            return a;
        }
        if (a instanceof ArrowType.Null) {
            return b;
        }
        if (a instanceof ArrowType.Int left && b instanceof ArrowType.Int right) {
            return integer(left, right);
        }
        if (a instanceof ArrowType.FloatingPoint left && b instanceof ArrowType.FloatingPoint right) {
            return left.getPrecision().compareTo(right.getPrecision()) >= 0 ? left : right;
        }
        if (a instanceof ArrowType.Decimal left && b instanceof ArrowType.Decimal right) {
            return decimal(left, right);
        }
        if (a instanceof ArrowType.Timestamp left && b instanceof ArrowType.Timestamp right) {
            return timestamp(left, right);
        }
        if (a instanceof ArrowType.Time left && b instanceof ArrowType.Time right) {
            return left.getUnit().compareTo(right.getUnit()) >= 0 ? left : right;
        }
        if (a instanceof ArrowType.Int integer) {
            return ofInteger(integer, b);
        }
        return b instanceof ArrowType.Int integer ? ofInteger(integer, a) : null;
    }

    private static ArrowType.@Nullable Int integer(ArrowType.Int a, ArrowType.Int b) {
        if (a.getIsSigned() == b.getIsSigned()) {
            return a.getBitWidth() >= b.getBitWidth() ? a : b;
        }
        int unsignedBits = a.getIsSigned() ? b.getBitWidth() : a.getBitWidth();
        int signedBits = a.getIsSigned() ? a.getBitWidth() : b.getBitWidth();
        int bits = Math.max(2 * unsignedBits, signedBits);
        return bits <= Long.SIZE ? new ArrowType.Int(bits, true) : null;
    }

    /** An integer beside a floating-point number, which must hold all of its digits, or beside a decimal. */
    private static @Nullable ArrowType ofInteger(ArrowType.Int integer, ArrowType other) {
        if (other instanceof ArrowType.Decimal decimal) {
            return decimal(new ArrowType.Decimal(Decimals.digits(integer), 0, 128), decimal);
        }
        if (!(other instanceof ArrowType.FloatingPoint floating) || integer.getBitWidth() > 32) {
            return null;
        }
        boolean single = integer.getBitWidth() <= 16 && floating.getPrecision() != FloatingPointPrecision.DOUBLE;
        return new ArrowType.FloatingPoint(single ? FloatingPointPrecision.SINGLE : FloatingPointPrecision.DOUBLE);
    }

    private static ArrowType.@Nullable Decimal decimal(ArrowType.Decimal a, ArrowType.Decimal b) {
        int scale = Math.max(a.getScale(), b.getScale());
        int digits = Math.max(a.getPrecision() - a.getScale(), b.getPrecision() - b.getScale()) + scale;
        return digits > DIGITS_MAX ? null : new ArrowType.Decimal(digits, scale, digits <= DIGITS_128_MAX ? 128 : 256);
    }

    private static ArrowType.@Nullable Timestamp timestamp(ArrowType.Timestamp a, ArrowType.Timestamp b) {
        boolean sameZone = a.getTimezone() == null
                ? b.getTimezone() == null
                : a.getTimezone().equals(b.getTimezone());
        TimeUnit finer = a.getUnit().compareTo(b.getUnit()) >= 0 ? a.getUnit() : b.getUnit();
        return sameZone ? new ArrowType.Timestamp(finer, a.getTimezone()) : null;
    }
}
