// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.TensorSpec.Element;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** Values that are not a number, among those of a tensor; other element types than 32-bit and 64-bit floats have none here. */
final class NanKernels {
    private NanKernels() {}

    /** The first, counted in elements, or −1. */
    static int first(ByteBuffer data, Element element) {
        return switch (element) {
            case FLOAT32 -> first(data.asFloatBuffer());
            case FLOAT64 -> first(data.asDoubleBuffer());
            default -> -1;
        };
    }

    private static int first(FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (Float.isNaN(values.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static int first(DoubleBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (Double.isNaN(values.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /** Puts {@code fill} in the place of each, from the one at {@code first} on. */
    static void replace(ByteBuffer data, Element element, int first, double fill) {
        if (element == Element.FLOAT32) {
            FloatBuffer values = data.asFloatBuffer();
            for (int i = first; i < values.limit(); i++) {
                if (Float.isNaN(values.get(i))) {
                    values.put(i, (float) fill);
                }
            }
        } else {
            DoubleBuffer values = data.asDoubleBuffer();
            for (int i = first; i < values.limit(); i++) {
                if (Double.isNaN(values.get(i))) {
                    values.put(i, fill);
                }
            }
        }
    }
}
