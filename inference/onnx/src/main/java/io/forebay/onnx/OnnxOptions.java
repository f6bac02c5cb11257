// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.ForebayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What ONNX Runtime alone can be told. An immutable value.
 *
 * @param intraOpThreads threads of one run on the CPU; 0 for the cores shared evenly by the runs in flight
 * @param optimisation how far the graph is rewritten when it is loaded
 * @param gpu what only GPUs know
 * @param operatorLibraries native libraries with operators of the model's own: code that runs in this process
 */
public record OnnxOptions(
        int intraOpThreads, Optimisation optimisation, OnnxGpuOptions gpu, List<Path> operatorLibraries) {
    public OnnxOptions {
        if (intraOpThreads < 0) {
            throw ForebayException.usage("intra-op threads must not be negative: intraOpThreads=" + intraOpThreads);
        }
        operatorLibraries = List.copyOf(operatorLibraries);
    }

    /** How far a graph is rewritten. */
    public enum Optimisation {
        NONE,
        /** Constants folded, what is redundant left out. */
        BASIC,
        /** Also operators fused. */
        EXTENDED,
        /** Also layouts changed. */
        ALL
    }

    /** As ONNX Runtime does unless told, but for the threads. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(0, Optimisation.ALL, OnnxGpuOptions.defaults(), List.of());
    }

    /** Threads of one run on the CPU; those of all runs in flight must not be more than the cores. */
    public OnnxOptions withIntraOpThreads(int value) {
        return new OnnxOptions(value, optimisation, gpu, operatorLibraries);
    }

    public OnnxOptions withOptimisation(Optimisation value) {
        return new OnnxOptions(intraOpThreads, value, gpu, operatorLibraries);
    }

    /** Changes what only GPUs know. */
    public OnnxOptions withGpu(UnaryOperator<OnnxGpuOptions> change) {
        return new OnnxOptions(intraOpThreads, optimisation, change.apply(gpu), operatorLibraries);
    }

    /** Allows the operators of one more native library. */
    public OnnxOptions withOperatorLibrary(Path library) {
        List<Path> more = new ArrayList<>(operatorLibraries);
        more.add(library);
        return new OnnxOptions(intraOpThreads, optimisation, gpu, more);
    }
}
