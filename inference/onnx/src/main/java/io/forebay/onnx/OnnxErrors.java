// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

/** What ONNX Runtime says, on one line. Of a long message both ends are kept: the innermost cause comes last. */
final class OnnxErrors {
    private static final int CHARACTERS_MAX = 400;

    private OnnxErrors() {}

    static String message(Exception e) {
        String message = e.getMessage();
        String text =
                message == null ? e.toString() : message.replaceAll("\\s+", " ").strip();
        return text.length() <= CHARACTERS_MAX
                ? text
                : text.substring(0, CHARACTERS_MAX / 2) + " … " + text.substring(text.length() - CHARACTERS_MAX / 2);
    }
}
