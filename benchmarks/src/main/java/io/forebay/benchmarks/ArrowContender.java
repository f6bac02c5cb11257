// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;

/** A contender that yields Arrow batches: it says how to read them, this class touches and sums them. */
abstract class ArrowContender implements ScanContender {

    /** Takes one batch; the batch is valid only during the call. */
    @FunctionalInterface
    interface BatchSink {
        void accept(VectorSchemaRoot batch, DictionaryProvider dictionaries);
    }

    /** Reads what is asked for on the calling thread, batch after batch, in file order. */
    abstract void readBatches(ScanRequest request, BatchSink sink) throws Exception;

    @Override
    public final ScanResult scan(ScanRequest request) {
        ArrowTouch touch = new ArrowTouch();
        read(request, touch);
        return touch.result();
    }

    @Override
    public final List<ColumnChecksum> checksums(ScanRequest request) {
        List<ColumnHash> hashes = new ArrayList<>();
        read(request, (batch, dictionaries) -> addBatch(hashes, batch, dictionaries));
        return hashes.stream().map(ColumnHash::checksum).toList();
    }

    /** Drains an Arrow reader into the sink; the reader stays the caller's to close. */
    static void drain(ArrowReader reader, BatchSink sink) throws Exception {
        while (reader.loadNextBatch()) {
            sink.accept(reader.getVectorSchemaRoot(), reader);
        }
    }

    private static void addBatch(List<ColumnHash> hashes, VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        List<FieldVector> vectors = batch.getFieldVectors();
        if (hashes.isEmpty()) {
            vectors.forEach(vector -> hashes.add(new ColumnHash(vector.getName())));
        }
        for (int column = 0; column < vectors.size(); column++) {
            ArrowColumns.addTo(hashes.get(column), vectors.get(column), dictionaries);
        }
    }

    private void read(ScanRequest request, BatchSink sink) {
        try {
            readBatches(request, sink);
        } catch (Exception e) {
            throw new ScanFailedException(name(), request.data(), e);
        }
    }
}
