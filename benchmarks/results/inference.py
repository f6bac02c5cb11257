#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws results of InferenceBenchmark as an SVG, and prints them as a Markdown table.

    python3 inference.py OUT.svg FOLDER

FOLDER has JMH's JSON files, one or several for each network and contender. Rows a second: medians of all iterations, bars their
range, and beside them the share of what Forebay on ONNX Runtime does. Needs matplotlib.
"""
import glob
import json
import os
import statistics
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

matplotlib.rcParams["svg.hashsalt"] = "forebay"
COLOURS = {
    "forebay-onnx": "#0b6e4f",
    "forebay-djl": "#6bab90",
    "plain-loop": "#d9b44a",
    "djl-predictor-batched": "#9aa5b1",
    "djl-predictor": "#c9ced6",
}
NETWORKS = {"linear": "linear 64→10", "mlp": "MLP 64→256→256→2", "cnn": "CNN 28×28"}


def rates(folder):
    """Rows a second of all iterations, by network and contender."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        for result in json.load(open(path, encoding="utf-8")):
            key = (result["params"]["network"], result["params"]["contender"])
            values = [value for fork in result["secondaryMetrics"]["rows"]["rawData"] for value in fork]
            found.setdefault(key, []).extend(values)
    return found


def main(out, folder):
    found = rates(folder)
    networks = [network for network in NETWORKS if any(key[0] == network for key in found)]
    figure, axes = plt.subplots(1, len(networks), figsize=(9, 2.6))
    print("| network | contender | rows/s | range | Forebay on ONNX Runtime, times as fast |\n|---|---|---|---|---|")
    for axis, network in zip(axes, networks):
        own = statistics.median(found[(network, "forebay-onnx")])
        contenders = [name for name in COLOURS if (network, name) in found]
        for position, name in enumerate(reversed(contenders)):
            values = found[(network, name)]
            median = statistics.median(values)
            axis.barh(position, median, color=COLOURS[name],
                      xerr=[[median - min(values)], [max(values) - median]], error_kw={"linewidth": 0.8})
            share = "" if name == "forebay-onnx" else f" 1/{own / median:.3g}"
            axis.text(max(values), position, share, va="center", fontsize=7)
        for name in contenders:
            values = found[(network, name)]
            median = statistics.median(values)
            print(f"| {NETWORKS[network]} | {name} | {median:,.0f} | {min(values):,.0f}–{max(values):,.0f} "
                  f"| {own / median:.1f} |")
        axis.set_yticks(range(len(contenders)), list(reversed(contenders)), fontsize=7)
        axis.set_title(NETWORKS[network], fontsize=9)
        axis.tick_params(axis="x", labelsize=7)
        axis.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value / 1e6:g} M"))
        axis.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("rows a second, Parquet to scores", fontsize=8)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


main(*sys.argv[1:])
