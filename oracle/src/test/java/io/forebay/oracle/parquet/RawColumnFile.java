// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.IndexPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/** Builds a file of one column and one row group page by page, right or wrong. Not thread-safe. */
public final class RawColumnFile {
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

    private final SchemaElement column;
    private final CompressionCodec codec;
    private final ByteArrayOutputStream pages = new ByteArrayOutputStream();
    private List<String> names;
    private long holeBytes;
    private String createdBy;

    /** @param column the column's schema; its pages are written as they are, whatever the codec */
    public RawColumnFile(SchemaElement column, CompressionCodec codec) {
        this.column = column;
        this.codec = codec;
        this.names = List.of(column.getName());
    }

    /** Lists the column once for each of these names, all over the same pages. */
    public RawColumnFile named(String... all) {
        names = List.of(all);
        return this;
    }

    /** Names the program that is to have written the file. */
    public RawColumnFile createdBy(String program) {
        createdBy = program;
        return this;
    }

    public RawColumnFile dictionary(int valueCount, byte... body) throws IOException {
        PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, body.length, body.length);
        header.setDictionary_page_header(new DictionaryPageHeader(valueCount, Encoding.PLAIN));
        return page(header, body);
    }

    /** A version 1 page; its body starts with the levels, if the column is optional. */
    public RawColumnFile pageV1(int valueCount, Encoding encoding, Encoding levels, byte... body) throws IOException {
        PageHeader header = new PageHeader(PageType.DATA_PAGE, body.length, body.length);
        header.setData_page_header(new DataPageHeader(valueCount, encoding, levels, Encoding.RLE));
        return page(header, body);
    }

    /** A version 2 page that is not compressed. */
    public RawColumnFile pageV2(int valueCount, int nullCount, Encoding encoding, int levelBytes, byte... body)
            throws IOException {
        PageHeader header = new PageHeader(PageType.DATA_PAGE_V2, body.length, body.length);
        DataPageHeaderV2 data = new DataPageHeaderV2(valueCount, nullCount, valueCount, encoding, levelBytes, 0);
        header.setData_page_header_v2(data.setIs_compressed(false));
        return page(header, body);
    }

    /** The last page, of version 1, whose body is a hole in the file: zeros that take no room on the disk. */
    public RawColumnFile hugePageV1(int valueCount, int bodyBytes) throws IOException {
        PageHeader header = new PageHeader(PageType.DATA_PAGE, bodyBytes, bodyBytes);
        header.setData_page_header(new DataPageHeader(valueCount, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
        holeBytes = bodyBytes;
        return page(header);
    }

    /** The last page, an index, whose body is a hole in the file. */
    public RawColumnFile hugeIndexPage(int bodyBytes) throws IOException {
        PageHeader header = new PageHeader(PageType.INDEX_PAGE, bodyBytes, bodyBytes);
        header.setIndex_page_header(new IndexPageHeader());
        holeBytes = bodyBytes;
        return page(header);
    }

    private RawColumnFile page(PageHeader header, byte... body) throws IOException {
        Util.writePageHeader(header, pages);
        pages.write(body);
        return this;
    }

    /** Writes the file; its footer says that there are {@code rows} rows and no dictionary offset. */
    public Path write(Path path, long rows) throws IOException {
        return write(path, rows, 1);
    }

    /** As {@link #write(Path, long)}, with a footer that lists the row group several times. */
    public Path write(Path path, long rows, int rowGroups) throws IOException {
        ByteArrayOutputStream end = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer(rows, rowGroups), end);
        byte[] length = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(end.size())
                .array();
        end.write(length);
        end.write(MAGIC);
        try (FileChannel file = FileChannel.open(path, CREATE, TRUNCATE_EXISTING, WRITE)) {
            file.write(ByteBuffer.wrap(MAGIC));
            file.write(ByteBuffer.wrap(pages.toByteArray()));
            file.position(file.position() + holeBytes);
            file.write(ByteBuffer.wrap(end.toByteArray()));
        }
        return path;
    }

    private FileMetaData footer(long rows, int rowGroups) {
        long bytes = pages.size() + holeBytes;
        List<ColumnChunk> chunks = new ArrayList<>();
        List<SchemaElement> schema = new ArrayList<>();
        SchemaElement root = new SchemaElement("root");
        root.setNum_children(names.size());
        schema.add(root);
        for (String name : names) {
            ColumnMetaData metadata = new ColumnMetaData(
                    column.getType(), List.of(Encoding.PLAIN), List.of(name), codec, rows, bytes, bytes, MAGIC.length);
            ColumnChunk chunk = new ColumnChunk(0);
            chunk.setMeta_data(metadata);
            chunks.add(chunk);
            SchemaElement element = new SchemaElement(column);
            element.setName(name);
            schema.add(element);
        }
        RowGroup rowGroup = new RowGroup(chunks, bytes, rows);
        FileMetaData footer = new FileMetaData(1, schema, rows, Collections.nCopies(rowGroups, rowGroup));
        footer.setCreated_by(createdBy);
        return footer;
    }
}
