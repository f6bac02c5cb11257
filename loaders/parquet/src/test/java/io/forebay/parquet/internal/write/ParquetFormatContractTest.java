// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.parquet.Compression;
import io.forebay.parquet.ParquetFormat;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.PartFormat;
import io.forebay.testkit.FormatContract;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.vector.types.pojo.Schema;

/** Parquet keeps the contract. */
class ParquetFormatContractTest extends FormatContract {
    @Override
    protected DatasetFormat format() {
        return new ParquetFormat();
    }

    @Override
    protected PartFormat.Encoder start(Schema schema, OutputStream out) throws IOException {
        return new BatchFileWriter(out, schema, Compression.ZSTD, UNIT_ROWS);
    }
}
