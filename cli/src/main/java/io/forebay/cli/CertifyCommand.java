// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.ForebayException;
import io.forebay.cli.Certificate.Check;
import io.forebay.cli.Certificate.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay certify}: evidence of what runs on this machine. */
@Command(
        name = "certify",
        description = "Tries every branch that depends on hardware, with timings, and writes " + CertificateFiles.JSON
                + " and " + CertificateFiles.MARKDOWN + ".")
final class CertifyCommand implements Callable<Integer> {
    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the evidence; this one unless given.")
    private Path out = Path.of("");

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long to measure each device; ${DEFAULT-VALUE} unless given.")
    private int seconds = 3;

    /** Fails where a check did; what is not there is no failure. */
    @Override
    public Integer call() throws IOException {
        if (seconds < 1) {
            throw ForebayException.usage("seconds to measure must be positive: seconds=" + seconds);
        }
        Path home = DemoFolders.home();
        Certificate certificate = new Certification(home, Duration.ofSeconds(seconds), CertifyCommand::print).run();
        CertificateFiles.write(certificate, out.toAbsolutePath());
        System.out.printf(
                Locale.ROOT,
                "%d passed, %d failed, %d skipped: %s%n",
                certificate.count(Outcome.PASSED),
                certificate.count(Outcome.FAILED),
                certificate.count(Outcome.SKIPPED),
                out.toAbsolutePath().normalize().resolve(CertificateFiles.MARKDOWN));
        return certificate.count(Outcome.FAILED) == 0 ? 0 : Main.FAILED;
    }

    private static void print(Check check) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %-5s %-12s %-22s %s%n",
                check.outcome().label(),
                check.branch(),
                check.device(),
                check.name(),
                check.detail());
    }
}
