// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import java.lang.management.ManagementFactory;

/** How much direct memory this JVM grants: {@code -XX:MaxDirectMemorySize} where it is given, else the heap's maximum. */
final class DirectMemoryLimit {
    private static final String FLAG = "-XX:MaxDirectMemorySize=";

    private DirectMemoryLimit() {}

    static long bytes() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith(FLAG))
                .map(argument -> ByteSize.parse(argument.substring(FLAG.length())))
                .filter(bytes -> bytes > 0)
                .reduce((first, last) -> last)
                .orElseGet(() -> Runtime.getRuntime().maxMemory());
    }
}
