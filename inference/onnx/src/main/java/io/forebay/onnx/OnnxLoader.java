// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Device;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.RefusedDeviceException;
import io.forebay.internal.plan.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads a model on one device. A device counts as working when its library has loaded, a session has been made and, on a GPU, a
 * probe run has passed.
 */
final class OnnxLoader {
    /** Failures of the model itself, which no other device would cure. */
    private static final Set<OrtErrorCode> MODEL_FAILURES = Set.of(
            OrtErrorCode.ORT_INVALID_PROTOBUF,
            OrtErrorCode.ORT_INVALID_GRAPH,
            OrtErrorCode.ORT_NO_MODEL,
            OrtErrorCode.ORT_NO_SUCHFILE);

    private static final String WHOLE_ON_DEVICE = "session.disable_cpu_ep_fallback";

    private final ModelOptions options;
    private final OnnxOptions onnx;
    private final Providers providers;

    OnnxLoader(ModelOptions options, OnnxOptions onnx, Providers providers) {
        this.options = options;
        this.onnx = onnx;
        this.providers = providers;
    }

    OnnxSession load(Path file, String identity, Device device) throws RefusedDeviceException {
        ZipMaps.Replaced replaced = withoutZipMaps(file);
        try {
            return open(new Source(file, replaced, withOperators(identity)), device);
        } catch (OrtException e) {
            if (MODEL_FAILURES.contains(e.getCode())) {
                throw new ForebayException(Kind.CORRUPT, "a model must be valid ONNX: " + OnnxErrors.message(e), e);
            }
            throw new RefusedDeviceException(OnnxErrors.message(e));
        }
    }

    /** The operators of a library make outputs as the model does. */
    private String withOperators(String identity) {
        if (onnx.operatorLibraries().isEmpty()) {
            return identity;
        }
        Digest digest = new Digest().add(identity);
        for (Path library : onnx.operatorLibraries()) {
            requireFile(library);
            try {
                digest.addFile(library);
            } catch (IOException e) {
                throw new ForebayException(Kind.IO, "a library of operators must be readable: " + e, e);
            }
        }
        return digest.finish();
    }

    /** @param replaced the model without its ZipMaps, if it had any */
    private record Source(Path file, ZipMaps.@Nullable Replaced replaced, String identity) {}

    private static ZipMaps.@Nullable Replaced withoutZipMaps(Path file) {
        try {
            return ZipMaps.replaceIn(file);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, e);
        }
    }

    /**
     * A session for all of the model, or, where that is not asked for, for a part of it: the runtime tells no other way that it
     * leaves operators to the CPU. TensorRT compiles too long to be tried twice.
     */
    private OnnxSession open(Source source, Device device) throws OrtException, RefusedDeviceException {
        boolean whole = options.strictDevice() ? device.kind().isGpu() : device.kind() == Device.Kind.CUDA;
        try {
            return open(source, device, whole, null);
        } catch (OrtException e) {
            if (!whole || options.strictDevice() || !OnnxErrors.isPartial(e)) {
                throw e;
            }
            return open(source, device, false, "parts of the model run on the CPU: " + OnnxErrors.message(e));
        }
    }

    private OnnxSession open(Source source, Device device, boolean whole, @Nullable String fallback)
            throws OrtException, RefusedDeviceException {
        OrtEnvironment environment = OnnxEnvironment.get();
        try (OrtSession.SessionOptions settings = settings(device)) {
            if (whole) {
                settings.addConfigEntry(WHOLE_ON_DEVICE, "1");
            }
            ZipMaps.Replaced replaced = source.replaced;
            OrtSession session = replaced == null
                    ? environment.createSession(source.file.toString(), settings)
                    : environment.createSession(replaced.model().bytes(), settings);
            try {
                Map<String, List<String>> labels = replaced == null ? Map.of() : replaced.labels();
                OnnxSession opened = new OnnxSession(environment, session, labels, source.identity, fallback);
                if (device.kind().isGpu()) {
                    opened.probe();
                }
                return opened;
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        }
    }

    private OrtSession.SessionOptions settings(Device device) throws OrtException, RefusedDeviceException {
        OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
        try {
            settings.setIntraOpNumThreads(intraOpThreads());
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            settings.setOptimizationLevel(level(onnx.optimisation()));
            // What fails comes as an exception; the rest would be printed.
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            for (Path library : onnx.operatorLibraries()) {
                settings.registerCustomOpLibrary(library.toAbsolutePath().toString());
            }
            providers.add(settings, device, onnx.gpu());
            return settings;
        } catch (OrtException | RefusedDeviceException | RuntimeException e) {
            settings.close();
            throw e;
        }
    }

    /** The runtime knows nothing of a container's limits: all runs in flight together get the cores that there are. */
    private int intraOpThreads() {
        int cores = Runtime.getRuntime().availableProcessors();
        int runs = options.concurrency() * options.devices().size();
        if (onnx.intraOpThreads() > 0 && (long) onnx.intraOpThreads() * runs > Math.max(cores, runs)) {
            throw ForebayException.usage(
                    "the threads of all runs in flight must not be more than the cores: intraOpThreads="
                            + onnx.intraOpThreads() + ", runs=" + runs + ", cores=" + cores);
        }
        return onnx.intraOpThreads() > 0 ? onnx.intraOpThreads() : Math.max(1, cores / runs);
    }

    private static void requireFile(Path library) {
        if (!Files.isRegularFile(library)) {
            throw ForebayException.usage("a library of operators must be a file: library=" + library);
        }
    }

    private static OptLevel level(OnnxOptions.Optimisation optimisation) {
        return switch (optimisation) {
            case NONE -> OptLevel.NO_OPT;
            case BASIC -> OptLevel.BASIC_OPT;
            case EXTENDED -> OptLevel.EXTENDED_OPT;
            case ALL -> OptLevel.ALL_OPT;
        };
    }
}
