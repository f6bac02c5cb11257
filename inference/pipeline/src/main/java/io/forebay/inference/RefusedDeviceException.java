// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/** A device does not work; the message says why. The next one is tried. */
@SuppressWarnings("serial")
public final class RefusedDeviceException extends Exception {
    public RefusedDeviceException(String cause) {
        super(cause);
    }
}
