// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import com.sun.jna.Memory;
import io.forebay.ForebayException;
import io.forebay.inference.Gpu;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * NVIDIA's management library, which knows the GPUs of this machine without taking any of their memory. Thread-safe; whoever
 * opens it closes it, and several may be open at once. Closing waits for calls in progress; later ones fail.
 *
 * <p>A function that the installed driver lacks is missed only by the call that needs it. All methods throw
 * {@link ForebayException}: of kind {@code unsupported} where driver, device or permissions fall short, {@code io} where the
 * GPU or the driver fails, as for a GPU that is lost, {@code cancelled} once this is closed.
 *
 * @see <a href="https://docs.nvidia.com/deploy/nvml-api/">NVML API reference</a>
 */
public final class Nvml implements AutoCloseable {
    /** The driver brings the first; the second is a link that developers have. */
    private static final List<String> NAMES = List.of("libnvidia-ml.so.1", "libnvidia-ml.so");

    private final NvmlLibrary library;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean open = true;

    private Nvml(NvmlLibrary library) {
        this.library = library;
    }

    /**
     * Opens the library of the installed driver.
     *
     * @throws ForebayException of kind {@code unsupported} when there is none, or it does not find its driver
     */
    public static Nvml open() {
        return open(NvmlLibrary.load(NAMES));
    }

    /**
     * Opens the library in a file.
     *
     * @throws ForebayException of kind {@code unsupported} when it does not load, or does not find its driver
     */
    public static Nvml open(Path library) {
        return open(NvmlLibrary.load(List.of(library.toAbsolutePath().toString())));
    }

    private static Nvml open(NvmlLibrary library) {
        library.require("nvmlInit_v2");
        return new Nvml(library);
    }

    /** As in {@code 570.86.15}. */
    public String driverVersion() {
        return ask(out -> {
            library.require("nvmlSystemGetDriverVersion", out, NvmlDevice.OUT_BYTES);
            return NvmlDevice.text(out);
        });
    }

    /** All GPUs, in NVML's order; fails if one of them does not answer. */
    public List<Gpu> gpus() {
        return ask(out -> {
            library.require("nvmlDeviceGetCount_v2", out);
            int count = out.getInt(0);
            List<Gpu> gpus = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                gpus.add(NvmlDevice.at(index, library, out).describe());
            }
            return List.copyOf(gpus);
        });
    }

    /** The figures of {@code gpu} now; takes the 40 ms over which the driver counts what goes over PCIe. */
    public GpuSample sample(Gpu gpu) {
        return ask(out -> NvmlDevice.at(gpu.index(), library, out).sample());
    }

    /** Answers with memory for what the library writes, and keeps it from being shut down meanwhile. */
    private <T> T ask(Function<Memory, T> question) {
        lock.readLock().lock();
        try (Memory out = new Memory(NvmlDevice.OUT_BYTES)) {
            if (!open) {
                throw ForebayException.cancelled("an Nvml must not be asked after it is closed");
            }
            return question.apply(out);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Closing again does nothing. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (open) {
                open = false;
                library.require("nvmlShutdown");
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
