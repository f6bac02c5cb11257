// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

/** What PyTorch and DJL say, on one line: the message comes first, and where in the code it failed, or the cause, after that. */
final class TorchErrors {
    private static final int CHARACTERS_MAX = 300;

    private TorchErrors() {}

    static String message(Throwable e) {
        String text = line(e);
        Throwable cause = e.getCause();
        if (cause != null && !text.contains(line(cause))) {
            text = text + ": " + line(cause);
        }
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + " …";
    }

    private static String line(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message.replaceAll("\\s+", " ").strip();
    }
}
