// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import io.forebay.inference.DeviceReport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tries the devices that a model may run on, in order, and keeps why one does not work. For engines. */
public final class DeviceLadder {
    private DeviceLadder() {}

    /**
     * A way to load a model.
     *
     * @param <S> the engine's session
     */
    @FunctionalInterface
    public interface Attempt<S extends EngineSession> {
        /**
         * Loads it on the device that {@code report} says is used.
         *
         * @throws RefusedException when the device does not work; another failure is the model's own, which no other
         *     device would cure
         */
        S open(DeviceReport report) throws RefusedException;
    }

    /** A device does not work; the message says why. */
    @SuppressWarnings("serial")
    public static final class RefusedException extends Exception {
        public RefusedException(String cause) {
            super(cause);
        }
    }

    /**
     * The session on the first device that works.
     *
     * @throws ForebayException of kind {@code unsupported} when none does
     */
    public static <S extends EngineSession> S open(ModelOptions options, Attempt<S> attempt) {
        List<Refusal> refused = new ArrayList<>();
        for (Device device : options.device().ladder(options.strictDevice())) {
            try {
                return attempt.open(new DeviceReport(options.device(), device, List.copyOf(refused)));
            } catch (RefusedException e) {
                refused.add(new Refusal(device, String.valueOf(e.getMessage())));
            }
        }
        throw ForebayException.unsupported(
                "one device must run the model: requested=" + options.device() + ", refused=" + described(refused));
    }

    private static String described(List<Refusal> refused) {
        return refused.stream()
                .map(refusal -> refusal.device() + " (" + refusal.cause() + ")")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
