// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.sink;

import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.PartFormat;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The parts that earlier runs committed to a folder.
 *
 * @param count how many
 * @param last the state that they stand for together, or null when there is none
 */
record CommittedParts(int count, @Nullable Checkpoint last) {
    /** A part and the row that it starts at. */
    private record Part(StorageObject file, long firstRow) {}

    /** Reads what all parts say of themselves. They must have the columns of {@code schema} and say what its metadata says. */
    static CommittedParts in(OutputFolder folder, List<StorageObject> files, PartFormat format, Schema schema) {
        Pattern partName = Pattern.compile("part-(\\d{1,19})\\." + format.extension());
        List<Part> parts = new ArrayList<>();
        for (StorageObject file : files) {
            Matcher name = partName.matcher(file.fileName());
            if (name.matches()) {
                parts.add(new Part(file, Long.parseLong(name.group(1))));
            }
        }
        parts.sort(Comparator.comparingLong(Part::firstRow));
        Checkpoint last = null;
        long rows = 0;
        for (Part part : parts) {
            try {
                PartFormat.Content content = read(folder, part.file, format, schema);
                rows += content.rows();
                if (last != null && part.firstRow != last.nextRow()) {
                    throw ForebayException.corrupt("parts must follow each other without a gap: firstRow="
                            + part.firstRow + ", expected=" + last.nextRow());
                }
                last = reached(content);
            } catch (ForebayException e) {
                throw e.at(Place.of(part.file.uri()));
            }
        }
        if (last instanceof Checkpoint.Sequential state && rows != state.delivered()) {
            throw ForebayException.corrupt("parts must hold all rows that their checkpoint stands for: rows=" + rows
                            + ", checkpoint=" + state.delivered())
                    .at(Place.of(folder.location()));
        }
        return new CommittedParts(parts.size(), last);
    }

    private static PartFormat.Content read(OutputFolder folder, StorageObject file, PartFormat format, Schema schema) {
        PartFormat.Content content;
        try (RangeReader reader = folder.open(file)) {
            content = format.read(reader, schema);
        }
        schema.getCustomMetadata().forEach((key, value) -> {
            String found = content.notes().get(key);
            if (!value.equals(found)) {
                throw ForebayException.usage("a resumed run must have the same " + key + " as the parts that are there:"
                        + " run=" + value + ", part=" + found);
            }
        });
        return content;
    }

    private static @Nullable Checkpoint reached(PartFormat.Content content) {
        String json = content.notes().get(PartWriter.CHECKPOINT_KEY);
        if (json == null && content.rows() > 0) {
            throw ForebayException.corrupt(
                    "a part must carry the checkpoint that it stands for: rows=" + content.rows());
        }
        return json == null ? null : Checkpoint.fromJson(json);
    }
}
