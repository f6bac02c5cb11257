// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import java.util.function.Consumer;
import org.apache.arrow.memory.OutOfMemoryException;

/** What goes wrong while data are read, as the consumer of a stream sees it. */
public final class Failures {
    private Failures() {}

    /** The end of a wait by an interrupt, which stays set. */
    public static ForebayException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ForebayException(Kind.CANCELLED, "the wait for a batch was interrupted", e);
    }

    /** Any failure as the exception that the consumer sees. */
    public static ForebayException located(Throwable failure, Place place) {
        if (failure instanceof ForebayException typed) {
            return typed.at(place);
        }
        if (failure instanceof OutOfMemoryException || failure instanceof OutOfMemoryError) {
            return new ForebayException(
                    Kind.LIMIT, "data must fit the memory budget: " + failure.getMessage(), place, failure);
        }
        if (failure instanceof LinkageError) {
            return new ForebayException(
                    Kind.UNSUPPORTED, "a library must be on the class path and load: " + failure, place, failure);
        }
        return new ForebayException(Kind.CORRUPT, "data could not be decoded: " + failure, place, failure);
    }

    /** Closes all of them, whichever fail to; then fails as the first one did. */
    public static <T> void closeAll(Iterable<T> some, Consumer<? super T> close) {
        RuntimeException first = null;
        for (T one : some) {
            try {
                close.accept(one);
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
