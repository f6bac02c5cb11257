// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import io.forebay.inference.DeviceReport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Opens a session on each device that was asked for and works, and keeps why one does not. Used once. */
final class DeviceLadder {
    /** A way to load a model. */
    @FunctionalInterface
    interface Attempt {
        /** Loads it on this device; any failure but a refusal is the model's own, which no other device would cure. */
        EngineSession open(Device device) throws RefusedDeviceException;
    }

    private final List<Device> requested;
    private final boolean strict;
    private final Attempt attempt;
    private final List<EngineSession> sessions = new ArrayList<>();
    private final List<Device> used = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();

    DeviceLadder(ModelOptions options, Attempt attempt) {
        this.requested = options.devices();
        this.strict = options.strictDevice();
        this.attempt = attempt;
    }

    /**
     * Tries the devices.
     *
     * @throws ForebayException of kind {@code unsupported} when none works, or when all have to and one does not
     */
    void open() {
        try {
            requested.forEach(this::openOne);
            if (sessions.isEmpty() && !strict && !requested.contains(Device.cpu())) {
                openOne(Device.cpu());
            }
            if (sessions.isEmpty() || (strict && sessions.size() < requested.size())) {
                throw ForebayException.unsupported(
                        (requested.size() > 1 && strict ? "each of the devices" : "one device")
                                + " must run the model: requested=" + Device.format(requested) + ", refused="
                                + described());
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void openOne(Device wanted) {
        for (Device device : wanted.rungs(strict)) {
            try {
                EngineSession session = attempt.open(device);
                sessions.add(session);
                used.add(device);
                session.fallback().ifPresent(cause -> refused.add(new Refusal(device, cause)));
                return;
            } catch (RefusedDeviceException e) {
                refused.add(new Refusal(device, String.valueOf(e.getMessage())));
            }
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
        return new DeviceReport(requested, used, refused);
    }

    private void close() {
        sessions.forEach(EngineSession::close);
    }
}
