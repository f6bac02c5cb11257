#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the network of the feed efficiency, 64 to 256 to 256 to 2, as mlp64.onnx and mlp64.pt. Needs torch."""
import json

import torch

torch.manual_seed(1)
network = torch.nn.Sequential(
    torch.nn.Linear(64, 256),
    torch.nn.ReLU(),
    torch.nn.Linear(256, 256),
    torch.nn.ReLU(),
    torch.nn.Linear(256, 2),
).eval()
example = torch.randn(3, 64)
signature = {
    "inputs": [{"name": "features", "type": "float32", "shape": [-1, 64]}],
    "outputs": [{"name": "scores", "type": "float32", "shape": [-1, 2]}],
}
torch.jit.save(torch.jit.trace(network, example), "mlp64.pt", _extra_files={"forebay.json": json.dumps(signature)})
torch.onnx.export(
    network,
    example,
    "mlp64.onnx",
    input_names=["features"],
    output_names=["scores"],
    opset_version=13,
    dynamic_axes={"features": {0: "rows"}, "scores": {0: "rows"}},
)
