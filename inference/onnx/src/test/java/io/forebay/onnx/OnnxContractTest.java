// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.testkit.EngineContract;

/** ONNX Runtime as an engine among others. */
class OnnxContractTest extends EngineContract {
    OnnxContractTest() {
        super("onnx", ".onnx");
    }
}
