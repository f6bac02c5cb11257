// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forebay.nvml.testkit.NvmlStub;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence of a machine whose driver lists three GPUs that exist nowhere: what needs them is skipped with its cause. */
class CertifyTest {
    @TempDir
    Path folder;

    @Test
    void evidenceSaysWhatPassedAndWhatWasSkippedAndWhy() throws Exception {
        List<String> flags = List.of(
                "-Dforebay.home=..",
                "-Dforebay.nvml.library=" + NvmlStub.compile(folder).library());
        Path out = folder.resolve("evidence");
        Process process = new ProcessBuilder(ForebayProcess.command(
                        flags, Main.class.getName(), "certify", "--seconds", "1", "--out", out.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();

        byte[] json = Files.readAllBytes(out.resolve(CertificateFiles.JSON));
        JsonNode certificate = new ObjectMapper().readTree(json);
        assertThat(certificate.get("failed").asInt()).isZero();
        assertThat(certificate.at("/machine/gpus")).hasSize(3);
        assertThat(checks(certificate, "nvml", "passed"))
                .containsExactly("lists GPUs", "tells figures", "tells figures", "tells figures");
        assertThat(checks(certificate, "onnx cpu", "passed"))
                .containsExactly(
                        "loads", "scores an MLP", "scores a CNN", "scores strings", "opens and closes", "is fed");
        for (String device : List.of("cuda:0", "cuda:1", "cuda:2", "cuda:0,cuda:1,cuda:2", "tensorrt:0")) {
            assertThat(checks(certificate, "onnx " + device, "skipped")).containsExactly("loads");
        }
        assertThat(certificate.toString())
                .contains("put com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime");

        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        assertThat(Files.readString(out.resolve(CertificateFiles.MARKDOWN)))
                .contains("SHA-256 of forebay-certificate.json: `" + digest + "`", "Signed off by:", "Stub 1");
        assertThat(out).isDirectoryRecursivelyContaining("glob:**.json").isDirectoryNotContaining("glob:**.tmp");
    }

    /** The names of the checks of a branch, or of a branch on a device, with this outcome. */
    private static List<String> checks(JsonNode certificate, String branch, String outcome) {
        List<String> names = new ArrayList<>();
        for (JsonNode check : certificate.get("checks")) {
            String found = check.get("branch").asText();
            String onDevice = found + " " + check.get("device").asText();
            if ((found.equals(branch) || onDevice.equals(branch))
                    && check.get("outcome").asText().equals(outcome)) {
                names.add(check.get("check").asText());
            }
        }
        return names;
    }
}
