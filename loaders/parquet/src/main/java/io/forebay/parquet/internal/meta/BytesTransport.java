// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.transport.TTransport;
import shaded.parquet.org.apache.thrift.transport.TTransportException;

/**
 * A Thrift transport over a range of an array, which refuses any length that the range cannot hold.
 *
 * <p>It does not offer the array for direct access, though that would be faster: the protocol would then hand out views
 * of it, and parquet-java takes the whole array behind a view for a statistic's value.
 */
final class BytesTransport extends TTransport {
    private final byte[] bytes;
    private final int end;
    private int position;

    BytesTransport(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    /** Bytes that have not been read. */
    int remaining() {
        return end - position;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws TTransportException {
        checkReadBytesAvailable(length);
        System.arraycopy(bytes, position, target, offset, length);
        position += length;
        return length;
    }

    @Override
    public void checkReadBytesAvailable(long count) throws TTransportException {
        if (count < 0 || count > end - position) {
            throw new TTransportException(
                    TTransportException.END_OF_FILE,
                    "a length must fit in what is left: length=" + count + ", left=" + (end - position));
        }
    }

    @Override
    public TConfiguration getConfiguration() {
        return TConfiguration.DEFAULT;
    }

    @Override
    public void updateKnownMessageSize(long size) {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void open() {}

    @Override
    public void close() {}

    @Override
    public void write(byte[] source, int offset, int length) throws TTransportException {
        throw new TTransportException("this transport is for reading");
    }
}
