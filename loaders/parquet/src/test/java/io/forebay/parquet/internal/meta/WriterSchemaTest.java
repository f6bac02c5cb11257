// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** The note of Arrow's writers tells of lists of a fixed size, and may be anything. */
class WriterSchemaTest {
    private static final Field FLOAT = field("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));

    private static Field field(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    private static byte[] note() {
        return new Schema(List.of(
                        field("id", new ArrowType.Int(64, true)),
                        field("embedding", new ArrowType.FixedSizeList(384), FLOAT),
                        field("words", new ArrowType.List(), FLOAT),
                        field("pair", new ArrowType.FixedSizeList(2), FLOAT)))
                .serializeAsMessage();
    }

    private static Map<String, ArrowType> read(byte[] note) {
        return WriterSchema.fixedSizeLists(
                Map.of("ARROW:schema", Base64.getEncoder().encodeToString(note)));
    }

    @Test
    void tellsWhichListsHadAFixedSize() {
        byte[] note = note();
        Map<String, ArrowType> expected =
                Map.of("embedding", new ArrowType.FixedSizeList(384), "pair", new ArrowType.FixedSizeList(2));
        assertThat(read(note)).isEqualTo(expected);
        ByteBuffer old =
                ByteBuffer.wrap(note, 4, note.length - 4).slice(); // writers before version 0.15 have no marker
        byte[] withoutMarker = new byte[old.remaining()];
        old.get(withoutMarker);
        assertThat(read(withoutMarker)).isEqualTo(expected);
    }

    @Test
    void aFileWithoutTheNoteOrWithAnotherTellsNothing() {
        assertThat(WriterSchema.fixedSizeLists(Map.of("other", "x"))).isEmpty();
        assertThat(WriterSchema.fixedSizeLists(Map.of("ARROW:schema", "no base 64!")))
                .isEmpty();
        assertThat(read(new byte[0])).isEmpty();
    }

    /** What comes out of a damaged note may be wrong, and nothing else happens. */
    @Property(tries = 5_000)
    void aDamagedNoteHarmsNothing(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int changes) {
        byte[] note = note();
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            note[random.nextInt(note.length)] = (byte) random.nextInt();
        }
        assertThat(read(note)).isNotNull();
    }
}
