// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceLadder;
import io.forebay.inference.DeviceLadder.RefusedException;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries execution providers in order. A device counts as working when its library has loaded, a session has been made and,
 * on an accelerator, a probe run has passed; every refusal is kept with its cause.
 */
final class OnnxLadder {
    /** Failures of the model itself, which no other device would cure. */
    private static final Set<OrtErrorCode> MODEL_FAILURES = Set.of(
            OrtErrorCode.ORT_INVALID_PROTOBUF,
            OrtErrorCode.ORT_INVALID_GRAPH,
            OrtErrorCode.ORT_NO_MODEL,
            OrtErrorCode.ORT_NO_SUCHFILE);

    private OnnxLadder() {}

    static OnnxSession load(Path file, String identity, ModelOptions options) {
        ZipMaps.Replaced replaced = withoutZipMaps(file);
        OrtEnvironment environment = OnnxEnvironment.get();
        return DeviceLadder.open(options, report -> {
            requireProvider(report.used());
            try {
                return open(environment, file, replaced, identity, options, report);
            } catch (OrtException e) {
                if (MODEL_FAILURES.contains(e.getCode())) {
                    throw new ForebayException(Kind.CORRUPT, "a model must be valid ONNX: " + OnnxErrors.message(e), e);
                }
                throw new RefusedException(OnnxErrors.message(e));
            }
        });
    }

    private static ZipMaps.@Nullable Replaced withoutZipMaps(Path file) {
        try {
            return ZipMaps.replaceIn(file);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, e);
        }
    }

    private static void requireProvider(Device device) throws RefusedException {
        if (device.kind() == Device.Kind.CUDA
                && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new RefusedException("this ONNX Runtime has no CUDA provider: put"
                    + " com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime");
        }
    }

    private static OnnxSession open(
            OrtEnvironment environment,
            Path file,
            ZipMaps.@Nullable Replaced replaced,
            String identity,
            ModelOptions options,
            DeviceReport report)
            throws OrtException {
        Device device = report.used();
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            int cores = Runtime.getRuntime().availableProcessors();
            settings.setIntraOpNumThreads(Math.max(1, cores / options.concurrency()));
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            // What fails comes as an exception; the rest would be printed.
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (device.kind() == Device.Kind.CUDA) {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.ordinal())) {
                    settings.addCUDA(cuda);
                }
                if (options.strictDevice()) {
                    settings.addConfigEntry("session.disable_cpu_ep_fallback", "1");
                }
            }
            OrtSession session = replaced == null
                    ? environment.createSession(file.toString(), settings)
                    : environment.createSession(replaced.model().bytes(), settings);
            try {
                Map<String, List<String>> labels = replaced == null ? Map.of() : replaced.labels();
                OnnxSession opened = new OnnxSession(environment, session, labels, identity, report);
                if (device.kind() != Device.Kind.CPU) {
                    opened.probe();
                }
                return opened;
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        }
    }
}
