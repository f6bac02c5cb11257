// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.inference.prepare.Preparation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents show compiles, and what they name exists. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    /** Sources of what others can depend on, the kits for their tests among them. */
    private static final Pattern PUBLISHED =
            Pattern.compile(".*src.main.java.*[.]java|.*src.test.java.io.forebay.*testkit.*[.]java");

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JSON_BLOCK = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TYPE_NAME =
            Pattern.compile("`([A-Z][a-z]+(?:[A-Z0-9][A-Za-z0-9]*)*)(?:\\.[a-zA-Z]+)?`");
    private static final Pattern PACKAGE_NAME = Pattern.compile("`(io\\.forebay(?:\\.[a-z]+)*)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
    private static final String IMPORTS =
            """
            import ai.djl.training.*;
            import io.forebay.*;
            import io.forebay.djl.*;
            import io.forebay.inference.*;
            import io.forebay.inference.prepare.*;
            import io.forebay.onnx.*;
            import io.forebay.parquet.*;
            import io.forebay.s3.*;
            import java.net.URI;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.List;
            import java.util.SplittableRandom;
            import java.util.concurrent.CompletableFuture;
            import org.apache.arrow.vector.*;
            import org.apache.arrow.vector.types.pojo.Schema;
            """;

    /** What a document may speak of without making it. */
    private static final String GIVEN = "Model model; Schema schema; Trainer trainer; VectorSchemaRoot rows;\n";

    @TempDir
    Path classes;

    @Test
    void javaInTheDocumentsCompiles() throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        for (String document : List.of(
                "README.md",
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/storage.md",
                "docs/inference.md",
                "docs/order.md")) {
            Matcher block = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve(document)));
            while (block.find()) {
                sources.add(snippet("Snippet" + sources.size(), block.group(1)));
            }
        }
        assertThat(sources).hasSizeGreaterThanOrEqualTo(2);
        assertThat(compile(sources)).isEmpty();
    }

    @Test
    void preparationsInTheDocumentsAreRead() throws IOException {
        Matcher block = JSON_BLOCK.matcher(Files.readString(ROOT.resolve("docs/inference.md")));
        assertThat(block.find()).isTrue();
        assertThat(Preparation.parse(block.group(1)).outcomes()).hasSize(3);
    }

    @Test
    void theArchitectureNamesTypesAndPackagesThatExist() throws IOException {
        String text = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
        Set<String> sources = new TreeSet<>();
        Set<String> packages = new TreeSet<>();
        try (Stream<Path> tree = Files.walk(ROOT)) {
            tree.filter(file -> PUBLISHED.matcher(file.toString()).matches()).forEach(file -> {
                sources.add(file.getFileName().toString().replace(".java", ""));
                String folder = file.getParent().toString().replace('\\', '/');
                packages.add(folder.substring(folder.lastIndexOf("/java/") + 6).replace('/', '.'));
            });
        }
        Set<String> known = Set.of("FlatColumn.Conversion");
        assertThat(named(TYPE_NAME, text)).isNotEmpty().allSatisfy(name -> assertThat(
                        sources.contains(name) || known.contains(name))
                .as(name)
                .isTrue());
        assertThat(named(PACKAGE_NAME, text)).isNotEmpty().allSatisfy(name -> assertThat(packages)
                .as(name)
                .anyMatch(existing -> existing.equals(name) || existing.startsWith(name + ".")));
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        for (String document : List.of(
                "README.md",
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/inference.md",
                "docs/order.md",
                "docs/gpu.md",
                "docs/storage.md")) {
            Path folder = ROOT.resolve(document).getParent();
            assertThat(named(LINK, Files.readString(ROOT.resolve(document))))
                    .allSatisfy(link -> assertThat(folder.resolve(link)).exists());
        }
    }

    private static Set<String> named(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JavaFileObject snippet(String name, String body) {
        String source = IMPORTS + "class " + name + " {\n" + GIVEN + "void run() throws Exception {\n" + body + "\n} }";
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    private List<String> compile(List<JavaFileObject> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> options = List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        compiler.getTask(null, null, diagnostics, options, null, sources).call();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }
}
