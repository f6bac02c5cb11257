// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** An endless sequence of made-up events, the same in every run. Used by one thread. */
final class EventRows {

    private static final String[] STATUSES = {"created", "paid", "packed", "shipped", "delivered", "returned"};
    private static final long START_MICROS = 1_767_225_600_000_000L;
    private static final int USER_COUNT = 5_000_000;
    private static final int COUNTRY_COUNT = 200;
    private static final int NOTE_BYTES_MIN = 8;
    private static final int NOTE_BYTES_MAX = 48;
    private static final double NULL_SHARE = 0.1;
    private static final byte[] ALPHABET =
            "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789".getBytes(StandardCharsets.US_ASCII);

    private final SplittableRandom random = new SplittableRandom(42);
    private final Binary[] statuses = texts(STATUSES);
    private final Binary[] countries = texts(IntStream.range(0, COUNTRY_COUNT)
            .mapToObj(country -> "country-" + country)
            .toArray(String[]::new));
    private long rowCount;
    private long timeMicros = START_MICROS;

    long rowCount() {
        return rowCount;
    }

    /** Writes the next rows in the schema of {@link PagedFile}. */
    void write(ColumnWriteStore store, MessageType schema, int count) {
        ColumnWriter[] columns =
                schema.getColumns().stream().map(store::getColumnWriter).toArray(ColumnWriter[]::new);
        for (int row = 0; row < count; row++) {
            writeRow(columns);
            store.endRecord();
        }
    }

    private void writeRow(ColumnWriter[] columns) {
        timeMicros += random.nextInt(2_000);
        columns[0].write(rowCount++, 0, 0);
        columns[1].write(random.nextLong(USER_COUNT), 0, 0);
        columns[2].write(timeMicros, 0, 0);
        columns[3].write(random.nextInt(1_000_000) / 100.0, 0, 0);
        if (isNull()) {
            columns[4].writeNull(0, 0);
        } else {
            columns[4].write(random.nextDouble(), 0, 1);
        }
        columns[5].write(countries[random.nextInt(countries.length)], 0, 0);
        if (isNull()) {
            columns[6].writeNull(0, 0);
        } else {
            columns[6].write(statuses[random.nextInt(statuses.length)], 0, 1);
        }
        columns[7].write(note(), 0, 0);
    }

    private boolean isNull() {
        return random.nextDouble() < NULL_SHARE;
    }

    private Binary note() {
        byte[] note = new byte[random.nextInt(NOTE_BYTES_MIN, NOTE_BYTES_MAX + 1)];
        for (int at = 0; at < note.length; at++) {
            note[at] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return Binary.fromConstantByteArray(note);
    }

    private static Binary[] texts(String[] texts) {
        Binary[] values = new Binary[texts.length];
        for (int text = 0; text < texts.length; text++) {
            values[text] = Binary.fromConstantByteArray(texts[text].getBytes(StandardCharsets.UTF_8));
        }
        return values;
    }
}
