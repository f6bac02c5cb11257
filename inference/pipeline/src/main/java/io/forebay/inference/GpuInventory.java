// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.util.Optional;

/** What knows the GPUs of this machine, found as a {@link java.util.ServiceLoader} service. Stateless and thread-safe. */
public interface GpuInventory {
    /**
     * The driver, all GPUs in its order, and what it says of each now.
     *
     * @throws io.forebay.ForebayException of kind {@code unsupported} where there is no driver, or it does not answer; {@code io}
     *     when a GPU is lost
     */
    MachineReport.GpuReport examine();

    /** Why a native library, such as {@code libcudnn.so.9}, does not load; empty where it does. */
    Optional<String> loadFailure(String library);
}
