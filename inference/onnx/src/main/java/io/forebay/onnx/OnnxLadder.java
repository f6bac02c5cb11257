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
import io.forebay.inference.DeviceReport;
import io.forebay.inference.DeviceReport.Refusal;
import io.forebay.inference.ModelOptions;
import io.forebay.internal.plan.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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

    static OnnxSession load(Path file, ModelOptions options) {
        String identity = identity(file);
        OrtEnvironment environment = OnnxEnvironment.get();
        List<Refusal> refused = new ArrayList<>();
        for (Device device : options.device().ladder(options.strictDevice())) {
            String missing = missingProvider(device);
            if (missing != null) {
                refused.add(new Refusal(device, missing));
                continue;
            }
            try {
                return open(environment, file, identity, device, options, refused);
            } catch (OrtException e) {
                if (MODEL_FAILURES.contains(e.getCode())) {
                    throw new ForebayException(Kind.CORRUPT, "a model must be valid ONNX: " + OnnxErrors.message(e), e);
                }
                refused.add(new Refusal(device, OnnxErrors.message(e)));
            }
        }
        throw ForebayException.unsupported(
                "one device must run the model: requested=" + options.device() + ", refused=" + described(refused));
    }

    /** A digest of the file; weights that it keeps in other files are no part of it. */
    private static String identity(Path file) {
        try {
            return new Digest().addFile(file).finish();
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, e);
        }
    }

    private static String described(List<Refusal> refused) {
        return refused.stream()
                .map(refusal -> refusal.device() + " (" + refusal.cause() + ")")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static @Nullable String missingProvider(Device device) {
        boolean missing = device.kind() == Device.Kind.CUDA
                && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
        return missing
                ? "this ONNX Runtime has no CUDA provider: put com.microsoft.onnxruntime:onnxruntime_gpu in place of"
                        + " onnxruntime"
                : null;
    }

    private static OnnxSession open(
            OrtEnvironment environment,
            Path file,
            String identity,
            Device device,
            ModelOptions options,
            List<Refusal> refused)
            throws OrtException {
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
            DeviceReport report = new DeviceReport(options.device(), device, List.copyOf(refused));
            OrtSession session = environment.createSession(file.toString(), settings);
            try {
                OnnxSession opened = new OnnxSession(environment, session, identity, report);
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
