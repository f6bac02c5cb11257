// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.lz4.Lz4Compressor;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

/** The codecs that few files have, and what is said where one is not read. */
class CodecsTest {
    private static final byte[] FIRST = "to and fro, to and fro, to and fro".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECOND = "up and down, up and down, up and down".getBytes(StandardCharsets.UTF_8);

    @Test
    void lz4FramesHaveBlocksOfSeveralChunks() {
        byte[] first = lz4(FIRST);
        byte[] second = lz4(SECOND);
        ByteBuffer oneBlock = ByteBuffer.allocate(100 + first.length + second.length)
                .putInt(FIRST.length + SECOND.length)
                .putInt(first.length)
                .put(first)
                .putInt(second.length)
                .put(second)
                .flip();
        ByteBuffer twoBlocks = ByteBuffer.allocate(100 + first.length + second.length)
                .putInt(FIRST.length)
                .putInt(first.length)
                .put(first)
                .putInt(SECOND.length)
                .putInt(second.length)
                .put(second)
                .flip();
        String whole = new String(FIRST, StandardCharsets.UTF_8) + new String(SECOND, StandardCharsets.UTF_8);
        assertThat(decompressLz4(oneBlock, FIRST.length + SECOND.length)).isEqualTo(whole);
        assertThat(decompressLz4(twoBlocks, FIRST.length + SECOND.length)).isEqualTo(whole);
    }

    @Test
    void lz4WithoutFramesIsOneBlock() {
        assertThat(decompressLz4(ByteBuffer.wrap(lz4(FIRST)), FIRST.length))
                .isEqualTo(new String(FIRST, StandardCharsets.UTF_8));
    }

    @Test
    void lz4ThatIsNeitherIsCorrupt() {
        byte[] block = lz4(FIRST);
        ByteBuffer cut = ByteBuffer.wrap(block, 0, block.length / 2);
        assertThatThrownBy(() -> decompressLz4(cut, FIRST.length))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.CORRUPT))
                .hasMessageContaining("codec=LZ4");
    }

    @Test
    void lzoIsRefusedByName() {
        assertThatThrownBy(() -> Codecs.requireReadable(CompressionCodecName.LZO))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining("codec=LZO");
    }

    @Test
    void withoutItsLibraryBrotliIsRefusedWithTheCure() throws ReflectiveOperationException, IOException {
        List<URL> classPath = new ArrayList<>();
        for (String entry : Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path"))
                .toList()) {
            if (!entry.contains("brotli")) {
                classPath.add(new File(entry).toURI().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> codecs = loader.loadClass(Codecs.class.getName());
            Class<?> names = loader.loadClass(CompressionCodecName.class.getName());
            Method requireReadable = codecs.getMethod("requireReadable", names);
            Object brotli = names.getMethod("valueOf", String.class).invoke(null, "BROTLI");
            assertThatThrownBy(() -> requireReadable.invoke(null, brotli))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessage(
                            "pages compressed with BROTLI need a library on the class path: add=org.brotli:dec:0.1.2");
        }
    }

    private static String decompressLz4(ByteBuffer page, int size) {
        ByteBuffer source =
                ByteBuffer.allocateDirect(page.remaining()).put(page).flip();
        ByteBuffer target = ByteBuffer.allocateDirect(size);
        try (Codec codec = new HadoopLz4()) {
            target.limit(codec.decompress(source, target));
        }
        return StandardCharsets.UTF_8.decode(target).toString();
    }

    private static byte[] lz4(byte[] content) {
        Lz4Compressor compressor = new Lz4Compressor();
        byte[] target = new byte[compressor.maxCompressedLength(content.length)];
        return Arrays.copyOf(target, compressor.compress(content, 0, content.length, target, 0, target.length));
    }
}
