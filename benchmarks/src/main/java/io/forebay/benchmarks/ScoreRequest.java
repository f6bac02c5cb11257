// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;

/**
 * A Parquet file, and the network that its rows go through.
 *
 * @param models the folder of the networks' files
 * @param batchRows rows of one run of the network; who goes row by row does not care
 */
record ScoreRequest(Path data, Path models, Network network, int batchRows) {
    Path onnx() {
        return models.resolve(network.fileName(".onnx"));
    }

    Path torchScript() {
        return models.resolve(network.fileName(".pt"));
    }
}
