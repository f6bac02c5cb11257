// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.ForebayException;
import io.forebay.Profile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Profiles as JSON. */
final class ProfileJson {
    private ProfileJson() {}

    /** The profile of a data set. */
    static void write(JsonGenerator json, Profile profile) throws IOException {
        json.writeStartObject();
        writeBody(json, profile);
        json.writeEndObject();
    }

    /** The profile of one file of several. */
    static void writeFile(JsonGenerator json, String path, Profile profile) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", path);
        writeBody(json, profile);
        json.writeEndObject();
    }

    /** What stands in for the profile of a file that cannot be read. */
    static void writeError(JsonGenerator json, String path, ForebayException failure) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", path);
        json.writeObjectFieldStart("error");
        json.writeStringField("kind", failure.kind().label());
        json.writeStringField("message", failure.getMessage());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeBody(JsonGenerator json, Profile profile) throws IOException {
        json.writeNumberField("rows", profile.rows());
        json.writeNumberField("fileBytes", profile.fileBytes());
        json.writeNumberField("decodedBytes", profile.decodedBytes());
        json.writeFieldName("columns");
        writeColumns(json, profile.columns(), profile.rows());
        json.writeArrayFieldStart("warnings");
        for (String warning : profile.warnings()) {
            json.writeString(warning);
        }
        json.writeEndArray();
    }

    private static void writeColumns(JsonGenerator json, List<Profile.Column> columns, long rows) throws IOException {
        json.writeStartArray();
        for (Profile.Column column : columns) {
            writeColumn(json, column, rows);
        }
        json.writeEndArray();
    }

    private static void writeColumn(JsonGenerator json, Profile.Column column, long rows) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", column.name());
        json.writeStringField("type", column.typeName());
        json.writeNumberField("nonNull", column.nonNull());
        json.writeNumberField("completeness", rows == 0 ? 1.0 : (double) column.nonNull() / rows);
        writeField(json, "min", column.min());
        writeField(json, "max", column.max());
        writeField(json, "sum", column.sum());
        if (column.totalLength() != null) {
            json.writeNumberField("totalLength", column.totalLength());
        }
        if (!column.children().isEmpty()) {
            json.writeFieldName("children");
            writeColumns(json, column.children(), rows);
        }
        if (!column.top().isEmpty()) {
            json.writeArrayFieldStart("top");
            for (Profile.ValueCount value : column.top()) {
                json.writeStartObject();
                json.writeStringField("value", value.value());
                json.writeNumberField("count", value.count());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeField(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        json.writeFieldName(name);
        Output.writeValue(json, value);
    }
}
