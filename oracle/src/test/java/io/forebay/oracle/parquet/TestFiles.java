// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Makes flat Parquet files with chosen types, encodings, codecs, page sizes and nulls. The seed decides every byte. */
public final class TestFiles {
    private TestFiles() {}

    /** Writes a new file of {@code rowCount} rows. */
    public static TestFile write(Path path, List<TestColumn> columns, int rowCount, FileLayout layout, long seed)
            throws IOException {
        List<Type> types = new ArrayList<>();
        List<Object[]> physical = new ArrayList<>();
        List<List<Object>> expected = new ArrayList<>();
        Map<String, Encoder> encoders = new HashMap<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (TestColumn column : columns) {
            RandomGenerator random = seeds.split();
            PrimitiveType type = column.kind().type(column.name(), column.required());
            Object[] values = values(column, rowCount, random);
            types.add(type);
            physical.add(values);
            expected.add(canonical(type, values));
            encoders.put(column.name(), column.encoder());
        }
        MessageType schema = new MessageType("test", types);
        FlatFileWriter.write(path, schema, physical, layout, new ForcedEncodings(encoders));
        return new TestFile(path, schema, expected);
    }

    private static Object[] values(TestColumn column, int rowCount, RandomGenerator random) {
        Nulls nulls = column.required() ? Nulls.none() : column.nulls();
        BitSet validity = nulls.validity(rowCount, random);
        Object[] pool = new Object[column.distinctCount()];
        Arrays.setAll(pool, i -> column.kind().draw(random));
        Object[] values = new Object[rowCount];
        for (int row = validity.nextSetBit(0); row >= 0; row = validity.nextSetBit(row + 1)) {
            values[row] = pool.length == 0 ? column.kind().draw(random) : pool[random.nextInt(pool.length)];
        }
        return values;
    }

    private static List<Object> canonical(PrimitiveType type, Object[] values) {
        List<Object> canonical = new ArrayList<>(values.length);
        for (Object value : values) {
            Object physical = value instanceof byte[] bytes ? Binary.fromConstantByteArray(bytes) : value;
            canonical.add(value == null ? null : CanonicalValues.of(type, physical));
        }
        return Collections.unmodifiableList(canonical);
    }
}
