// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

/**
 * A column of a test file.
 *
 * @param name its name
 * @param kind its type
 * @param required whether the schema forbids nulls; {@code nulls} is then ignored
 * @param nulls where its nulls are
 * @param encoder its forced encoding
 * @param distinctCount how many values it draws from, or 0 for a fresh value in each row
 */
public record TestColumn(String name, Kind kind, boolean required, Nulls nulls, Encoder encoder, int distinctCount) {
    public TestColumn {
        if (!encoder.supports(kind.physical())) {
            throw new IllegalArgumentException("an encoder must fit its type: encoder=" + encoder + ", kind=" + kind);
        }
    }
}
