// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;

/** What NVML's return codes ({@code nvmlReturn_t}) mean to whoever runs into them. */
final class NvmlErrors {
    static final int FUNCTION_NOT_FOUND = 13;

    private static final int SUCCESS = 0;
    private static final int NOT_SUPPORTED = 3;
    private static final int NO_PERMISSION = 4;

    private NvmlErrors() {}

    /** Whether a figure is merely not to be had here; every other failure is one of the GPU, the driver or the machine. */
    static boolean isUntold(int code) {
        return code == NOT_SUPPORTED || code == NO_PERMISSION || code == FUNCTION_NOT_FOUND;
    }

    static void check(int code, String function) {
        if (code != SUCCESS) {
            throw failure(code, "function=" + function + ", code=" + code);
        }
    }

    static void check(int code, String function, int gpuIndex) {
        if (code != SUCCESS) {
            throw failure(code, "function=" + function + ", gpu=" + gpuIndex + ", code=" + code);
        }
    }

    private static ForebayException failure(int code, String values) {
        return new ForebayException(kind(code), rule(code) + ": " + values);
    }

    private static Kind kind(int code) {
        return switch (code) {
            case 2, 6 -> Kind.USAGE;
            case NOT_SUPPORTED, NO_PERMISSION, 9, 12, FUNCTION_NOT_FOUND, 17, 18 -> Kind.UNSUPPORTED;
            default -> Kind.IO;
        };
    }

    private static String rule(int code) {
        return switch (code) {
            case 1 -> "NVML must be initialised before it is asked";
            case 2 -> "NVML must be given a GPU and values that it knows";
            case NOT_SUPPORTED -> "the GPU must support what it is asked for";
            case NO_PERMISSION -> "the driver must permit this user to ask (it may permit root alone)";
            case 6 -> "what NVML is asked for must exist";
            case 7 -> "what NVML answers must fit the memory that it is given";
            case 8 -> "the GPU's power cables must be plugged in";
            case 9 -> "NVIDIA's driver must be loaded into the kernel (nvidia-smi shows whether it is)";
            case 10 -> "the driver must answer in time";
            case 11 -> "the kernel must receive the GPU's interrupts";
            case 12 -> "the libraries that NVML itself needs must be installed with the driver";
            case FUNCTION_NOT_FOUND -> "this driver has no such function (it may be too old)";
            case 14 -> "the GPU's infoROM must be intact";
            case 15 -> "the GPU must be reachable, and it is lost (it takes a reset or a reboot)";
            case 16 -> "the GPU must be reset before it can be used again";
            case 17 -> "the operating system must let this process use the GPU (a container's cgroup may block it)";
            case 18 ->
                "NVML and the kernel's driver must be of the same version (after an update, restart the machine)";
            case 20 -> "the driver must have memory left";
            case 999 -> "the driver must not fail inside, and it does without saying why";
            default -> "NVML must succeed, and it fails in a way that is not known here";
        };
    }
}
