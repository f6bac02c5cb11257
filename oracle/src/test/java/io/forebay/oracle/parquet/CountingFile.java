// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.parquet.schema.MessageType;

/** A file of one column {@code id} that counts its rows. */
public final class CountingFile {
    private CountingFile() {}

    /** Writes a new file, with numbers from {@code first} on. */
    public static void write(Path path, long first, int rowCount, FileLayout layout) throws IOException {
        MessageType schema = new MessageType("test", Kind.INT64.type("id", true));
        Object[] ids = LongStream.range(first, first + rowCount).boxed().toArray();
        FlatFileWriter.write(
                path, schema, List.<Object[]>of(ids), layout, new ForcedEncodings(Map.of("id", Encoder.PLAIN)));
    }
}
