// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.util.EnumSet;
import java.util.Set;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The encoding that a test column is forced into, whatever parquet-java would have chosen. */
public enum Encoder {
    PLAIN(EnumSet.allOf(PrimitiveTypeName.class)),
    /** A dictionary for the whole chunk, however bad it is; labelled RLE_DICTIONARY. */
    RLE_DICTIONARY(EnumSet.complementOf(EnumSet.of(BOOLEAN))),
    /** The same with the old label, PLAIN_DICTIONARY, on data and dictionary pages. */
    PLAIN_DICTIONARY(EnumSet.complementOf(EnumSet.of(BOOLEAN))),
    /** A dictionary for the first {@link ForcedEncodings#FALLBACK_AFTER_VALUES} values of a chunk, then PLAIN. */
    DICTIONARY_THEN_PLAIN(EnumSet.complementOf(EnumSet.of(BOOLEAN))),
    RLE(EnumSet.of(BOOLEAN)),
    DELTA_BINARY_PACKED(EnumSet.of(INT32, INT64)),
    DELTA_LENGTH_BYTE_ARRAY(EnumSet.of(BINARY)),
    DELTA_BYTE_ARRAY(EnumSet.of(BINARY, FIXED_LEN_BYTE_ARRAY)),
    BYTE_STREAM_SPLIT(EnumSet.of(FLOAT, DOUBLE, INT32, INT64, FIXED_LEN_BYTE_ARRAY));

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Set<PrimitiveTypeName> types;

    Encoder(Set<PrimitiveTypeName> types) {
        this.types = types;
    }

    public boolean supports(PrimitiveTypeName type) {
        return types.contains(type);
    }

    public boolean usesDictionary() {
        return this == RLE_DICTIONARY || this == PLAIN_DICTIONARY || this == DICTIONARY_THEN_PLAIN;
    }
}
