// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * Whether a device runs a model, tried out with a small one.
 *
 * @param works whether it did
 * @param cause why not; empty where it works
 * @param seconds that loading the model and running it once took; 0 where it does not work
 */
public record DeviceCheck(Device device, boolean works, String cause, double seconds) {
    /** A device that does not work. */
    public static DeviceCheck refused(Device device, String cause) {
        return new DeviceCheck(device, false, cause, 0);
    }
}
