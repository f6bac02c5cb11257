// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import io.forebay.spi.DataFile;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * The columns that folders named {@code column=value} spell out, as Hive laid tables out. A column whose values are all
 * integers is int64, one of dates alone date32, any other utf8. Immutable.
 */
final class HivePartitions {
    private static final String NULL = "__HIVE_DEFAULT_PARTITION__";
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    /** Of each column its field, in order of first appearance. */
    private final Map<String, Field> fields = new LinkedHashMap<>();

    private HivePartitions(List<DataFile> files) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (DataFile file : files) {
            textsOf(file).forEach((name, text) -> {
                List<String> known = texts.computeIfAbsent(name, key -> new ArrayList<>());
                if (!text.equals(NULL)
                        && (known.isEmpty() || !known.get(known.size() - 1).equals(text))) {
                    known.add(text);
                }
            });
        }
        texts.forEach((name, values) -> fields.put(name, new Field(name, FieldType.nullable(typeOf(values)), null)));
    }

    /** The columns of the files' paths, below the location that was listed. */
    static HivePartitions of(List<DataFile> files) {
        return new HivePartitions(files);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    List<Field> fields() {
        return List.copyOf(fields.values());
    }

    /** Whether {@code field} is one of these columns. */
    boolean has(Field field) {
        return fields.containsKey(field.getName());
    }

    /** The values of a file's columns as filters compare them: {@code Long} or {@code byte[]}; null for null. */
    Map<String, @Nullable Object> valuesOf(DataFile file) {
        Map<String, String> texts = textsOf(file);
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        fields.forEach((name, field) -> {
            String text = texts.get(name);
            values.put(name, text == null || text.equals(NULL) ? null : value(field.getType(), text));
        });
        return values;
    }

    private static Object value(ArrowType type, String text) {
        if (type instanceof ArrowType.Int) {
            return Long.valueOf(text);
        }
        return type instanceof ArrowType.Date
                ? (Object) LocalDate.parse(text).toEpochDay()
                : text.getBytes(StandardCharsets.UTF_8);
    }

    private static ArrowType typeOf(List<String> values) {
        if (!values.isEmpty()
                && values.stream().allMatch(value -> INTEGER.matcher(value).matches())) {
            return new ArrowType.Int(64, true);
        }
        boolean dates = !values.isEmpty() && values.stream().allMatch(HivePartitions::isDate);
        return dates ? new ArrowType.Date(DateUnit.DAY) : new ArrowType.Utf8();
    }

    private static boolean isDate(String text) {
        if (!DATE.matcher(text).matches()) {
            return false;
        }
        try {
            LocalDate unused = LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static Map<String, String> textsOf(DataFile file) {
        Map<String, String> texts = new LinkedHashMap<>();
        String path = file.storageObject().relativePath();
        int end = path.lastIndexOf('/');
        if (end < 0 || path.indexOf('=') < 0) {
            return texts;
        }
        Stream.of(path.substring(0, end).split("/", -1)).forEach(folder -> {
            int equals = folder.indexOf('=');
            if (equals > 0) {
                texts.put(decoded(folder.substring(0, equals)), decoded(folder.substring(equals + 1)));
            }
        });
        return texts;
    }

    /** A name or value with its escaped characters; as it is where it is not well escaped. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
