// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What knows the GPUs of this machine, found as a {@link java.util.ServiceLoader} service. Stateless and thread-safe. */
public interface GpuInventory {
    /**
     * The version of the driver, as in {@code 570.86.15}.
     *
     * @throws io.forebay.ForebayException of kind {@code unsupported} where there is none, or it does not answer
     */
    String driverVersion();

    /**
     * All GPUs, in the driver's order.
     *
     * @throws io.forebay.ForebayException as {@link #driverVersion}, and when a GPU is lost
     */
    List<Gpu> gpus();

    /** What the driver says of a GPU now, by names such as {@code powerWatts}; what it cannot tell is absent. */
    Map<String, Double> figures(Gpu gpu);

    /** Why a native library, such as {@code libcudnn.so.9}, does not load; empty where it does. */
    Optional<String> loadFailure(String library);
}
