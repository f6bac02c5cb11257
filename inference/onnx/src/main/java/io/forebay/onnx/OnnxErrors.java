// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

/** What ONNX Runtime says, on one line. */
final class OnnxErrors {
    private static final int CHARACTERS_MAX = 400;

    private OnnxErrors() {}

    static String message(Exception e) {
        String message = e.getMessage();
        String text =
                message == null ? e.toString() : message.replaceAll("\\s+", " ").strip();
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + "…";
    }
}
