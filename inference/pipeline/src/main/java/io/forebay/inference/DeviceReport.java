// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.util.List;

/**
 * Which device a model runs on, and why not on another.
 *
 * @param requested what was asked for
 * @param used what it runs on: its library loaded, a session made and, on an accelerator, a probe run passed
 * @param refused the devices tried before, with the cause of each refusal
 */
public record DeviceReport(Device requested, Device used, List<Refusal> refused) {
    /** A device that did not work, and why. */
    public record Refusal(Device device, String cause) {}
}
