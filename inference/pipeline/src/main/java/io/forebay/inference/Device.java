// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device that a model is asked to run on. An immutable value.
 *
 * @param kind what sort of device
 * @param ordinal which of several GPUs; 0 otherwise
 */
public record Device(Kind kind, int ordinal) {
    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    public Device {
        if (ordinal < 0 || (kind != Kind.CUDA && ordinal != 0)) {
            throw ForebayException.usage(
                    "a device's ordinal must be that of a GPU: kind=" + kind + ", ordinal=" + ordinal);
        }
    }

    /** Sorts of devices. */
    public enum Kind {
        /** The best that works, tried in order: the first GPU, then the CPU. */
        AUTO,
        CPU,
        CUDA
    }

    public static Device auto() {
        return new Device(Kind.AUTO, 0);
    }

    public static Device cpu() {
        return new Device(Kind.CPU, 0);
    }

    public static Device cuda(int ordinal) {
        return new Device(Kind.CUDA, ordinal);
    }

    /** Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}. */
    public static Device parse(String text) {
        Matcher cuda = CUDA.matcher(text);
        if (cuda.matches()) {
            return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (text) {
            case "auto" -> auto();
            case "cpu" -> cpu();
            default -> throw ForebayException.usage("a device must be auto, cpu or cuda:N: device=" + text);
        };
    }

    /**
     * The devices to try, in order.
     *
     * @param strict whether falling back from the device asked for is refused
     */
    public List<Device> ladder(boolean strict) {
        return switch (kind) {
            case AUTO -> List.of(cuda(0), cpu());
            case CPU -> List.of(cpu());
            case CUDA -> strict ? List.of(this) : List.of(this, cpu());
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> "cuda:" + ordinal;
        };
    }
}
