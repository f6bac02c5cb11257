// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** Takes the page indexes from Parquet files, as writers leave them out. */
public final class PageIndexes {
    private static final int TAIL_BYTES = 8;

    private PageIndexes() {}

    /** The footer forgets where the indexes are. */
    public static void remove(Path path) throws IOException {
        byte[] file = Files.readAllBytes(path);
        int end = file.length - TAIL_BYTES;
        int footer = end - ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
        FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(file, footer, end - footer));
        for (RowGroup group : metadata.getRow_groups()) {
            for (ColumnChunk chunk : group.getColumns()) {
                chunk.unsetColumn_index_offset();
                chunk.unsetColumn_index_length();
                chunk.unsetOffset_index_offset();
                chunk.unsetOffset_index_length();
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, footer);
        Util.writeFileMetaData(metadata, out);
        byte[] length = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(out.size() - footer)
                .array();
        out.write(length);
        out.write(file, end + Integer.BYTES, Integer.BYTES);
        Files.write(path, out.toByteArray());
    }
}
