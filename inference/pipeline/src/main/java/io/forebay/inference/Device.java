// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A device that a model is asked to run on. An immutable value.
 *
 * @param kind what sort of device
 * @param ordinal which of several GPUs; 0 otherwise
 */
public record Device(Kind kind, int ordinal) {
    private static final Pattern GPU = Pattern.compile("(cuda|tensorrt)(?::(\\d{1,3}))?");

    public Device {
        if (ordinal < 0 || (!kind.isGpu() && ordinal != 0)) {
            throw ForebayException.usage(
                    "a device's ordinal must be that of a GPU: kind=" + kind + ", ordinal=" + ordinal);
        }
    }

    /** Sorts of devices. */
    public enum Kind {
        /** The best that works, tried in order: the first GPU, then the CPU. */
        AUTO,
        CPU,
        CUDA,
        /** A GPU that the model is compiled for when it is loaded, which takes up to minutes; only ONNX Runtime knows it. */
        TENSORRT;

        /** True for silicon of its own. */
        public boolean isGpu() {
            return this == CUDA || this == TENSORRT;
        }
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

    public static Device tensorRt(int ordinal) {
        return new Device(Kind.TENSORRT, ordinal);
    }

    /** Reads {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:1} or {@code tensorrt:1}. */
    public static Device parse(String text) {
        Matcher gpu = GPU.matcher(text);
        if (gpu.matches()) {
            int ordinal = gpu.group(2) == null ? 0 : Integer.parseInt(gpu.group(2));
            return gpu.group(1).equals("cuda") ? cuda(ordinal) : tensorRt(ordinal);
        }
        return switch (text) {
            case "auto" -> auto();
            case "cpu" -> cpu();
            default -> throw ForebayException.usage("a device must be auto, cpu, cuda:N or tensorrt:N: device=" + text);
        };
    }

    /** Reads devices with commas between them. */
    public static List<Device> parseList(String text) {
        return Pattern.compile(",").splitAsStream(text).map(Device::parse).toList();
    }

    /** Devices as {@link #parseList} reads them. */
    public static String format(List<Device> devices) {
        return devices.stream().map(Device::toString).collect(Collectors.joining(","));
    }

    /**
     * The devices to try for this one, in order; the CPU stands in for a GPU only when no other device is left.
     *
     * @param strict whether nothing else may stand in for a device that is asked for by name
     */
    List<Device> rungs(boolean strict) {
        return switch (kind) {
            case AUTO -> List.of(cuda(0), cpu());
            case CPU, CUDA -> List.of(this);
            case TENSORRT -> strict ? List.of(this) : List.of(this, cuda(ordinal));
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> "cuda:" + ordinal;
            case TENSORRT -> "tensorrt:" + ordinal;
        };
    }
}
