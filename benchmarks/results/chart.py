#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws JMH result files as an SVG of horizontal bars, and prints the medians as a Markdown table.

    python3 chart.py OUT.svg "flights-3m=scan-flights.json" "lineitem=scan-lineitem-1.json,scan-lineitem-2.json,roofline-lineitem-1.json"

Each data set has the runs of several readers, in one file or more; a bar is the median of the raw scores in milliseconds, a thin
line their range. Shorter is better. Runs of RooflineBenchmark become one bar: the sum of the medians of its two parts. Needs
matplotlib.
"""
import json
import statistics
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

matplotlib.rcParams["svg.hashsalt"] = "forebay"
COLOURS = {"forebay": "#0b6e4f", "forebay-2": "#5aa786", "bound": "#d9b44a"}


def runs(paths):
    """Raw scores by reader, in milliseconds, the fastest first."""
    scores, parts = {}, {}
    for path in paths.split(","):
        for result in json.load(open(path, encoding="utf-8")):
            raw = [score for fork in result["primaryMetric"]["rawData"] for score in fork]
            reader = result["params"].get("contender")
            if reader is None:
                parts.setdefault(result["benchmark"], []).extend(raw)
            else:
                scores.setdefault(reader, []).extend(raw)
    if parts:
        scores["bound"] = [sum(statistics.median(raw) for raw in parts.values())]
    return sorted(scores.items(), key=lambda item: statistics.median(item[1]))


def main(out, *sets):
    figure, axes = plt.subplots(len(sets), 1, figsize=(8, 0.4 + 1.25 * len(sets)), squeeze=False)
    print("| data | reader | median ms | range | forebay's share |\n|---|---|---|---|---|")
    for axis, entry in zip(axes[:, 0], sets):
        title, paths = entry.split("=", 1)
        results = runs(paths)
        own = statistics.median(dict(results)["forebay"])
        for at, (name, raw) in enumerate(results):
            median, low, high = statistics.median(raw), min(raw), max(raw)
            axis.barh(at, median, color=COLOURS.get(name, "#9aa5b1"))
            axis.plot([low, high], [at, at], color="#222", linewidth=1)
            axis.annotate(f"{median:,.0f}", (high, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
            print(f"| {title} | {name} | {median:,.0f} | {low:,.0f}–{high:,.0f} | {own / median:.2f} |")
        axis.set_yticks(range(len(results)), [name for name, _ in results], fontsize=8)
        axis.invert_yaxis()
        axis.set_title(f"{title}: milliseconds for a scan of all columns", loc="left", fontsize=9, fontweight="bold")
        axis.tick_params(axis="x", labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.08)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
