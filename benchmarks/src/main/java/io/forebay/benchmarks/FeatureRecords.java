// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.io.IOException;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetReader;
import org.jspecify.annotations.Nullable;

/** The rows of a Parquet file of floats, and of lists of floats, as Avro records. One thread at a time; its owner closes it. */
final class FeatureRecords implements AutoCloseable {
    private final String contender;
    private final ScoreRequest request;
    private final ParquetReader<GenericRecord> reader;

    FeatureRecords(String contender, ScoreRequest request) {
        this.contender = contender;
        this.request = request;
        try {
            this.reader = ParquetAvroContender.open(request.data());
        } catch (IOException e) {
            throw new ScanFailedException(contender, request.data(), e);
        }
    }

    /** The next row, or null at the end. */
    @Nullable
    GenericRecord next() {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new ScanFailedException(contender, request.data(), e);
        }
    }

    /** The numbers of a row in the order of its columns. */
    static void copy(GenericRecord row, float[] features) {
        int feature = 0;
        for (int field = 0, fieldCount = row.getSchema().getFields().size(); field < fieldCount; field++) {
            Object value = row.get(field);
            if (value instanceof List<?> list) {
                for (Object element : list) {
                    features[feature++] = (Float) element;
                }
            } else {
                features[feature++] = (Float) value;
            }
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new ScanFailedException(contender, request.data(), e);
        }
    }
}
