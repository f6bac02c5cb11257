// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/** An engine on the class path, found as a {@link java.util.ServiceLoader} service. Stateless and thread-safe. */
public interface Engine {
    /** The name by which it is chosen, such as {@code onnx}. */
    String name();

    /** The end of the names of its files, such as {@code .onnx}. */
    String fileEnding();

    /** The model at {@code location}, with default options. */
    ModelFile<?> file(String location);
}
