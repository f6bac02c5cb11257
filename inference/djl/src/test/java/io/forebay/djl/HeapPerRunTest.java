// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.TensorSpec;
import io.forebay.inference.Device;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import io.forebay.inference.testkit.EngineContract;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over memory that stays where it is leaves less than 2 KiB on the heap: DJL's objects for the results, and its own call. */
class HeapPerRunTest {
    private static final int ROWS = 64;
    private static final int WARM_UP_RUNS = 10_000;
    private static final int RUNS = 2_000;
    private static final long BYTES_MAX = 2_048;

    @TempDir
    Path folder;

    @Test
    void aRunAllocatesLessThanTwoKibibytes() throws Exception {
        Path file = folder.resolve("mlp.pt");
        try (InputStream in = Objects.requireNonNull(EngineContract.class.getResourceAsStream("models/mlp.pt"))) {
            Files.copy(in, file);
        }
        try (EngineSession session = TorchSession.open(file, "mlp", TorchFile.signature(file, null), Device.cpu())) {
            EngineSession.Runner runner = session.newRunner();
            List<Tensor> inputs = List.of(tensor(session.inputs().get(0)));
            List<Tensor> outputs = List.of(tensor(session.outputs().get(0)));
            run(runner, inputs, outputs, WARM_UP_RUNS);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            run(runner, inputs, outputs, RUNS);
            long perRun = (threads.getCurrentThreadAllocatedBytes() - before) / RUNS;
            assertThat(perRun).isLessThan(BYTES_MAX);
        }
    }

    private static void run(EngineSession.Runner runner, List<Tensor> inputs, List<Tensor> outputs, int times) {
        for (int i = 0; i < times; i++) {
            runner.run(inputs, outputs);
        }
    }

    private static Tensor tensor(TensorSpec spec) {
        int bytes = Math.toIntExact(ROWS * spec.elementsPerRow() * Float.BYTES);
        ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        return new Tensor(spec, Tensor.Shape.of(spec, ROWS, 0), data, null);
    }
}
