# SPDX-License-Identifier: Apache-2.0
"""Writes the networks that engines are tested with: each as TorchScript and as ONNX with the same weights, and, as
NAME.json, some rows of its inputs with what PyTorch makes of them. Needs torch; run in this folder."""
import json

import torch

ROWS = 20


class TwoInputs(torch.nn.Module):
    """A column of whole numbers that chooses a row of a table, a matrix beside it, and two outputs."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(10, 4)
        self.layer = torch.nn.Linear(4 + 3, 2)

    def forward(self, category, numbers):
        scores = self.layer(torch.cat([self.table(category), numbers], 1))
        return scores, torch.argmax(scores, 1)


class Turned(torch.nn.Module):
    """A result that does not lie row by row in memory."""

    def forward(self, pairs):
        return (pairs.t() * 2).t()


def tensor(name, kind, *shape):
    return {"name": name, "type": kind, "shape": [-1, *shape]}


def export(name, network, inputs, outputs, values):
    network.eval()
    signature = {"inputs": inputs, "outputs": outputs}
    script = torch.jit.trace(network, values)
    torch.jit.save(script, name + ".pt", _extra_files={"forebay.json": json.dumps(signature)})
    in_names = [entry["name"] for entry in inputs]
    out_names = [entry["name"] for entry in outputs]
    torch.onnx.export(
        network,
        values,
        name + ".onnx",
        input_names=in_names,
        output_names=out_names,
        opset_version=13,
        dynamic_axes={entry: {0: "rows"} for entry in in_names + out_names},
    )
    with torch.no_grad():
        results = network(*values)
    results = results if isinstance(results, tuple) else (results,)
    rows = {entry: value.reshape(ROWS, -1).tolist() for entry, value in zip(in_names + out_names, values + results)}
    with open(name + ".json", "w", encoding="utf-8") as file:
        json.dump({"inputs": in_names, "outputs": out_names, "rows": rows}, file)


def main():
    torch.manual_seed(1)
    mlp = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2))
    export(
        "mlp", mlp, [tensor("features", "float32", 8)], [tensor("scores", "float32", 2)], (torch.randn(ROWS, 8),)
    )
    cnn = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(4 * 4 * 4, 3),
    )
    export(
        "cnn",
        cnn,
        [tensor("image", "float32", 1, 8, 8)],
        [tensor("classes", "float32", 3)],
        (torch.randn(ROWS, 1, 8, 8),),
    )
    export(
        "two-inputs",
        TwoInputs(),
        [tensor("category", "int64"), tensor("numbers", "float32", 3)],
        [tensor("scores", "float32", 2), tensor("best", "int64")],
        (torch.randint(10, (ROWS,)), torch.randn(ROWS, 3)),
    )
    export(
        "turned", Turned(), [tensor("pairs", "float32", 2)], [tensor("doubled", "float32", 2)], (torch.randn(ROWS, 2),)
    )


main()
