// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import com.sun.jna.NativeLibrary;
import io.forebay.inference.Gpu;
import io.forebay.inference.GpuInventory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What NVML knows, asked anew each time. The installed driver's library, unless the system property
 * {@code forebay.nvml.library} names another file.
 */
public final class NvmlInventory implements GpuInventory {
    static final String LIBRARY_PROPERTY = "forebay.nvml.library";

    private static Nvml open() {
        String library = System.getProperty(LIBRARY_PROPERTY);
        return library == null ? Nvml.open() : Nvml.open(Path.of(library));
    }

    @Override
    public String driverVersion() {
        try (Nvml nvml = open()) {
            return nvml.driverVersion();
        }
    }

    @Override
    public List<Gpu> gpus() {
        try (Nvml nvml = open()) {
            return nvml.gpus();
        }
    }

    @Override
    public Optional<String> loadFailure(String library) {
        try {
            NativeLibrary.getInstance(library);
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of(NvmlLibrary.reason(e));
        }
    }
}
