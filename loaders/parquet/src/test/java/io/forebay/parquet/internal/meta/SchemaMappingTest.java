// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.spi.FieldNotes;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;

/** What a schema says beside names and types comes along. */
class SchemaMappingTest {
    @Test
    void fieldIdsAreKeptAtEveryDepth() {
        List<ColumnNode> columns = SchemaMapping.columns(
                MessageTypeParser.parseMessageType(
                        """
                message m {
                  optional int32 plain;
                  optional int64 time (TIME(NANOS,true)) = 1;
                  optional group struct = 2 { required binary name (STRING) = 3; }
                  optional group list (LIST) = 4 { repeated group list { optional float element = 5; } }
                  optional group map (MAP) = 6 {
                    repeated group key_value { required int32 key = 7; optional int32 value = 8; }
                  }
                  repeated int32 bare = 9;
                }
                """));
        List<String> ids = new ArrayList<>();
        columns.forEach(column -> collect(column.field(), ids));
        assertThat(ids)
                .containsExactly(
                        "plain null",
                        "time 1",
                        "struct 2",
                        "name 3",
                        "list 4",
                        "element 5",
                        "map 6",
                        "entries null",
                        "key 7",
                        "value 8",
                        "bare 9",
                        "bare 9");
        assertThat(FieldNotes.has(columns.get(1).field(), FieldNotes.UTC)).isTrue();
    }

    private static void collect(Field field, List<String> ids) {
        ids.add(field.getName() + " " + field.getMetadata().get(FieldNotes.FIELD_ID));
        field.getChildren().forEach(child -> collect(child, ids));
    }
}
