// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Byte sizes read in powers of 1024, and what is none is refused with the text that was given. */
class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1048576, 1048576",
        "256MiB, 268435456",
        "2g, 2147483648",
        "' 1 KB ', 1024",
        "3tib, 3298534883328",
        "12b, 12"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1.5g", "1e3", "1 PiB", "0x10"})
    void anythingElseIsAUsageError(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.USAGE))
                .hasMessage("byte size must be a number with an optional unit such as MiB: size=" + text);
    }

    @Test
    void overflowIsAUsageError() {
        assertThatThrownBy(() -> ByteSize.parse("999999999999t"))
                .hasMessage("byte size must fit 64 bits: size=999999999999t");
    }
}
