// SPDX-License-Identifier: Apache-2.0
package io.forebay;

/** A file or object was replaced after it had been listed: what was read of it must not be mixed with what is there now. */
public final class SourceChangedException extends ForebayException {
    private static final long serialVersionUID = 1L;

    /** @param rule what differs, with both values */
    public SourceChangedException(String rule, Place place) {
        super(Kind.IO, rule, place, null);
    }

    @Override
    SourceChangedException copy(String ruleAndValues, Place where) {
        return new SourceChangedException(ruleAndValues, where);
    }
}
