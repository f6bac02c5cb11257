// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.channels.FileChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;

/** Arrow Java's own reader of IPC files. It reads all columns, whichever are asked for, and so is asked for all of them. */
final class ArrowFileContender extends ArrowContender {

    static final String NAME = "arrow-java";
    static final String FILE_ENDING = ".arrow";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    void readBatches(ScanRequest request, BatchSink sink) throws Exception {
        request.requireUnfiltered(NAME);
        if (!request.columns().isEmpty()) {
            throw new IllegalArgumentException("arrow-java reads all columns: columns=" + request.columns());
        }
        try (BufferAllocator allocator = new RootAllocator();
                FileChannel file = FileChannel.open(request.data());
                ArrowFileReader reader = new ArrowFileReader(file, allocator)) {
            drain(reader, sink);
        }
    }
}
