// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.TypeNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that Arrow's writers noted as lists of a fixed size are read as such, where all files agree. */
class WrittenLayoutsTest {
    private static final MessageType MESSAGE = MessageTypeParser.parseMessageType(
            "message m { optional group point (LIST) { repeated group list { optional float element; } } }");
    private static final String LIST = "list<float32>";
    private static final String PAIR = "fixed_size_list<float32>[2]";

    @TempDir
    Path folder;

    private final Forebay forebay =
            Forebay.builder().memoryLimit("64MiB").threads(2).build();

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void listsOfAFixedSizeComeAsSuch() throws IOException {
        write("a.parquet", 2, 2);
        write("b.parquet", 2, 2);
        Dataset dataset = forebay.dataset(folder.toString());
        assertThat(typeOf(dataset)).isEqualTo(PAIR);
        List<Object> pairs = points(dataset, 7);
        assertThat(pairs).hasSize(200).contains(List.of(16f, 17f)).containsNull();
        Dataset plain = dataset.layout("point", new ArrowType.List());
        assertThat(typeOf(plain)).isEqualTo(LIST);
        assertThat(points(plain, 1000)).isEqualTo(pairs);
    }

    @Test
    void filesThatDisagreeComeAsLists() throws IOException {
        write("a.parquet", 2, 2);
        write("b.parquet", 3, 3);
        assertThat(typeOf(forebay.dataset(folder.toString()))).isEqualTo(LIST);
        write("b.parquet", 2, 0);
        Dataset dataset = forebay.dataset(folder.toString());
        assertThat(typeOf(dataset)).isEqualTo(LIST);
        assertThat(points(dataset, 1000)).hasSize(200);
    }

    @Test
    void aNoteThatIsWrongIsFoundOut() throws IOException {
        write("a.parquet", 3, 2);
        assertThatThrownBy(() -> points(forebay.dataset(folder.toString()), 1000))
                .isInstanceOf(ForebayException.class)
                .hasMessageStartingWith(
                        "lists must all have the length of their layout: column=point, length=3, layout=2");
    }

    private static String typeOf(Dataset dataset) {
        return TypeNames.of(dataset.schema().findField("point"));
    }

    private static List<Object> points(Dataset dataset, int batchRows) {
        return Columns.read(dataset, batchRows).of("point");
    }

    /** 100 rows of {@code length} floats, every seventh null, and a note of another length, or none if that is 0. */
    private void write(String name, int length, int notedLength) throws IOException {
        Field element = new Field(
                "element", FieldType.nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)), null);
        Field point =
                new Field("point", FieldType.nullable(new ArrowType.FixedSizeList(notedLength)), List.of(element));
        byte[] note = new Schema(List.of(point)).serializeAsMessage();
        Path path = folder.resolve(name);
        path.toFile().delete();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(path))
                .withType(MESSAGE)
                .withExtraMetaData(
                        notedLength == 0
                                ? Map.of()
                                : Map.of("ARROW:schema", Base64.getEncoder().encodeToString(note)))
                .build()) {
            for (int row = 0; row < 100; row++) {
                Group group = new SimpleGroup(MESSAGE);
                if (row % 7 != 0) {
                    Group list = group.addGroup("point");
                    for (int i = 0; i < length; i++) {
                        list.addGroup("list").append("element", (float) row * length + i);
                    }
                }
                writer.write(group);
            }
        }
    }
}
