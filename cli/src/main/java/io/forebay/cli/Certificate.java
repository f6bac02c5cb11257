// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.inference.MachineReport;
import java.time.Instant;
import java.util.List;

/**
 * What was tried on a machine, and how it went. An immutable value.
 *
 * @param created when
 * @param machine what the machine offers
 * @param checks in the order in which they were made
 */
record Certificate(Instant created, MachineReport machine, List<Check> checks) {
    /** How a check went. */
    enum Outcome {
        PASSED,
        FAILED,
        /** What it needs is not there. */
        SKIPPED;

        String label() {
            return switch (this) {
                case PASSED -> "passed";
                case FAILED -> "failed";
                case SKIPPED -> "skipped";
            };
        }
    }

    /**
     * One thing that was tried.
     *
     * @param branch what of Forebay: an engine, or the driver
     * @param device that it was tried on
     * @param seconds that it took
     * @param detail what came out, or why it failed or was skipped
     */
    record Check(String branch, String device, String name, Outcome outcome, double seconds, String detail) {}

    long count(Outcome outcome) {
        return checks.stream().filter(check -> check.outcome() == outcome).count();
    }
}
