// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Forebay;
import io.forebay.inference.Model;
import io.forebay.inference.testkit.EngineContract;
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
import java.util.Collections;
import java.util.List;
import java.util.Objects;
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
        Path model = folder.resolve("mlp.pt");
        try (InputStream in = Objects.requireNonNull(EngineContract.class.getResourceAsStream("models/mlp.pt"))) {
            Files.copy(in, model);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NothingSentTest.class.getName(),
                        model.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(ASKED + "[]");
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
        }
        System.out.println(ASKED + asked);
    }
}
