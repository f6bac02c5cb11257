// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

/** What native libraries say, fit for a message of ours. */
public final class OneLine {
    private OneLine() {}

    /** The message of a failure, or what it is where it has none, on one line. */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.toString()
                : message.replaceAll("\\s+", " ").strip();
    }
}
