// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow;

import io.forebay.arrow.internal.write.ArrowParts;
import io.forebay.spi.DatasetFormat;
import io.forebay.spi.PartFormat;
import io.forebay.testkit.FormatContract;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.vector.types.pojo.Schema;

/** IPC files keep the contract. */
class ArrowFileContractTest extends FormatContract {
    @Override
    protected DatasetFormat format() {
        return new ArrowFormat();
    }

    @Override
    protected PartFormat.Encoder start(Schema schema, OutputStream out) throws IOException {
        return new ArrowParts().start(schema, out);
    }
}
