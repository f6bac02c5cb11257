// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.cli.Certificate.Check;
import io.forebay.cli.Certificate.Outcome;
import io.forebay.inference.Gpu;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** A certificate as two files: JSON for tools, and Markdown for people, which has the digest of the other to sign. */
final class CertificateFiles {
    static final String JSON = "forebay-certificate.json";
    static final String MARKDOWN = "forebay-certificate.md";

    private CertificateFiles() {}

    static void write(Certificate certificate, Path folder) throws IOException {
        Files.createDirectories(folder);
        byte[] json = json(certificate);
        replace(folder.resolve(JSON), json);
        replace(folder.resolve(MARKDOWN), markdown(certificate, json).getBytes(StandardCharsets.UTF_8));
    }

    /** A file appears whole. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        Path unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), "forebay-", ".tmp");
        Files.write(unfinished, bytes);
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] json(Certificate certificate) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("forebay", new Version().getVersion()[0]);
            json.writeStringField("created", certificate.created().toString());
            json.writeStringField("system", system());
            json.writeStringField("jvm", jvm());
            json.writeFieldName("machine");
            MachineJson.write(json, certificate.machine());
            for (Outcome outcome : Outcome.values()) {
                json.writeNumberField(outcome.label(), certificate.count(outcome));
            }
            json.writeArrayFieldStart("checks");
            for (Check check : certificate.checks()) {
                json.writeStartObject();
                json.writeStringField("branch", check.branch());
                json.writeStringField("device", check.device());
                json.writeStringField("check", check.name());
                json.writeStringField("outcome", check.outcome().label());
                json.writeNumberField("seconds", check.seconds());
                json.writeStringField("detail", check.detail());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    private static String jvm() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    }

    private static String markdown(Certificate certificate, byte[] json) {
        StringBuilder text = new StringBuilder("# Forebay on this machine\n\n");
        line(text, "Forebay", new Version().getVersion()[0]);
        line(text, "when", certificate.created().toString());
        line(text, "system", system());
        line(text, "JVM", jvm());
        line(text, "cores", Integer.toString(certificate.machine().cores()));
        line(
                text,
                "GPU driver",
                Objects.requireNonNullElse(certificate.machine().gpus().driver(), "none"));
        for (Gpu gpu : certificate.machine().gpus().found()) {
            line(
                    text,
                    "GPU " + gpu.index(),
                    gpu.name() + ", compute capability " + gpu.computeCapability() + ", " + gpu.uuid());
        }
        certificate.machine().engines().forEach(engine -> line(text, engine.engine(), engine.library()));
        text.append("\n| branch | device | check | outcome | seconds | |\n|---|---|---|---|---|---|\n");
        for (Check check : certificate.checks()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %.2f | %s |%n",
                    check.branch(),
                    check.device(),
                    check.name(),
                    check.outcome() == Outcome.FAILED
                            ? "**failed**"
                            : check.outcome().label(),
                    check.seconds(),
                    check.detail().replace("|", "\\|")));
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%d passed, %d failed, %d skipped. SHA-256 of %s: `%s`%n%nSigned off by: ____________________  on: ____________%n",
                certificate.count(Outcome.PASSED),
                certificate.count(Outcome.FAILED),
                certificate.count(Outcome.SKIPPED),
                JSON,
                sha256(json)));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("- ").append(name).append(": ").append(value).append('\n');
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
