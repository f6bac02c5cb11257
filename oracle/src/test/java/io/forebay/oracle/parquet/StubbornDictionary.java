// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.RequiresFallback;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter;
import org.apache.parquet.io.api.Binary;

/**
 * A dictionary encoder that never minds its size, and gives up after a set number of values of its chunk. A page with no
 * value at all before the first value still falls back: a dictionary page for nothing cannot be written.
 */
final class StubbornDictionary extends ValuesWriter implements RequiresFallback {
    private final DictionaryValuesWriter dictionary;
    private final int fallBackAfterValues;
    private int valueCount;

    StubbornDictionary(DictionaryValuesWriter dictionary, int fallBackAfterValues) {
        this.dictionary = dictionary;
        this.fallBackAfterValues = fallBackAfterValues;
    }

    @Override
    public boolean shouldFallBack() {
        return valueCount >= fallBackAfterValues;
    }

    @Override
    public boolean isCompressionSatisfying(long rawSize, long encodedSize) {
        return valueCount > 0;
    }

    @Override
    public void fallBackAllValuesTo(ValuesWriter writer) {
        dictionary.fallBackAllValuesTo(writer);
    }

    @Override
    public void writeBytes(Binary value) {
        valueCount++;
        dictionary.writeBytes(value);
    }

    @Override
    public void writeInteger(int value) {
        valueCount++;
        dictionary.writeInteger(value);
    }

    @Override
    public void writeLong(long value) {
        valueCount++;
        dictionary.writeLong(value);
    }

    @Override
    public void writeFloat(float value) {
        valueCount++;
        dictionary.writeFloat(value);
    }

    @Override
    public void writeDouble(double value) {
        valueCount++;
        dictionary.writeDouble(value);
    }

    @Override
    public BytesInput getBytes() {
        return dictionary.getBytes();
    }

    @Override
    public Encoding getEncoding() {
        return dictionary.getEncoding();
    }

    @Override
    public DictionaryPage toDictPageAndClose() {
        return dictionary.toDictPageAndClose();
    }

    @Override
    public void reset() {
        dictionary.reset();
    }

    @Override
    public void resetDictionary() {
        valueCount = 0;
        dictionary.resetDictionary();
    }

    @Override
    public void close() {
        dictionary.close();
    }

    @Override
    public long getBufferedSize() {
        return dictionary.getBufferedSize();
    }

    @Override
    public long getAllocatedSize() {
        return dictionary.getAllocatedSize();
    }

    @Override
    public String memUsageString(String prefix) {
        return dictionary.memUsageString(prefix);
    }
}
