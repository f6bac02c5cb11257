// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

/** What PyTorch says, on one line: its message comes first, and where in its code it failed after that. */
final class TorchErrors {
    private static final int CHARACTERS_MAX = 300;

    private TorchErrors() {}

    static String message(Throwable e) {
        String message = e.getMessage();
        String text =
                message == null ? e.toString() : message.replaceAll("\\s+", " ").strip();
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + " …";
    }
}
