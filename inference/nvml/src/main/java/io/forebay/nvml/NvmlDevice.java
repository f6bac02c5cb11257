// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.forebay.inference.Gpu;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A GPU of an open library, for as long as one question takes; answers are written to {@code out}. One thread at a time. */
final class NvmlDevice {
    /** What the longest name takes, and more than the largest structure that is asked for. */
    static final int OUT_BYTES = 96;

    /** The middle of {@code out}, for functions that write two numbers. */
    private static final int SECOND = OUT_BYTES / 2;

    /** Counters of {@code nvmlDeviceGetPcieThroughput}. */
    private static final int PCIE_SENT = 0;

    private static final int PCIE_RECEIVED = 1;

    private static final double PERCENT = 100;
    private static final double MILLI = 1000;
    private static final long KILO = 1000;

    private final int index;
    private final NvmlLibrary library;
    private final Pointer handle;
    private final Memory out;

    private NvmlDevice(int index, NvmlLibrary library, Pointer handle, Memory out) {
        this.index = index;
        this.library = library;
        this.handle = handle;
        this.out = out;
    }

    static NvmlDevice at(int index, NvmlLibrary library, Memory out) {
        String function = "nvmlDeviceGetHandleByIndex_v2";
        NvmlErrors.check(library.call(function, index, out), function, index);
        return new NvmlDevice(index, library, out.getPointer(0), out);
    }

    Gpu describe() {
        require("nvmlDeviceGetUUID", handle, out, OUT_BYTES);
        String uuid = text(out);
        require("nvmlDeviceGetName", handle, out, OUT_BYTES);
        String name = text(out);
        require("nvmlDeviceGetCudaComputeCapability", handle, out, out.share(SECOND));
        String capability = out.getInt(0) + "." + out.getInt(SECOND);
        boolean memory = tells("nvmlDeviceGetMemoryInfo", handle, out);
        Long total = memory ? memoryTotal() : null;
        Long used = memory ? memoryUsed() : null;
        return new Gpu(index, uuid, name, capability, total, used, mig());
    }

    private @Nullable Boolean mig() {
        return tells("nvmlDeviceGetMigMode", handle, out, out.share(SECOND)) ? out.getInt(0) != 0 : null;
    }

    GpuSample sample() {
        boolean rates = tells("nvmlDeviceGetUtilizationRates", handle, out);
        Double residency = rates ? out.getInt(0) / PERCENT : null;
        Double memoryBusy = rates ? out.getInt(Integer.BYTES) / PERCENT : null;
        return new GpuSample(
                residency,
                memoryBusy,
                tells("nvmlDeviceGetMemoryInfo", handle, out) ? memoryUsed() : null,
                tells("nvmlDeviceGetPowerUsage", handle, out) ? out.getInt(0) / MILLI : null,
                tells("nvmlDeviceGetTotalEnergyConsumption", handle, out) ? out.getLong(0) / MILLI : null,
                pcieBytesPerSecond(PCIE_SENT),
                pcieBytesPerSecond(PCIE_RECEIVED),
                tells("nvmlDeviceGetCurrentClocksEventReasons", handle, out) ? out.getLong(0) : null);
    }

    private @Nullable Long pcieBytesPerSecond(int counter) {
        boolean told = tells("nvmlDeviceGetPcieThroughput", handle, counter, out);
        return told ? Integer.toUnsignedLong(out.getInt(0)) * KILO : null;
    }

    /** {@code nvmlMemory_t}: total, free, used. */
    private long memoryTotal() {
        return out.getLong(0);
    }

    private long memoryUsed() {
        return out.getLong(2 * Long.BYTES);
    }

    static String text(Memory out) {
        return out.getString(0, StandardCharsets.UTF_8.name());
    }

    private void require(String function, Object... arguments) {
        NvmlErrors.check(library.call(function, arguments), function, index);
    }

    /** Whether the answer is in {@code out}; false where this device, driver or user gets none. */
    private boolean tells(String function, Object... arguments) {
        int code = library.call(function, arguments);
        if (NvmlErrors.isUntold(code)) {
            return false;
        }
        NvmlErrors.check(code, function, index);
        return true;
    }
}
