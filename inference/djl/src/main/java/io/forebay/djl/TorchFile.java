// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** What can be told of a TorchScript file without PyTorch: an archive of code, constants, weights and extra files. */
final class TorchFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String EXTRA = "forebay.json";
    private static final int EXTRA_BYTES_MAX = 1 << 20;

    /** In the code of TorchScript, what may change a tensor rather than make one: {@code torch.squeeze_(x)}, {@code out=x}. */
    private static final Pattern IN_PLACE = Pattern.compile("(_|set_data)\\(|\\bout=");

    private static final int CODE_BYTES_MAX = 1 << 20;

    private TorchFile() {}

    /**
     * The signature of a model: {@code given}, or else what the file says.
     *
     * @throws ForebayException of kind {@code corrupt} for a file that is no TorchScript, {@code usage} where nobody tells
     */
    static Signature signature(Path file, @Nullable Signature given) {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            String folder = folder(archive);
            ZipEntry extra = archive.getEntry(folder + "extra/" + EXTRA);
            if (given != null) {
                return given;
            }
            if (extra == null) {
                throw ForebayException.usage("TorchScript does not tell a model's inputs and outputs: save it with"
                        + " _extra_files={\"" + EXTRA + "\": …}, or give their signature");
            }
            return parse(bytes(archive, extra));
        } catch (ZipException e) {
            throw noTorchScript("it is no archive: " + e.getMessage());
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, e);
        }
    }

    /** Whether its code may change tensors in place, and with them its inputs; true for code that is too long to tell. */
    static boolean changesInPlace(Path file) {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            String code = folder(archive) + "code/";
            for (ZipEntry entry : Collections.list(archive.entries())) {
                boolean isCode =
                        entry.getName().startsWith(code) && entry.getName().endsWith(".py");
                if (isCode && changesInPlace(archive, entry)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, e);
        }
    }

    private static boolean changesInPlace(ZipFile archive, ZipEntry code) throws IOException {
        try (InputStream in = archive.getInputStream(code)) {
            byte[] bytes = in.readNBytes(CODE_BYTES_MAX);
            return bytes.length == CODE_BYTES_MAX
                    || IN_PLACE.matcher(new String(bytes, StandardCharsets.UTF_8))
                            .find();
        }
    }

    /** The one folder of the archive; its name is up to the writer. */
    private static String folder(ZipFile archive) {
        String weights = archive.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith("/data.pkl"))
                .findFirst()
                .orElseThrow(() -> noTorchScript("it has no data.pkl"));
        String folder = weights.substring(0, weights.indexOf('/') + 1);
        if (archive.stream().noneMatch(entry -> entry.getName().startsWith(folder + "code/"))) {
            throw noTorchScript("it has weights but no code, as torch.save writes it");
        }
        return folder;
    }

    private static ForebayException noTorchScript(String why) {
        return ForebayException.corrupt("a model must be TorchScript, as torch.jit.save writes it: " + why);
    }

    private static byte[] bytes(ZipFile archive, ZipEntry entry) throws IOException {
        try (InputStream in = archive.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(EXTRA_BYTES_MAX + 1);
            if (bytes.length > EXTRA_BYTES_MAX) {
                throw ForebayException.limit(EXTRA + " has at most " + EXTRA_BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }

    private static Signature parse(byte[] json) throws IOException {
        try {
            JsonNode node = JSON.readTree(json);
            return new Signature(specs(node, "inputs"), specs(node, "outputs"));
        } catch (JsonProcessingException e) {
            throw ForebayException.corrupt(EXTRA + " must be JSON: " + e.getOriginalMessage());
        }
    }

    private static List<TensorSpec> specs(JsonNode signature, String name) {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonNode tensor : signature.path(name)) {
            String label = tensor.path("type").asText();
            Element element = Arrays.stream(Element.values())
                    .filter(known -> known.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> malformed(tensor));
            List<Long> shape = new ArrayList<>();
            for (JsonNode size : tensor.path("shape")) {
                if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < -1) {
                    throw malformed(tensor);
                }
                shape.add(size.asLong());
            }
            if (!tensor.path("name").isTextual()) {
                throw malformed(tensor);
            }
            specs.add(new TensorSpec(tensor.path("name").asText(), element, shape));
        }
        return specs;
    }

    private static ForebayException malformed(JsonNode tensor) {
        return ForebayException.corrupt(
                EXTRA + " must give each tensor a name, a type such as float32 and a shape such as [-1, 8]: tensor="
                        + tensor);
    }
}
