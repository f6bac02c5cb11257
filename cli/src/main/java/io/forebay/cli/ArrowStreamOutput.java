// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Batch;
import io.forebay.BatchStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/** Batches as an Arrow IPC stream. Arrow's writer needs {@code java.nio} opened, which the command's manifest does. */
final class ArrowStreamOutput {
    private ArrowStreamOutput() {}

    static void write(BatchStream batches, OutputStream out) throws IOException {
        WriteChannel channel = new WriteChannel(Channels.newChannel(out));
        MessageSerializer.serialize(channel, batches.schema());
        for (Batch batch : batches) {
            try (batch) {
                VectorSchemaRoot root = new VectorSchemaRoot(batch.schema(), batch.columns(), batch.rows());
                try (ArrowRecordBatch message = new VectorUnloader(root).getRecordBatch()) {
                    MessageSerializer.serialize(channel, message);
                }
            }
        }
        channel.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
        channel.writeIntLittleEndian(0);
    }
}
