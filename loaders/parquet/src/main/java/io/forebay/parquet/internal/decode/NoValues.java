// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.SharedChunk;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/** The values of a column that is always null, whatever its pages say. */
final class NoValues extends PageValues {
    @Override
    void start(int rows) {}

    @Override
    void reserve(int rows, int done) {}

    @Override
    void startPage(Page page) {}

    @Override
    SharedChunk.@Nullable Dictionary loadDictionary(Page page) {
        return null;
    }

    @Override
    void read(int at, int rows, int valid, long validity) {}

    @Override
    void skip(int valid) {}

    @Override
    void finish(FieldVector vector, ArrowFieldNode node, ArrowBuf validity) {
        vector.loadFieldBuffers(new ArrowFieldNode(node.getLength(), node.getLength()), List.of());
    }

    @Override
    void abandon() {}

    @Override
    public void close() {}
}
