// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.ForebayException;
import java.io.IOException;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import shaded.parquet.org.apache.thrift.TException;

/** Parses page indexes, bounded by the bytes there are. Stateless. */
public final class IndexParser {
    private IndexParser() {}

    /** The offset index in {@code bytes}; an {@code IOException} when they hold none. */
    public static OffsetIndex offsetIndex(byte[] bytes) throws IOException {
        org.apache.parquet.format.OffsetIndex thrift = new org.apache.parquet.format.OffsetIndex();
        try {
            thrift.read(new BoundedCompactProtocol(new BytesTransport(bytes, 0, bytes.length)));
            if (thrift.getPage_locations().isEmpty()) {
                throw new IOException("it lists no pages");
            }
            return ParquetMetadataConverter.fromParquetOffsetIndex(thrift);
        } catch (ForebayException e) {
            throw e;
        } catch (TException | RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
