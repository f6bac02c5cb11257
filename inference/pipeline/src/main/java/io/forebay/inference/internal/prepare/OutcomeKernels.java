// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

/** What is made of the numbers of a row. */
final class OutcomeKernels {
    private OutcomeKernels() {}

    /** Makes numbers shares of 1; from the greatest down, so that none overflows. NaN, or +∞, makes all of them NaN. */
    static void softmax(double[] numbers) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double number : numbers) {
            greatest = Math.max(greatest, number);
        }
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.exp(numbers[i] - greatest);
            sum += numbers[i];
        }
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] /= sum;
        }
    }

    /** True when {@code a} is greater than {@code b}; NaN is greater than every number. */
    static boolean isGreater(double a, double b) {
        return a > b || (Double.isNaN(a) && !Double.isNaN(b));
    }

    /** Fills {@code places} with those of the greatest numbers, from the greatest on, the first of equals first. */
    static void greatest(double[] numbers, int[] places) {
        int found = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (found == places.length && !isGreater(numbers[i], numbers[places[found - 1]])) {
                continue;
            }
            int at = found < places.length ? found++ : found - 1;
            while (at > 0 && isGreater(numbers[i], numbers[places[at - 1]])) {
                places[at] = places[at - 1];
                at--;
            }
            places[at] = i;
        }
    }
}
