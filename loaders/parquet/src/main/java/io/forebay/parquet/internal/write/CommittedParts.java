// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.local.LocalStorage;
import io.forebay.parquet.internal.meta.Footer;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * The parts that earlier runs committed to a folder.
 *
 * @param count how many
 * @param last the state that they stand for together, or null when there is none
 */
record CommittedParts(int count, @Nullable Checkpoint last) {
    private static final Pattern PART = Pattern.compile("part-(\\d{1,19})\\.parquet");

    /** A part and the row that it starts at. */
    private record Part(Path file, long firstRow) {}

    /** What a part's footer says. */
    private record Content(long rows, @Nullable Checkpoint reached) {}

    /** Reads the footers of all parts. They must have the columns of {@code message} and say what {@code metadata} says. */
    static CommittedParts in(Path folder, MessageType message, Map<String, String> metadata) throws IOException {
        List<Part> parts = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher name = PART.matcher(file.getFileName().toString());
                if (name.matches()) {
                    parts.add(new Part(file, Long.parseLong(name.group(1))));
                }
            }
        }
        parts.sort(Comparator.comparingLong(Part::firstRow));
        Checkpoint last = null;
        long rows = 0;
        for (Part part : parts) {
            Content content = read(part.file, message, metadata);
            rows += content.rows;
            if (last != null && part.firstRow != last.nextRow()) {
                throw ForebayException.corrupt("parts must follow each other without a gap: firstRow=" + part.firstRow
                                + ", expected=" + last.nextRow())
                        .at(Place.of(part.file.toString()));
            }
            last = content.reached;
        }
        if (last != null && rows != last.delivered()) {
            throw ForebayException.corrupt("parts must hold all rows that their checkpoint stands for: rows=" + rows
                            + ", checkpoint=" + last.delivered())
                    .at(Place.of(folder.toString()));
        }
        return new CommittedParts(parts.size(), last);
    }

    private static Content read(Path file, MessageType message, Map<String, String> expected) {
        LocalStorage storage = new LocalStorage();
        ParquetMetadata metadata;
        try (RangeReader reader = storage.open(storage.list(file.toString()).get(0))) {
            metadata = Footer.read(reader).metadata();
        } catch (ForebayException e) {
            throw e.at(Place.of(file.toString()));
        }
        FileMetaData footer = metadata.getFileMetaData();
        if (!footer.getSchema().equals(message)) {
            throw ForebayException.usage("a resumed run must write the columns of the parts that are there: columns="
                            + names(message) + ", part=" + names(footer.getSchema()))
                    .at(Place.of(file.toString()));
        }
        requireMetadata(expected, footer, file);
        String json = footer.getKeyValueMetaData().get(PartWriter.CHECKPOINT_KEY);
        long rows = metadata.getBlocks().stream()
                .mapToLong(BlockMetaData::getRowCount)
                .sum();
        if (json == null && rows > 0) {
            throw ForebayException.corrupt("a part must carry the checkpoint that it stands for: rows=" + rows)
                    .at(Place.of(file.toString()));
        }
        return new Content(rows, json == null ? null : Checkpoint.fromJson(json));
    }

    private static void requireMetadata(Map<String, String> expected, FileMetaData footer, Path file) {
        expected.forEach((key, value) -> {
            String found = footer.getKeyValueMetaData().get(key);
            if (!value.equals(found)) {
                throw ForebayException.usage("a resumed run must have the same " + key + " as the parts that are there:"
                                + " run=" + value + ", part=" + found)
                        .at(Place.of(file.toString()));
            }
        });
    }

    private static List<String> names(MessageType message) {
        return message.getFields().stream().map(Object::toString).toList();
    }
}
