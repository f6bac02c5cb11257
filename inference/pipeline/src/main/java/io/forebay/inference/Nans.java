// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * What becomes of values that are not a number, on their way into a model's inputs of 32-bit and 64-bit floats; what stands in for
 * nulls is among them. An immutable value.
 *
 * @param policy the rule
 * @param fill what stands in, where the policy fills
 */
public record Nans(Policy policy, double fill) {
    /** The rules. */
    public enum Policy {
        /** The model sees them. */
        PASS,
        /** One ends the run with an error that names its input and row. */
        FAIL,
        /** A value stands in. */
        FILL
    }

    public static Nans pass() {
        return new Nans(Policy.PASS, 0);
    }

    public static Nans fail() {
        return new Nans(Policy.FAIL, 0);
    }

    public static Nans fill(double value) {
        return new Nans(Policy.FILL, value);
    }
}
