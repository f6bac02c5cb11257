// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** A sink that loads one byte of every memory page of every buffer: it forces lazy readers, and costs next to nothing. */
final class ArrowTouch implements ArrowContender.BatchSink {

    private static final int PAGE_BYTES = 4096;

    private long rowCount;
    private long batchCount;
    private long touched;

    @Override
    public void accept(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        rowCount += batch.getRowCount();
        batchCount++;
        for (FieldVector vector : batch.getFieldVectors()) {
            touched += touch(vector);
        }
    }

    ScanResult result() {
        return new ScanResult(rowCount, batchCount, touched);
    }

    private static long touch(FieldVector vector) {
        long sum = 0;
        for (ArrowBuf buffer : vector.getFieldBuffers()) {
            sum += touch(buffer);
        }
        List<FieldVector> children = vector.getChildrenFromFields();
        for (FieldVector child : children) {
            sum += touch(child);
        }
        return sum;
    }

    private static long touch(ArrowBuf buffer) {
        long sum = 0;
        long start = buffer.memoryAddress();
        for (long at = start, end = start + buffer.readableBytes(); at < end; at += PAGE_BYTES) {
            sum += MemoryUtil.getByte(at); // ArrowBuf would check its bounds for every byte
        }
        return sum;
    }
}
