// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import io.forebay.Batch;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.PartFormat;
import io.forebay.testkit.FormatContract;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/** IPC streams keep the contract. */
class ArrowStreamContractTest extends FormatContract {
    @Override
    protected DatasetFormat format() {
        return new ArrowFormat();
    }

    @Override
    protected PartFormat.Encoder start(Schema schema, OutputStream out) throws IOException {
        ArrowStreamWriter writer = new ArrowStreamWriter(schema, out);
        return new PartFormat.Encoder() {
            @Override
            public void write(Batch batch) throws IOException {
                writer.write(batch);
            }

            @Override
            public void finish(Map<String, String> notes) throws IOException {
                writer.finish();
            }

            @Override
            public void close() {}
        };
    }
}
