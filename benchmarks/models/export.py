# SPDX-License-Identifier: Apache-2.0
"""Writes the networks that InferenceBenchmark scores: each as TorchScript and as ONNX with the same random weights, which
depend on nothing but the seed. Needs torch; run in this folder."""
import json

import torch


def export(name, network, column, results, *shape):
    """One input, named as the column of lists that feeds it where there is one; its rows have this shape."""
    network.eval()
    rows = (torch.randn(2, *shape),)
    signature = {
        "inputs": [{"name": column, "type": "float32", "shape": [-1, *shape]}],
        "outputs": [{"name": "scores", "type": "float32", "shape": [-1, results]}],
    }
    script = torch.jit.trace(network, rows)
    torch.jit.save(script, name + ".pt", _extra_files={"forebay.json": json.dumps(signature)})
    torch.onnx.export(
        network,
        rows,
        name + ".onnx",
        input_names=[column],
        output_names=["scores"],
        opset_version=13,
        dynamic_axes={column: {0: "rows"}, "scores": {0: "rows"}},
    )


def main():
    torch.manual_seed(1)
    export("linear", torch.nn.Linear(64, 10), "features", 10, 64)
    mlp = torch.nn.Sequential(
        torch.nn.Linear(64, 256),
        torch.nn.ReLU(),
        torch.nn.Linear(256, 256),
        torch.nn.ReLU(),
        torch.nn.Linear(256, 2),
    )
    export("mlp", mlp, "features", 2, 64)
    cnn = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(16 * 4 * 4, 120),
        torch.nn.ReLU(),
        torch.nn.Linear(120, 84),
        torch.nn.ReLU(),
        torch.nn.Linear(84, 10),
    )
    export("cnn", cnn, "image", 10, 1, 28, 28)


main()
