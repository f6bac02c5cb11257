// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.util.List;

/** An engine on the class path, found as a {@link java.util.ServiceLoader} service. Stateless and thread-safe. */
public interface Engine {
    /** The name by which it is chosen, such as {@code onnx}. */
    String name();

    /** The end of the names of its files, such as {@code .onnx}. */
    String fileEnding();

    /** The model at {@code location}, with default options. */
    ModelFile<?> file(String location);

    /** The library behind it with its version, such as {@code ONNX Runtime 1.29.0}; without one where it does not load. */
    String library();

    /** The native libraries that it needs for GPUs beside the driver; empty where it brings them. */
    default List<NativeLibrary> gpuLibraries() {
        return List.of();
    }

    /** Tries a small model on each sort of device: the CPU, and the GPUs that there are, or the first to tell why there is none. */
    List<DeviceCheck> checkDevices();
}
