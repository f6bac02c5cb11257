// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.TypeNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.vector.types.pojo.Field;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forebay schema}: names and types of the columns. */
@Command(name = "schema", description = "Prints rows, units and the columns with their types.")
final class SchemaCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files, folders, globs or URIs of one data set.")
    private List<String> paths;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    @Mixin
    private StorageOptions stores;

    @Override
    public Integer call() throws IOException {
        try (Forebay forebay = stores.forebay().build()) {
            Dataset dataset = forebay.dataset(paths);
            List<Field> fields = dataset.schema().getFields();
            if (asJson) {
                Output.printJson(json -> writeJson(json, dataset, fields));
            } else {
                print(dataset, fields);
            }
        }
        return 0;
    }

    private static void writeJson(JsonGenerator json, Dataset dataset, List<Field> fields) throws IOException {
        json.writeStartObject();
        json.writeNumberField("rows", dataset.rows());
        json.writeNumberField("units", dataset.unitCount());
        json.writeFieldName("fields");
        writeFields(json, fields);
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, List<Field> fields) throws IOException {
        json.writeStartArray();
        for (Field field : fields) {
            json.writeStartObject();
            json.writeStringField("name", field.getName());
            json.writeStringField("type", TypeNames.of(field));
            json.writeBooleanField("nullable", field.isNullable());
            json.writeFieldName("children");
            writeFields(json, field.getChildren());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void print(Dataset dataset, List<Field> fields) throws IOException {
        OutputStream out = Output.standard();
        StringBuilder text = new StringBuilder();
        text.append(dataset.rows())
                .append(" rows in ")
                .append(dataset.unitCount())
                .append(" units\n");
        for (Field field : fields) {
            text.append(field.getName()).append("  ").append(TypeNames.of(field));
            text.append(field.isNullable() ? "\n" : "  not null\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
