// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.oracle.parquet.RawColumnFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that no usual writer makes, byte by byte: what the format allows is read, what it forbids is refused. */
class CornerCasesTest {
    private static final byte[] NOTHING = {};

    @TempDir
    Path folder;

    private Forebay forebay;

    @BeforeEach
    void open() {
        forebay = Forebay.builder().memoryLimit("64MiB").threads(1).build();
    }

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void pagesWithoutRowsAreNoRows() throws IOException {
        RawColumnFile file = file(Type.INT32, FieldRepetitionType.OPTIONAL)
                .pageV1(0, Encoding.PLAIN, Encoding.RLE, NOTHING)
                .pageV2(0, 0, Encoding.PLAIN, 0, NOTHING)
                .pageV2(2, 0, Encoding.PLAIN, 2, join(bytes("0401"), ints(7, 8)))
                .pageV1(0, Encoding.PLAIN, Encoding.RLE, NOTHING);
        requireRows(file, 7L, 8L);
    }

    @Test
    void pagesOfNullsNeedNoValuesAndNoDictionary() throws IOException {
        for (Encoding encoding : List.of(Encoding.PLAIN, Encoding.RLE_DICTIONARY, Encoding.DELTA_BINARY_PACKED)) {
            requireRows(
                    file(Type.INT32, FieldRepetitionType.OPTIONAL).pageV2(2, 2, encoding, 2, bytes("0400")),
                    null,
                    null);
        }
    }

    @Test
    void aDictionaryOfOneNeedsNoBits() throws IOException {
        RawColumnFile file = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .dictionary(1, ints(42))
                .pageV1(3, Encoding.RLE_DICTIONARY, Encoding.RLE, bytes("0006"));
        requireRows(file, 42L, 42L, 42L);
    }

    @Test
    void theDictionaryIsFoundWithoutItsOffset() throws IOException {
        RawColumnFile file = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .dictionary(2, ints(42, 43))
                .pageV1(3, Encoding.RLE_DICTIONARY, Encoding.RLE, bytes("010302"));
        requireRows(file, 42L, 43L, 42L);
    }

    @Test
    void aSecondDictionaryIsRefused() throws IOException {
        RawColumnFile file = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .dictionary(1, ints(42))
                .dictionary(3, ints(1, 2, 3))
                .pageV1(3, Encoding.RLE_DICTIONARY, Encoding.RLE, bytes("0006"));
        requireRefused(file, 3);
    }

    /** One that has lost values would make the rows that have them fail one by one. */
    @Test
    void aDictionaryFillsItsPage() throws IOException {
        RawColumnFile ints = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .dictionary(1, ints(42, 43))
                .pageV1(3, Encoding.RLE_DICTIONARY, Encoding.RLE, bytes("0006"));
        requireRefused(ints, 3);
        RawColumnFile strings = file(Type.BYTE_ARRAY, FieldRepetitionType.REQUIRED)
                .dictionary(1, bytes("01000000610100000062"))
                .pageV1(3, Encoding.RLE_DICTIONARY, Encoding.RLE, bytes("0006"));
        requireRefused(strings, 3);
    }

    @Test
    void aChunkOfADictionaryAloneHasNoRows() throws IOException {
        requireRefused(file(Type.INT32, FieldRepetitionType.REQUIRED).dictionary(1, ints(42)), 1);
    }

    @Test
    void deprecatedLevelsCountFromTheHighestBit() throws IOException {
        RawColumnFile file = file(Type.INT32, FieldRepetitionType.OPTIONAL)
                .pageV1(9, Encoding.PLAIN, Encoding.BIT_PACKED, join(bytes("a080"), ints(1, 2, 3)));
        requireRows(file, 1L, null, 2L, null, null, null, null, null, 3L);
    }

    @Test
    void pagesOfVersion2MaySayThatTheyAreNotCompressed() throws IOException {
        SchemaElement column = column(Type.INT32, FieldRepetitionType.OPTIONAL);
        RawColumnFile file = new RawColumnFile(column, CompressionCodec.SNAPPY)
                .pageV2(2, 1, Encoding.PLAIN, 2, join(bytes("0301"), ints(5)));
        requireRows(file, 5L, null);
    }

    @Test
    void packedRunsMayBeCutShort() throws IOException {
        // one group of eight 3-bit indices takes 3 bytes; two values need but one
        RawColumnFile file = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .dictionary(5, ints(10, 11, 12, 13, 14))
                .pageV1(2, Encoding.RLE_DICTIONARY, Encoding.RLE, bytes("03030c"));
        requireRows(file, 14L, 11L);
    }

    @Test
    void decimalsLongerThanTheirPrecisionNeedsAreReadOrRefused() throws IOException {
        SchemaElement column = column(Type.FIXED_LEN_BYTE_ARRAY, FieldRepetitionType.REQUIRED);
        column.setType_length(17);
        column.setConverted_type(ConvertedType.DECIMAL);
        column.setPrecision(38);
        column.setScale(0);
        byte[] minusOne = bytes("ff".repeat(17));
        requireRows(
                new RawColumnFile(column, CompressionCodec.UNCOMPRESSED)
                        .pageV1(1, Encoding.PLAIN, Encoding.RLE, minusOne),
                new BigDecimal(BigInteger.ONE.negate()));
        byte[] beyond = bytes("00" + "ff".repeat(16));
        requireRefused(
                new RawColumnFile(column, CompressionCodec.UNCOMPRESSED)
                        .pageV1(1, Encoding.PLAIN, Encoding.RLE, beyond),
                1);
    }

