// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A profile as a table for people. */
final class ProfileTable {
    private static final int CELL_CHARACTERS_MAX = 32;
    private static final List<String> HEADINGS =
            List.of("column", "type", "non-null", "complete", "min", "max", "sum or bytes");

    private ProfileTable() {}

    static String of(Profile profile) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADINGS);
        addColumns(lines, profile.columns(), profile.rows(), "");
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d rows, %,d bytes in file, %,d bytes decoded%n%n",
                profile.rows(),
                profile.fileBytes(),
                profile.decodedBytes()));
        appendAligned(text, lines);
        for (Profile.Column column : profile.columns()) {
            if (!column.top().isEmpty()) {
                text.append('\n')
                        .append(column.name())
                        .append(": ")
                        .append(top(column))
                        .append('\n');
            }
        }
        profile.warnings()
                .forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        return text.toString();
    }

    private static void addColumns(List<List<String>> lines, List<Profile.Column> columns, long rows, String indent) {
        for (Profile.Column column : columns) {
            double complete = rows == 0 ? 1 : (double) column.nonNull() / rows;
            Object total = column.totalLength() == null ? column.sum() : column.totalLength();
            lines.add(List.of(
                    indent + column.name(),
                    cut(column.typeName()),
                    Long.toString(column.nonNull()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * complete),
                    cut(column.min()),
                    cut(column.max()),
                    cut(total)));
            addColumns(lines, column.children(), rows, indent + "  ");
        }
    }

    private static String top(Profile.Column column) {
        return column.top().stream()
                .map(value -> value.value() + " × " + value.count())
                .collect(Collectors.joining(", "));
    }

    private static String cut(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.length() <= CELL_CHARACTERS_MAX ? text : text.substring(0, CELL_CHARACTERS_MAX - 1) + "…";
    }

    private static void appendAligned(StringBuilder text, List<List<String>> lines) {
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                padded.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
    }
}
