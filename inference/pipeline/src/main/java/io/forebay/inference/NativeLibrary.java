// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * A native library that an engine needs for its GPUs.
 *
 * @param name as the system's loader knows it
 * @param source what to install to have it
 */
public record NativeLibrary(String name, String source) {}
