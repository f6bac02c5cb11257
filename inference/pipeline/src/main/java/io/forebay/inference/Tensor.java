// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.TensorSpec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The data of one input or output of one run: a view, valid during the run, of memory that somebody else owns.
 *
 * @param spec what the model calls it
 * @param shape its dimensions in this run, {@code [rows, ...]}
 * @param data direct, in native order, from position 0 to its limit; null for strings
 * @param strings the elements where they are strings, else null
 */
public record Tensor(TensorSpec spec, Shape shape, @Nullable ByteBuffer data, @Nullable Strings strings) {
    /** Dimensions, as an engine takes them. */
    public static final class Shape {
        private final long[] sizes;

        private Shape(long[] sizes) {
            this.sizes = sizes;
        }

        /** The shape of {@code rows} rows; a free dimension other than the first takes {@code free}. */
        public static Shape of(TensorSpec spec, long rows, long free) {
            long[] sizes = new long[spec.shape().size()];
            for (int i = 0; i < sizes.length; i++) {
                long size = spec.shape().get(i);
                sizes[i] = i == 0 ? rows : size < 0 ? free : size;
            }
            return new Shape(sizes);
        }

        /** The sizes; not to be changed. */
        public long[] sizes() {
            return sizes;
        }
    }

    /** A reused array of strings, one for each element. */
    public static final class Strings {
        private final String[] values;

        public Strings(String[] values) {
            this.values = values;
        }

        /** The elements; not to be changed. */
        public String[] values() {
            return values;
        }
    }
}
