// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Integers as decimals. */
final class Decimals {
    private Decimals() {}

    /** Digits of the largest integers of a type. */
    static int digits(ArrowType.Int type) {
        return switch (type.getBitWidth()) {
            case 8 -> 3;
            case 16 -> 5;
            case 32 -> 10;
            default -> type.getIsSigned() ? 19 : 20;
        };
    }

    /** The number that 64 bits stand for. */
    static BigDecimal of(long bits, boolean unsigned) {
        BigInteger signed = BigInteger.valueOf(bits);
        return new BigDecimal(unsigned && bits < 0 ? signed.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : signed);
    }
}
