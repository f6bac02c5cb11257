// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.util.List;

/**
 * Which devices a model runs on, and why not on others.
 *
 * @param requested what was asked for
 * @param used what it runs on, each with a session of its own: its library loaded and, on a GPU, a probe run passed
 * @param refused the devices that do not work, and those that run the model only in part, with the causes
 */
public record DeviceReport(List<Device> requested, List<Device> used, List<Refusal> refused) {
    public DeviceReport {
        requested = List.copyOf(requested);
        used = List.copyOf(used);
        refused = List.copyOf(refused);
    }

    /** A device that did not work, or not for all of the model, and why. */
    public record Refusal(Device device, String cause) {}
}
