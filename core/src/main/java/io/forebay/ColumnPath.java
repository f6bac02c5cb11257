// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.filter.FilterParser;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of a column: one part for each level of nesting. As text, dots descend into structs and backticks quote a part
 * that has dots, commas or spaces. An immutable value.
 */
public record ColumnPath(List<String> parts) {
    public ColumnPath {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw ForebayException.usage("column name must not be empty: column=");
        }
    }

    /** The path of a top-level column, whatever characters its name has. */
    public static ColumnPath ofName(String name) {
        return new ColumnPath(List.of(name));
    }

    /** Reads one path, such as {@code a.b} or {@code `odd name`.b}. */
    public static ColumnPath parse(String text) {
        List<ColumnPath> paths = parseList(text);
        if (paths.size() != 1) {
            throw ForebayException.usage("one column name is expected: columns=" + text);
        }
        return paths.get(0);
    }

    /** Reads a comma-separated list of paths. */
    public static List<ColumnPath> parseList(String text) {
        List<ColumnPath> paths = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        boolean wasQuoted = false;
        for (int i = 0; i <= text.length(); i++) {
            boolean atEnd = i == text.length();
            char c = atEnd ? ',' : text.charAt(i);
            if (quoted && atEnd) {
                throw ForebayException.usage("a backtick must be closed: columns=" + text);
            } else if (quoted && c == '`' && i + 1 < text.length() && text.charAt(i + 1) == '`') {
                part.append(c);
                i++;
            } else if (quoted) {
                quoted = c != '`';
                part.append(quoted ? String.valueOf(c) : "");
            } else if (c == '.' || c == ',') {
                parts.add(finished(part, wasQuoted, text));
                wasQuoted = false;
                if (c == ',') {
                    paths.add(new ColumnPath(parts));
                    parts = new ArrayList<>();
                }
            } else if (c == '`' && !wasQuoted && part.toString().isBlank()) {
                part.setLength(0);
                quoted = true;
                wasQuoted = true;
            } else if (c == '`' || (wasQuoted && !Character.isWhitespace(c))) {
                throw ForebayException.usage("backticks must enclose a whole name: columns=" + text);
            } else if (!wasQuoted) {
                part.append(c);
            }
        }
        return paths;
    }

    private static String finished(StringBuilder part, boolean wasQuoted, String text) {
        String name = wasQuoted ? part.toString() : part.toString().strip();
        part.setLength(0);
        if (name.isEmpty() && !wasQuoted) {
            throw ForebayException.usage("column name must not be empty: columns=" + text);
        }
        return name;
    }

    /** The name of the top-level column. */
    public String root() {
        return parts.get(0);
    }

    /** The path as {@link #parse} reads it. */
    @Override
    public String toString() {
        return String.join(".", parts.stream().map(ColumnPath::quoted).toList());
    }

    private static String quoted(String part) {
        boolean plain = !part.isEmpty()
                && !Character.isDigit(part.charAt(0))
                && part.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_')
                && !FilterParser.isReserved(part);
        return plain ? part : "`" + part.replace("`", "``") + "`";
    }
}
