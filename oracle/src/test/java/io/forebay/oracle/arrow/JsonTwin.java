// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.arrow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What an IPC file holds, as Arrow's integration tests write it down in JSON: buffer by buffer. Cells come in the form of {@link
 * PlainCells}.
 */
final class JsonTwin {
    private static final long MILLIS_PER_DAY = 86_400_000;

    private final JsonNode root;
    private final Map<Long, JsonNode> dictionaries = new HashMap<>();

    private JsonTwin(JsonNode root) {
        this.root = root;
        root.path("dictionaries")
                .forEach(dictionary -> dictionaries.put(
                        dictionary.get("id").asLong(),
                        dictionary.get("data").get("columns").get(0)));
    }

    static JsonTwin read(Path gzipped) throws IOException {
        try (InputStream json = new GZIPInputStream(Files.newInputStream(gzipped))) {
            return new JsonTwin(new ObjectMapper().readTree(json));
        }
    }

    /** All cells of the column with this ordinal. */
    List<Object> column(int ordinal) {
        JsonNode field = root.get("schema").get("fields").get(ordinal);
        List<Object> cells = new ArrayList<>();
        for (JsonNode batch : root.get("batches")) {
            JsonNode column = batch.get("columns").get(ordinal);
            for (int row = 0; row < batch.get("count").asInt(); row++) {
                cells.add(cell(field, column, row));
            }
        }
        return cells;
    }

    private Object cell(JsonNode field, JsonNode column, int row) {
        JsonNode validity = column.get("VALIDITY");
        boolean absent = validity != null && validity.get(row).asInt() == 0;
        if (absent || typeOf(field).equals("null")) {
            return null;
        }
        JsonNode dictionary = field.get("dictionary");
        return dictionary == null ? value(field, column, row) : decoded(field, dictionary, column, row);
    }

    private Object decoded(JsonNode field, JsonNode dictionary, JsonNode column, int row) {
        Map<String, JsonNode> plain = new HashMap<>();
        field.properties().forEach(entry -> plain.put(entry.getKey(), entry.getValue()));
        plain.remove("dictionary");
        JsonNode values = dictionaries.get(dictionary.get("id").asLong());
        JsonNode valueField = new ObjectMapper().valueToTree(plain);
        return cell(valueField, values, column.get("DATA").get(row).asInt());
    }

    private static String typeOf(JsonNode field) {
        return field.get("type").get("name").asText();
    }

    private Object value(JsonNode field, JsonNode column, int row) {
        JsonNode type = field.get("type");
        JsonNode data = column.get("DATA") == null ? null : column.get("DATA").get(row);
        return switch (typeOf(field)) {
            case "bool" -> data.asInt() == 1 || data.asText().equals("true");
            case "int", "time", "timestamp", "duration", "decimal" -> new BigInteger(data.asText());
            case "date" -> date(type.get("unit").asText(), new BigInteger(data.asText()));
            case "floatingpoint" ->
                type.get("precision").asText().equals("SINGLE")
                        ? (Object) (double) Float.parseFloat(data.asText())
                        : (Object) data.asDouble();
            case "utf8", "largeutf8", "binary", "largebinary", "fixedsizebinary" -> data.asText();
            case "interval" -> interval(type.get("unit").asText(), data);
            case "list", "largelist" -> elements(field, column, row);
            case "map" -> entries(field, column, row);
            case "fixedsizelist" -> {
                int size = type.get("listSize").asInt();
                yield elements(field, column, row * size, (row + 1) * size);
            }
            case "struct" -> struct(field, column, row);
            default -> throw new IllegalArgumentException("unknown type: " + type);
        };
    }

    private static BigInteger date(String unit, BigInteger value) {
        return unit.equals("DAY") ? value : BigInteger.valueOf(Math.floorDiv(value.longValueExact(), MILLIS_PER_DAY));
    }

    private static Object interval(String unit, JsonNode data) {
        return unit.equals("YEAR_MONTH")
                ? PlainCells.interval(data.asInt(), 0, 0)
                : PlainCells.interval(
                        0, data.get("days").asInt(), data.get("milliseconds").asInt() * 1_000_000L);
    }

    private List<Object> elements(JsonNode field, JsonNode column, int row) {
        JsonNode offsets = column.get("OFFSET");
        return elements(
                field, column, offsets.get(row).asInt(), offsets.get(row + 1).asInt());
    }

    private List<Object> elements(JsonNode field, JsonNode column, int from, int to) {
        List<Object> elements = new ArrayList<>();
        for (int i = from; i < to; i++) {
            elements.add(
                    cell(field.get("children").get(0), column.get("children").get(0), i));
        }
        return elements;
    }

    /** A map's entries, each as the list of its key and value: their names are the writer's choice. */
    private List<Object> entries(JsonNode field, JsonNode column, int row) {
        List<Object> entries = new ArrayList<>();
        for (Object entry : elements(field, column, row)) {
            entries.add(new ArrayList<>(((Map<?, ?>) entry).values()));
        }
        return entries;
    }

    private Map<String, Object> struct(JsonNode field, JsonNode column, int row) {
        Map<String, Object> struct = new LinkedHashMap<>();
        for (int i = 0; i < field.get("children").size(); i++) {
            JsonNode child = field.get("children").get(i);
            struct.put(
                    child.get("name").asText(),
                    cell(child, column.get("children").get(i), row));
        }
        return struct;
    }
}