    @Test
    void batchesMayBeLargerThanTheData() throws IOException {
        Path path = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .pageV1(3, Encoding.PLAIN, Encoding.RLE, ints(1, 2, 3))
                .write(folder.resolve("test.parquet"), 3);
        Columns columns = Columns.read(forebay.dataset(path.toString(), path.toString()), Integer.MAX_VALUE);
        columns.requireEqual("a", List.of(1L, 2L, 3L, 1L, 2L, 3L));
    }

    /** Several formats are asked in turn; each sees the same bytes. */
    @Test
    void aFileWithoutItsExtensionIsKnownByItsFirstBytes() throws IOException {
        Path path = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .pageV1(3, Encoding.PLAIN, Encoding.RLE, ints(1, 2, 3))
                .write(folder.resolve("no-extension"), 3);
        Columns.read(forebay.dataset(path.toString()), 3).requireEqual("a", List.of(1L, 2L, 3L));
    }

    @Test
    void aFieldIdGivesARenamedAndWidenedColumnItsFirstName() throws IOException {
        SchemaElement old = column(Type.INT32, FieldRepetitionType.REQUIRED).setField_id(5);
        SchemaElement renamed = column(Type.INT64, FieldRepetitionType.REQUIRED).setField_id(5);
        renamed.setName("b");
        Path first = new RawColumnFile(old, CompressionCodec.UNCOMPRESSED)
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, ints(7))
                .write(folder.resolve("1.parquet"), 1);
        Path second = new RawColumnFile(renamed, CompressionCodec.UNCOMPRESSED)
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, ints(0, 1))
                .write(folder.resolve("2.parquet"), 1);
        Columns columns = Columns.read(forebay.dataset(first.toString(), second.toString()), 2);
        assertThat(columns.names()).containsExactly("a");
        columns.requireEqual("a", List.of(7L, 1L << 32));
    }

    /** Which would make two columns one. */
    @ParameterizedTest
    @ValueSource(strings = {"parquet-cpp version 1.5.1-SNAPSHOT", "parquet-cpp-arrow version 4.0.1"})
    void idsThatOnlyCountTheFieldsOfAFileTellNothing(String program) throws IOException {
        SchemaElement a = column(Type.INT32, FieldRepetitionType.REQUIRED).setField_id(1);
        SchemaElement b = column(Type.INT32, FieldRepetitionType.REQUIRED).setField_id(1);
        b.setName("b");
        Path first = new RawColumnFile(a, CompressionCodec.UNCOMPRESSED)
                .createdBy(program)
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, ints(7))
                .write(folder.resolve("1.parquet"), 1);
        Path second = new RawColumnFile(b, CompressionCodec.UNCOMPRESSED)
                .createdBy(program)
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, ints(8))
                .write(folder.resolve("2.parquet"), 1);
        Columns columns = Columns.read(forebay.dataset(first.toString(), second.toString()), 2);
        columns.requireEqual("a", Arrays.asList(7L, null));
        columns.requireEqual("b", Arrays.asList(null, 8L));
    }

    @Test
    void anEncodingOfTheFutureIsRefusedBeforeAnythingIsRead() throws IOException {
        Path path = file(Type.INT32, FieldRepetitionType.REQUIRED)
                .named("old", "new")
                .pageV1(1, Encoding.PLAIN, Encoding.RLE, ints(7))
                .write(folder.resolve("test.parquet"), 1);
        byte[] bytes = Files.readAllBytes(path);
        // In the footer, after the type of the last column: a list of one encoding, which becomes the tenth.
        byte[] encodings = bytes("1502191500");
        int at = bytes.length - encodings.length;
        while (!Arrays.equals(bytes, at, at + encodings.length, encodings, 0, encodings.length)) {
            at--;
        }
        bytes[at + encodings.length - 1] = 20;
        Files.write(path, bytes);
        assertThatExceptionOfType(ForebayException.class)
                .isThrownBy(() -> forebay.dataset(path.toString()).stream())
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED))
                .withMessageStartingWith(
                        "a column's encodings and codecs must be known to this reader: encoding=10 [at ")
                .withMessageEndingWith(", column new]");
        Columns.read(forebay.dataset(path.toString()).select("old"), 1).requireEqual("old", List.of(7L));
    }

    private static RawColumnFile file(Type type, FieldRepetitionType repetition) {
        return new RawColumnFile(column(type, repetition), CompressionCodec.UNCOMPRESSED);
    }

    private static SchemaElement column(Type type, FieldRepetitionType repetition) {
        SchemaElement column = new SchemaElement("a");
        column.setType(type);
        column.setRepetition_type(repetition);
        return column;
    }

    private void requireRows(RawColumnFile file, Object... expected) throws IOException {
        Path path = file.write(folder.resolve("test.parquet"), expected.length);
        Columns columns = Columns.read(forebay.dataset(path.toString()), expected.length);
        assertThat(columns.rows()).isEqualTo(expected.length);
        columns.requireEqual("a", Arrays.asList(expected));
    }

    private void requireRefused(RawColumnFile file, int rows) throws IOException {
        Path path = file.write(folder.resolve("test.parquet"), rows);
        assertThatExceptionOfType(ForebayException.class)
                .isThrownBy(() -> Columns.read(forebay.dataset(path.toString()), rows))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.CORRUPT))
                .satisfies(Corpora::requireMeant);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putInt);
        return bytes.array();
    }

    private static byte[] join(byte[] head, byte[] tail) {
        byte[] whole = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, whole, head.length, tail.length);
        return whole;
    }
}
