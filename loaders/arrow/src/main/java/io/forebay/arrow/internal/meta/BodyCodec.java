// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

/** How the buffers of a message's body are compressed. */
public enum BodyCodec {
    NONE,
    LZ4_FRAME,
    ZSTD
}
