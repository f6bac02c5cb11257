// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import java.math.BigDecimal;
import java.util.Locale;
import org.apache.arrow.memory.util.Float16;

/** 16-bit floats as text. */
final class HalfText {
    private HalfText() {}

    /** The shortest decimal number that rounds to {@code half}, or a quoted word where it is no finite number. */
    static String shortest(short half) {
        float value = Float16.toFloat(half);
        if (!Float.isFinite(value)) {
            return "\"" + value + "\"";
        }
        if (half == (short) 0x8000) {
            return "-0.0";
        }
        for (int digits = 1; digits < 6; digits++) {
            String text = String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
            if (Float16.toFloat16(Float.parseFloat(text)) == half) {
                return new BigDecimal(text).stripTrailingZeros().toPlainString();
            }
        }
        return Float.toString(value);
    }
}
