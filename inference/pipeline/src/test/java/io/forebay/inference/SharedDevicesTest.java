// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several devices of one model: which of them get batches, what is left of a run when one is lost, and what becomes of sessions. */
class SharedDevicesTest {
    private static final int ROWS = 200;

    @TempDir
    Path folder;

    private final Forebay forebay = Forebay.builder().trackAllocations(true).build();
    private final Map<Device, AtomicInteger> batches = new ConcurrentHashMap<>();
    private final AtomicInteger openSessions = new AtomicInteger();
    private boolean closingFails;

    @AfterEach
    void nothingLeaks() {
        assertThat(openSessions).hasValue(0);
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
    }

    @Test
    void theFasterDeviceTakesMoreBatches() throws IOException {
        FakeModel file = model(device -> LockSupport.parkNanos(device.ordinal() == 0 ? 200_000 : 4_000_000));
        try (Model model = file.device(Device.cuda(0), Device.cuda(1)).load(forebay)) {
            requireDoubled(model);
        }
        int fast = count(Device.cuda(0));
        int slow = count(Device.cuda(1));
        assertThat(fast + slow).isEqualTo(ROWS);
        assertThat(slow).as("batches of the slow device").isBetween(1, ROWS / 3);
    }

    @Test
    void aDeviceThatIsLostEndsTheRunAndLeavesTheModelUsable() throws IOException {
        AtomicInteger failures = new AtomicInteger(1);
        FakeModel file = model(device -> {
            if (count(Device.cuda(1)) == 3 && failures.getAndDecrement() > 0) {
                throw new ForebayException(Kind.IO, "the device was lost");
            }
        });
        try (Model model = file.device(Device.cuda(0), Device.cuda(1)).load(forebay)) {
            assertThatThrownBy(() -> requireDoubled(model)).hasMessage("the device was lost");
            requireDoubled(model);
        }
    }

    @Test
    void strictDevicesMustAllWork() throws IOException {
        FakeModel file = model(device -> {}).device(Device.cuda(0), Device.cuda(7));
        try (Model model = file.load(forebay)) {
            assertThat(model.device().used()).containsExactly(Device.cuda(0));
        }
        assertThatThrownBy(() ->
                        file.options(options -> options.withStrictDevice(true)).load(forebay))
                .hasMessageStartingWith("each of the devices must run the model: requested=cuda:0,cuda:7, refused="
                        + "[cuda:7 (there are two)]");
    }

    @Test
    void theCpuStandsInWhereNoDeviceIsLeft() throws IOException {
        FakeModel file = model(device -> {}).device(Device.cuda(8), Device.cuda(7));
        try (Model model = file.load(forebay)) {
            assertThat(model.device().used()).containsExactly(Device.cpu());
            assertThat(model.device().refused()).hasSize(2);
            requireDoubled(model);
        }
    }

    @Test
    void aDeviceThatTwoRequestsComeToIsOpenedOnce() throws IOException {
        FakeModel file = model(device -> {});
        try (Model model =
                file.device(Device.cuda(1), Device.auto(), Device.cuda(0)).load(forebay)) {
            assertThat(model.device().used()).containsExactly(Device.cuda(1), Device.cuda(0));
        }
    }

    @Test
    void allSessionsAreClosedWhateverFails() throws IOException {
        closingFails = true;
        Model model = model(device -> {}).device(Device.cuda(0), Device.cuda(1)).load(forebay);
        assertThatThrownBy(model::close).hasMessage("closing cuda:0").satisfies(e -> assertThat(e.getSuppressed())
                .singleElement()
                .satisfies(other -> assertThat(other).hasMessage("closing cuda:1")));
    }

    @Test
    void aDeviceIsAskedForOnce() throws IOException {
        FakeModel file = model(device -> {});
        assertThatThrownBy(() -> file.device(Device.cpu(), Device.cpu()))
                .hasMessageStartingWith(
                        "a model must be asked to run on one device or several different ones: devices=");
        assertThatThrownBy(file::device).hasMessageEndingWith("devices=[]");
        assertThat(Device.parseList("cuda:1,tensorrt,cpu"))
                .containsExactly(Device.cuda(1), Device.tensorRt(0), Device.cpu());
        assertThatThrownBy(() -> Device.parseList("cuda:1,abacus")).hasMessageEndingWith("device=abacus");
    }

    private void requireDoubled(Model model) {
        Object[] rows =
                IntStream.range(0, ROWS).mapToObj(row -> (Object) (float) row).toArray();
        Path data = ColumnFiles.write(forebay, folder.resolve("data" + System.nanoTime()), column("x", rows));
        CapturingSink sink = new CapturingSink("y");
        model.score(forebay.dataset(data.toString()).batchRows(1)).writeTo(sink).run();
        assertThat(sink.values())
                .isEqualTo(IntStream.range(0, ROWS).mapToObj(row -> 2f * row).toList());
    }

    private int count(Device device) {
        return batches.computeIfAbsent(device, key -> new AtomicInteger()).get();
    }

    private FakeModel model(Consumer<Device> service) throws IOException {
        Path file = folder.resolve("model");
        Files.writeString(file, "fake");
        return new FakeModel(file.toString(), ModelOptions.defaults(), service);
    }

    /** Doubles numbers on two GPUs and the CPU, each as slowly as the test says. */
    private final class FakeModel extends ModelFile<FakeModel> {
        private final Consumer<Device> service;

        FakeModel(String location, ModelOptions options, Consumer<Device> service) {
            super(location, options);
            this.service = service;
        }

        @Override
        protected FakeModel with(ModelOptions changed) {
            return new FakeModel(location(), changed, service);
        }

        @Override
        protected EngineSession open(Path file, String identity, ModelOptions options, Device device)
                throws RefusedDeviceException {
            if (device.ordinal() > 1) {
                throw new RefusedDeviceException("there are two");
            }
            openSessions.incrementAndGet();
            return new FakeSession(device, service);
        }
    }

    private final class FakeSession implements EngineSession {
        private final Device device;
        private final Consumer<Device> service;

        FakeSession(Device device, Consumer<Device> service) {
            this.device = device;
            this.service = service;
        }

        @Override
        public String engine() {
            return "fake";
        }

        @Override
        public String modelIdentity() {
            return "fake";
        }

        @Override
        public List<TensorSpec> inputs() {
            return List.of(new TensorSpec("x", Element.FLOAT32, List.of(-1L)));
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of(new TensorSpec("y", Element.FLOAT32, List.of(-1L)));
        }

        @Override
        public Runner newRunner() {
            return (inputs, outputs) -> {
                batches.computeIfAbsent(device, key -> new AtomicInteger()).incrementAndGet();
                service.accept(device);
                var from = Objects.requireNonNull(inputs.get(0).data());
                var to = Objects.requireNonNull(outputs.get(0).data());
                for (int i = 0; i < from.limit(); i += Float.BYTES) {
                    to.putFloat(i, 2 * from.getFloat(i));
                }
            };
        }

        @Override
        public void close() {
            openSessions.decrementAndGet();
            if (closingFails) {
                throw new IllegalStateException("closing " + device);
            }
        }
    }
}
