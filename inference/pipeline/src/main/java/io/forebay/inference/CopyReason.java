// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/** Why bytes are copied, or made, on their way from columns into a model's tensors. */
public enum CopyReason {
    /** Several columns become one matrix. */
    MATRIX,
    /** The column's type or layout is not the tensor's. */
    TYPE,
    /** Something stands in for nulls. */
    NULLS,
    /** Something stands in for values that are not a number. */
    NANS,
    /** The model asks which values are null. */
    MASK,
    /** Engines take strings as objects. */
    STRINGS,
    /** Requests become one batch. */
    REQUESTS,
    /** Features are made. */
    FEATURES
}
