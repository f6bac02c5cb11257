// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every failure that Forebay reports. The message is one sentence of rule and values, followed by the place where the
 * input breaks the rule; {@link #kind()} says what sort of failure it is.
 */
public class ForebayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Sorts of failure; {@link #label()} is the word that the command line prints. */
    public enum Kind {
        /** The input breaks the rules of its format. */
        CORRUPT,
        /** The input is valid, as far as can be told, but needs something that Forebay does not do. */
        UNSUPPORTED,
        /** A size in the input exceeds the memory budget or another stated bound. */
        LIMIT,
        /** Reading or writing failed, or there is nothing to read. */
        IO,
        /** The caller asked for something that makes no sense. */
        USAGE,
        /** The work was cancelled, closed or interrupted by the caller. */
        CANCELLED;

        /** The kind in lower case, as in {@code "kind":"corrupt"}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kind kind;
    private final String rule;
    private final Place place;

    public ForebayException(Kind kind, String rule) {
        this(kind, rule, Place.NOWHERE, null);
    }

    public ForebayException(Kind kind, String rule, @Nullable Throwable cause) {
        this(kind, rule, Place.NOWHERE, cause);
    }

    public ForebayException(Kind kind, String rule, Place place, @Nullable Throwable cause) {
        super(rule + place.suffix(), cause);
        this.kind = kind;
        this.rule = rule;
        this.place = place;
    }

    public static ForebayException corrupt(String rule) {
        return new ForebayException(Kind.CORRUPT, rule);
    }

    public static ForebayException unsupported(String rule) {
        return new ForebayException(Kind.UNSUPPORTED, rule);
    }

    public static ForebayException limit(String rule) {
        return new ForebayException(Kind.LIMIT, rule);
    }

    public static ForebayException io(String rule) {
        return new ForebayException(Kind.IO, rule);
    }

    public static ForebayException cancelled(String rule) {
        return new ForebayException(Kind.CANCELLED, rule);
    }

    public static ForebayException usage(String rule) {
        return new ForebayException(Kind.USAGE, rule);
    }

    public final Kind kind() {
        return kind;
    }

    /** The rule and values alone, without the place. */
    String rule() {
        return rule;
    }

    /** Where in the input; {@link Place#NOWHERE} when the failure is not about a place. */
    public final Place place() {
        return place;
    }

    /** The same failure with what {@code outer} knows added to its place; parts already known are kept. */
    public ForebayException at(Place outer) {
        Place merged = place.within(outer);
        return merged.equals(place) ? this : movedTo(merged);
    }

    /** The same failure at {@code where}, in place of where it was: for rows that are counted in another way. */
    public ForebayException movedTo(Place where) {
        ForebayException located = copy(rule, where);
        located.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            located.addSuppressed(suppressed);
        }
        return located;
    }

    /** A failure of this class at another place. */
    ForebayException copy(String ruleAndValues, Place where) {
        return new ForebayException(kind, ruleAndValues, where, getCause());
    }
}
