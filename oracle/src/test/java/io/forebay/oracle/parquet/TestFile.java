// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.schema.MessageType;

/**
 * A test file and what is in it.
 *
 * @param path where it is
 * @param schema its schema
 * @param columns for each column the canonical value of each row (see {@link CanonicalValues}), null where it is null
 */
public record TestFile(Path path, MessageType schema, List<List<Object>> columns) {}
