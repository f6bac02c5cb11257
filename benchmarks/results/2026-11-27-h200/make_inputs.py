#!/usr/bin/env python3
"""Writes dense.parquet (4 M rows of 64 floats) and the models small.onnx and big.onnx over them. Needs numpy, pyarrow, onnx."""
import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq
from onnx import TensorProto, helper, numpy_helper

ROWS, COLUMNS = 4_000_000, 64
random = np.random.default_rng(1)


def write_data(path):
    columns = {f"f{i}": random.standard_normal(ROWS, dtype=np.float32) for i in range(COLUMNS)}
    pq.write_table(pa.table(columns), path, row_group_size=131072, compression="none", use_dictionary=False)


def write_model(path, width, layers):
    """A multilayer perceptron with ReLU between its layers and a softmax of two at its end; each column is an input."""
    inputs = [helper.make_tensor_value_info(f"f{i}", TensorProto.FLOAT, ["N"]) for i in range(COLUMNS)]
    output = helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 2])
    weights = [numpy_helper.from_array(np.array([1], np.int64), "axis")]
    nodes = [helper.make_node("Unsqueeze", [f"f{i}", "axis"], [f"u{i}"]) for i in range(COLUMNS)]
    nodes.append(helper.make_node("Concat", [f"u{i}" for i in range(COLUMNS)], ["x0"], axis=1))
    size = COLUMNS
    for layer in range(layers):
        last = layer == layers - 1
        out = 2 if last else width
        scale = size**0.5
        weights.append(
            numpy_helper.from_array((random.standard_normal((size, out)) / scale).astype(np.float32), f"w{layer}"))
        weights.append(numpy_helper.from_array(np.zeros(out, np.float32), f"b{layer}"))
        nodes.append(helper.make_node("Gemm", [f"x{layer}", f"w{layer}", f"b{layer}"], [f"g{layer}"]))
        nodes.append(
            helper.make_node("Softmax", [f"g{layer}"], ["score"], axis=1)
            if last
            else helper.make_node("Relu", [f"g{layer}"], [f"x{layer + 1}"]))
        size = out
    graph = helper.make_graph(nodes, "mlp", inputs, [output], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    onnx.save(model, path)


write_data("dense.parquet")
write_model("small.onnx", 256, 3)
write_model("big.onnx", 4096, 6)
