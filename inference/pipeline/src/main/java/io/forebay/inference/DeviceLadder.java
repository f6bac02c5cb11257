// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import io.forebay.inference.DeviceReport.Refusal;
import io.forebay.inference.internal.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Opens a session on each device that was asked for and works, and keeps why one does not. Used once. */
final class DeviceLadder {
    /** A way to load a model. */
    @FunctionalInterface
    interface Attempt {
        /**
         * Loads it on this device; any failure but a refusal is the model's own, which no other device would cure.
         *
         * @param options whose devices are those that share the cores
         */
        EngineSession open(Device device, ModelOptions options) throws RefusedDeviceException;
    }

    private final ModelOptions options;
    private final Attempt attempt;
    private final List<EngineSession> sessions = new ArrayList<>();
    private final List<Device> used = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();

    DeviceLadder(ModelOptions options, Attempt attempt) {
        this.options = options;
        this.attempt = attempt;
    }

    /**
     * Tries the devices.
     *
     * @throws ForebayException of kind {@code unsupported} when none works, or when all have to and one does not
     */
    void open() {
        List<Device> requested = options.devices();
        boolean strict = options.strictDevice();
        try {
            int found = 0;
            for (Device wanted : requested) {
                found += openOne(wanted) ? 1 : 0;
            }
            if (sessions.isEmpty() && !strict && !requested.contains(Device.cpu())) {
                standIn();
            }
            if (sessions.isEmpty() || (strict && found < requested.size())) {
                throw ForebayException.unsupported(
                        (requested.size() > 1 && strict ? "each of the devices" : "one device")
                                + " must run the model: requested=" + Device.format(requested) + ", refused="
                                + described());
            }
        } catch (RuntimeException | Error e) {
            close(e);
            throw e;
        }
    }

    /** The first rung for a device that works; one that another rung has brought already is not opened again. */
    private boolean openOne(Device wanted) {
        for (Device device : wanted.rungs(options.strictDevice())) {
            if (used.contains(device) || open(device, options)) {
                return true;
            }
        }
        return false;
    }

    /** The CPU has its cores for itself. */
    private void standIn() {
        open(Device.cpu(), options.withDevices(List.of(Device.cpu())));
    }

    private boolean open(Device device, ModelOptions shared) {
        try {
            EngineSession session = attempt.open(device, shared);
            sessions.add(session);
            used.add(device);
            session.fallback().ifPresent(cause -> refused.add(new Refusal(device, cause)));
            return true;
        } catch (RefusedDeviceException e) {
            refused.add(new Refusal(device, String.valueOf(e.getMessage())));
            return false;
        }
    }

    private String described() {
        return refused.stream()
                .map(refusal -> refusal.device() + " (" + refusal.cause() + ")")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** The sessions, in the order of the devices used; they are the caller's. */
    List<EngineSession> sessions() {
        return sessions;
    }

    DeviceReport report() {
        return new DeviceReport(options.devices(), used, refused);
    }

    private void close(Throwable failure) {
        try {
            Sessions.closeAll(sessions);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
