// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.internal.OneLine;

/** What ONNX Runtime says, on one line. Of a long message both ends are kept: the innermost cause comes last. */
final class OnnxErrors {
    private static final int CHARACTERS_MAX = 400;

    private OnnxErrors() {}

    static String message(Exception e) {
        String text = OneLine.of(e);
        return text.length() <= CHARACTERS_MAX
                ? text
                : text.substring(0, CHARACTERS_MAX / 2) + " … " + text.substring(text.length() - CHARACTERS_MAX / 2);
    }
}
