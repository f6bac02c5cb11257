// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** Types have one name each, the one that the command line prints. */
class TypeNamesTest {
    private static final Field INT8 = field("element", new ArrowType.Int(8, true));

    @Test
    void scalars() {
        assertThat(name(new ArrowType.Bool())).isEqualTo("bool");
        assertThat(name(new ArrowType.Int(16, false))).isEqualTo("uint16");
        assertThat(name(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)))
                .isEqualTo("float16");
        assertThat(name(new ArrowType.Decimal(10, 2, 128))).isEqualTo("decimal(10,2)");
        assertThat(name(new ArrowType.FixedSizeBinary(3))).isEqualTo("fixed_size_binary(3)");
        assertThat(name(new ArrowType.Date(DateUnit.DAY))).isEqualTo("date32");
        assertThat(name(new ArrowType.Time(TimeUnit.MILLISECOND, 32))).isEqualTo("time32[ms]");
        assertThat(name(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"))).isEqualTo("timestamp[us, UTC]");
        assertThat(name(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null))).isEqualTo("timestamp[ns]");
    }

    @Test
    void nested() {
        assertThat(name(new ArrowType.List(), INT8)).isEqualTo("list<int8>");
        assertThat(name(new ArrowType.FixedSizeList(4), INT8)).isEqualTo("fixed_size_list<int8>[4]");
        assertThat(name(new ArrowType.Struct(), INT8, INT8)).isEqualTo("struct<element: int8, element: int8>");
        assertThat(name(new ArrowType.Map(false), field("entries", new ArrowType.Struct(), INT8, INT8)))
                .isEqualTo("map<int8, int8>");
    }

    private static String name(ArrowType type, Field... children) {
        return TypeNames.of(field("x", type, children));
    }
}
