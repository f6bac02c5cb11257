// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.ForebayException;
import java.util.ArrayList;
import java.util.List;

/**
 * One word of a filter's text.
 *
 * @param text the content, without quotes
 * @param offset where it starts, in characters
 */
record FilterToken(Kind kind, String text, int offset) {
    enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        NUMBER,
        SYMBOL,
        END
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    static List<FilterToken> tokenize(String text) {
        List<FilterToken> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            int end;
            if (c == '\'' || c == '"' || c == '`') {
                end = endOfQuoted(text, at);
                String inner = text.substring(at + 1, end - 1).replace("" + c + c, "" + c);
                tokens.add(new FilterToken(c == '`' ? Kind.QUOTED_NAME : Kind.STRING, inner, at));
            } else if (startsNumber(text, at)) {
                end = endOfNumber(text, at);
                tokens.add(new FilterToken(Kind.NUMBER, text.substring(at, end), at));
            } else if (isNameCharacter(c) || startsNegativeInfinity(text, at)) {
                end = at + 1;
                while (end < text.length() && isNameCharacter(text.charAt(end))) {
                    end++;
                }
                tokens.add(new FilterToken(Kind.WORD, text.substring(at, end), at));
            } else {
                end = at + symbolLength(text, at);
                tokens.add(new FilterToken(Kind.SYMBOL, text.substring(at, end), at));
            }
            at = end;
        }
        tokens.add(new FilterToken(Kind.END, "", at));
        return tokens;
    }

    private static int endOfQuoted(String text, int start) {
        char quote = text.charAt(start);
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        throw ForebayException.usage("a quote must be closed: offset=" + start + ", filter=" + text);
    }

    private static boolean startsNumber(String text, int at) {
        char c = text.charAt(at);
        int digit = c == '-' || c == '+' ? at + 1 : at;
        if (digit < text.length() && text.charAt(digit) == '.') {
            digit++;
        }
        return digit < text.length() && isDigit(text.charAt(digit));
    }

    private static int endOfNumber(String text, int start) {
        int end = start + 1;
        while (end < text.length()) {
            char c = text.charAt(end);
            boolean exponentSign = (c == '-' || c == '+') && (text.charAt(end - 1) | 0x20) == 'e';
            if (!isDigit(c) && c != '.' && (c | 0x20) != 'e' && !exponentSign) {
                break;
            }
            end++;
        }
        return end;
    }

    private static boolean startsNegativeInfinity(String text, int at) {
        return text.regionMatches(true, at, "-infinity", 0, 9);
    }

    private static int symbolLength(String text, int at) {
        for (String symbol : List.of("!=", "<>", "<=", ">=")) {
            if (text.startsWith(symbol, at)) {
                return 2;
            }
        }
        if ("=<>(),.".indexOf(text.charAt(at)) >= 0) {
            return 1;
        }
        throw ForebayException.usage(
                "a filter has no such character: character=" + text.charAt(at) + ", offset=" + at + ", filter=" + text);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }
}
