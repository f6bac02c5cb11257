// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads Parquet files with parquet-java's record readers, into canonical values ({@link CanonicalValues} for leaves,
 * lists and maps above them). Slow, checksums verified; what Forebay reads must equal this. Stateless.
 */
public final class ParquetOracle {
    private ParquetOracle() {}

    /** The rows of the Parquet files of {@code folder} that are not hidden, file after file by name, as {@link #read}. */
    public static Map<String, List<Object>> readFolder(Path folder, List<String> names) throws IOException {
        Map<String, List<Object>> columns = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".parquet"))
                    .sorted()
                    .toList()) {
                read(file, names).forEach((name, rows) -> columns.computeIfAbsent(name, absent -> new ArrayList<>())
                        .addAll(rows));
            }
        }
        return columns;
    }

    /** The top-level columns of these names, in this order: of each its rows. */
    public static Map<String, List<Object>> read(Path path, List<String> names) throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .usePageChecksumVerification(true)
                .withCodecFactory(new PageCodecs())
                .build();
        Map<String, List<Object>> columns = new LinkedHashMap<>();
        names.forEach(name -> columns.put(name, new ArrayList<>()));
        List<List<Object>> ordered = new ArrayList<>(columns.values());
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), options)) {
            MessageType file = reader.getFooter().getFileMetaData().getSchema();
            List<Type> types = names.stream().map(file::getType).toList();
            MessageType wanted = new MessageType(file.getName(), types);
            reader.setRequestedSchema(wanted);
            String createdBy = reader.getFooter().getFileMetaData().getCreatedBy();
            MessageColumnIO columnIo = new ColumnIOFactory(createdBy).getColumnIO(wanted, file, true);
            for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                RecordReader<List<Object>> records = columnIo.getRecordReader(pages, new RowConverters(wanted));
                for (long row = 0; row < pages.getRowCount(); row++) {
                    List<Object> values = records.read();
                    for (int i = 0; i < values.size(); i++) {
                        ordered.get(i).add(values.get(i));
                    }
                }
            }
        }
        return columns;
    }
}
