// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.inference.internal.OneLine;

/** What PyTorch and DJL say, on one line: the message comes first, and where in the code it failed, or the cause, after that. */
final class TorchErrors {
    private static final int CHARACTERS_MAX = 300;

    private TorchErrors() {}

    static String message(Throwable e) {
        String text = OneLine.of(e);
        Throwable cause = e.getCause();
        if (cause != null && !text.contains(OneLine.of(cause))) {
            text = text + ": " + OneLine.of(cause);
        }
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + " …";
    }
}
