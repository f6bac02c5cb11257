// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.inference.Model;
import io.forebay.inference.testkit.EngineContract;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Loading a model asks nobody on the network for anything: a process of its own tells what was asked. */
class NothingSentTest {
    private static final String ASKED = "asked: ";

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void noConnectionIsMade() throws Exception {
        assertThat(load(System.getProperty("java.class.path"))).contains("[features float32[rows, 8]]", ASKED + "[]");
    }

    @Test
    @Timeout(120)
    void norIsOneForNativesThatAreMissing() throws Exception {
        String others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("pytorch-native") && !entry.contains("pytorch-jni"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(load(others))
                .contains(
                        "PyTorch's native libraries must be on the class path (ai.djl.pytorch:pytorch-jni",
                        ASKED + "[]");
    }

    /** What a process with this class path prints. */
    private String load(String classPath) throws Exception {
        Path model = folder.resolve("mlp.pt");
        try (InputStream in = Objects.requireNonNull(EngineContract.class.getResourceAsStream("models/mlp.pt"))) {
            Files.copy(in, model);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        NothingSentTest.class.getName(),
                        model.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Loads the model of the first argument, and prints the addresses that a connection was wanted to. */
    public static void main(String[] args) {
        List<URI> asked = Collections.synchronizedList(new ArrayList<>());
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
        try (Forebay forebay = Forebay.open();
                Model model = TorchModel.of(Path.of(args[0])).load(forebay)) {
            System.out.println(model.inputs());
        } catch (ForebayException e) {
            System.out.println(e.getMessage());
        }
        System.out.println(ASKED + asked);
    }
}
