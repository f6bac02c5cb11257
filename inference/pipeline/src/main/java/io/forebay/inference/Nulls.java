// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * What a model sees where a column has no value. An immutable value.
 *
 * @param policy the rule
 * @param fill what stands in for a missing number, where the policy fills; missing strings become empty
 */
public record Nulls(Policy policy, double fill) {
    /** The rules. */
    public enum Policy {
        /** A null ends the run with an error that names its column and row. */
        FAIL,
        /** A value stands in. */
        FILL,
        /** As FILL; and where the model has an input named as the column with {@code _mask}, it tells value from null. */
        MASK
    }

    /** The suffix of mask inputs. */
    public static final String MASK_SUFFIX = "_mask";

    public static Nulls fail() {
        return new Nulls(Policy.FAIL, 0);
    }

    public static Nulls fill(double value) {
        return new Nulls(Policy.FILL, value);
    }

    public static Nulls mask(double value) {
        return new Nulls(Policy.MASK, value);
    }
}
