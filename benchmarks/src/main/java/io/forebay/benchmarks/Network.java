// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.Locale;

/** A network that {@code benchmarks/models/export.py} writes, in both formats. */
enum Network {
    /** 64 columns to 10 scores: next to nothing to compute, so that the data path is what is measured. */
    LINEAR(64, false),
    /** 64 columns through two layers of 256 to 2 scores. */
    MLP(64, false),
    /** Images of 28 by 28 through two convolutions and three layers to 10 scores. */
    CNN(28 * 28, true);

    /** The column of {@link SqlFile#IMAGES}, lists of pixels; a matrix has a column for each feature. */
    static final String IMAGE = "image";

    /** Numbers in a row. */
    final int width;

    final boolean takesImages;

    Network(int width, boolean takesImages) {
        this.width = width;
        this.takesImages = takesImages;
    }

    /** The network that {@code -p network=} names. */
    static Network named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    String fileName(String ending) {
        return name().toLowerCase(Locale.ROOT) + ending;
    }

    /** The dimensions of one row. */
    long[] rowShape() {
        return takesImages ? new long[] {1, 28, 28} : new long[] {width};
    }
}
