// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.spi.ByteRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** Parquet files, and where the pages of the first of them lie, whose checksums tell of damage. */
final class PagedParts {
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<ByteRange> pages = new ArrayList<>();

    private PagedParts() {}

    /** The files of a folder. */
    static PagedParts in(Path folder) throws IOException {
        PagedParts parts = new PagedParts();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.sorted().toList()) {
                byte[] bytes = Files.readAllBytes(path);
                parts.files.put(path.getFileName().toString(), bytes);
                if (parts.pages.isEmpty()) {
                    parts.addPages(bytes);
                }
            }
        }
        return parts;
    }

    private void addPages(byte[] file) throws IOException {
        int footerBytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
        FileMetaData footer =
                Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - footerBytes, footerBytes));
        for (RowGroup rowGroup : footer.getRow_groups()) {
            for (ColumnChunk chunk : rowGroup.getColumns()) {
                ColumnMetaData column = chunk.getMeta_data();
                long start = column.isSetDictionary_page_offset()
                        ? column.getDictionary_page_offset()
                        : column.getData_page_offset();
                addPages(file, (int) start, (int) column.getTotal_compressed_size());
            }
        }
    }

    private void addPages(byte[] file, int start, int length) throws IOException {
        for (ByteArrayInputStream chunk = new ByteArrayInputStream(file, start, length); chunk.available() > 0; ) {
            PageHeader header = Util.readPageHeader(chunk);
            int bytes = header.getCompressed_page_size();
            pages.add(new ByteRange(start + length - chunk.available(), bytes));
            chunk.skipNBytes(bytes);
        }
    }

    void putTo(S3Server server) {
        files.forEach((name, bytes) -> server.put("data/" + name, bytes));
    }

    /** The name of the file whose pages are known. */
    String first() {
        return files.keySet().iterator().next();
    }

    /** Where a byte lies in that file that a page's checksum covers. */
    long offsetWithinPage(Random random) {
        ByteRange page = pages.get(random.nextInt(pages.size()));
        return page.offset() + random.nextLong(page.length());
    }
}
