// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.inference.testkit.EngineContract;

/** PyTorch as an engine among others. */
class TorchContractTest extends EngineContract {
    TorchContractTest() {
        super("djl", ".pt");
    }
}
