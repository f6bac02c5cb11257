// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The engines, and what knows the machine's GPUs, on the class path as the calling thread sees it. */
final class Engines {
    private Engines() {}

    static List<Engine> all() {
        return ServiceLoader.load(Engine.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Engine::name))
                .toList();
    }

    /** The first that there is. */
    static Optional<GpuInventory> gpuInventory() {
        return ServiceLoader.load(GpuInventory.class).findFirst();
    }

    static Engine named(String name) {
        return all().stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> ForebayException.usage("an engine must be one of " + described() + ": engine=" + name));
    }

    static Engine forFile(String location) {
        String name = location.toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(engine -> name.endsWith(engine.fileEnding()))
                .findFirst()
                .orElseThrow(
                        () -> ForebayException.usage("a model's engine must be named where its file's name does not"
                                + " tell it: file=" + location + ", engines=" + described()));
    }

    private static String described() {
        return all().stream()
                .map(engine -> engine.name() + " (" + engine.fileEnding() + ")")
                .collect(Collectors.joining(", "));
    }
}
