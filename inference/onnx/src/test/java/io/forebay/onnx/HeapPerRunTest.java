// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.TensorSpec;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over numbers leaves less than 1 KiB on the heap, however many rows it has. */
class HeapPerRunTest {
    private static final int ROWS = 8_192;
    private static final int COLUMNS = 16;
    private static final int WARM_UP_RUNS = 10_000;
    private static final int RUNS = 2_000;
    private static final long BYTES_MAX = 1_024;

    @TempDir
    Path folder;

    @Test
    void aRunAllocatesLessThanOneKibibyte() throws Exception {
        Path file = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1, COLUMNS)
                .output("y", OnnxFiles.FLOAT, -1, COLUMNS)
                .node("Relu", "y", "x")
                .writeTo(folder.resolve("relu.onnx"));
        OnnxSession session = OnnxFiles.load(file);
        try {
            EngineSession.Runner runner = session.newRunner();
            List<Tensor> inputs = List.of(tensor(session.inputs().get(0)));
            List<Tensor> outputs = List.of(tensor(session.outputs().get(0)));
            run(runner, inputs, outputs, WARM_UP_RUNS);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            run(runner, inputs, outputs, RUNS);
            long perRun = (threads.getCurrentThreadAllocatedBytes() - before) / RUNS;
            assertThat(perRun).isLessThan(BYTES_MAX);
        } finally {
            session.close();
        }
    }

    private static void run(EngineSession.Runner runner, List<Tensor> inputs, List<Tensor> outputs, int times) {
        for (int i = 0; i < times; i++) {
            runner.run(inputs, outputs);
        }
    }

    private static Tensor tensor(TensorSpec spec) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(ROWS * COLUMNS * Float.BYTES).order(ByteOrder.nativeOrder());
        return new Tensor(spec, Tensor.Shape.of(spec, ROWS, 0), data, null);
    }
}
