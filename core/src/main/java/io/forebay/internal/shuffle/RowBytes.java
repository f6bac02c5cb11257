// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** What a row takes in memory, as far as types and sizes of files tell. */
final class RowBytes {
    /** Encodings and compression make files smaller than what is decoded from them. */
    private static final int EXPANSION = 2;

    /** What is stored as an index into a dictionary says nothing of the length of its value. */
    private static final long STRING_BYTES_USUAL = 16;

    private RowBytes() {}

    /** Bytes that a row is expected to take. */
    static long estimate(ReadPlan plan) {
        return Math.max(1, estimate(plan, plan.fields()));
    }

    /** Bytes that some columns of a row are expected to take. */
    static long estimate(ReadPlan plan, List<Field> fields) {
        long bytes = 0;
        for (Field field : fields) {
            long fixed = fixedBits(field);
            bytes += fixed >= 0
                    ? (fixed + Byte.SIZE - 1) / Byte.SIZE
                    : bytesInFiles(field, plan.manifest().units());
        }
        return bytes;
    }

    /** Bits that a row takes at least, whatever files say. */
    static long leastBits(ReadPlan plan) {
        return plan.fields().stream()
                .mapToLong(field -> Math.max(0, fixedBits(field)))
                .sum();
    }

    /** Bits of a value whose type tells them, or −1. */
    private static long fixedBits(Field field) {
        ArrowType type = field.getType();
        if (type instanceof ArrowType.FixedSizeList list) {
            long element = fixedBits(field.getChildren().get(0));
            return element < 0 ? -1 : list.getListSize() * element;
        }
        if (type instanceof ArrowType.Int integer) {
            return integer.getBitWidth();
        }
        if (type instanceof ArrowType.FloatingPoint number) {
            return switch (number.getPrecision()) {
                case HALF -> Short.SIZE;
                case SINGLE -> Float.SIZE;
                case DOUBLE -> Double.SIZE;
            };
        }
        if (type instanceof ArrowType.Time time) {
            return time.getBitWidth();
        }
        if (type instanceof ArrowType.Timestamp) {
            return Long.SIZE;
        }
        return type instanceof ArrowType.Bool ? 1 : -1;
    }

    private static long bytesInFiles(Field field, List<ManifestUnit> units) {
        long bytes = 0;
        long rows = 0;
        for (ManifestUnit unit : units) {
            bytes += unit.unit().sizeBytes(List.of(field));
            rows += unit.rows();
        }
        return rows == 0 ? 0 : Integer.BYTES + Math.max(STRING_BYTES_USUAL, EXPANSION * bytes / rows);
    }
}
