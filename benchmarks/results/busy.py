#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws results of DeviceBusyBenchmark as an SVG, and prints them as a Markdown table.

    python3 busy.py OUT.svg "embeddings=device-busy-embeddings.json" ...

For each data set: how much of the time a simulated device is busy, over the rate at which it takes rows as a share of the
rate that the loader alone delivers them at. Points are medians of passes, bars their range. Needs matplotlib.
"""
import json
import statistics
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

matplotlib.rcParams["svg.hashsalt"] = "forebay"
COLOURS = ["#0b6e4f", "#d9b44a", "#9aa5b1"]


def points(path):
    """Of each share the busy ratios of all passes, and the loader's rate in rows a second."""
    found = {}
    for result in json.load(open(path, encoding="utf-8")):
        secondary = result["secondaryMetrics"]
        busy = [value for fork in secondary["deviceBusy"]["rawData"] for value in fork]
        rate = statistics.median(value for fork in secondary["loaderRowsPerSecond"]["rawData"] for value in fork)
        found[float(result["params"]["share"])] = (busy, rate)
    return sorted(found.items())


def main(out, *sets):
    figure, axis = plt.subplots(figsize=(7, 3.6))
    print("| data | device takes, of the loader's rate | loader, rows/s | device busy | range |\n|---|---|---|---|---|")
    for colour, entry in zip(COLOURS, sets):
        title, path = entry.split("=", 1)
        measured = points(path)
        shares = [share for share, _ in measured]
        medians = [statistics.median(busy) for _, (busy, _) in measured]
        low = [median - min(busy) for median, (_, (busy, _)) in zip(medians, measured)]
        high = [max(busy) - median for median, (_, (busy, _)) in zip(medians, measured)]
        axis.errorbar(shares, medians, yerr=[low, high], color=colour, marker="o", markersize=4, label=title)
        for (share, (busy, rate)), median in zip(measured, medians):
            print(f"| {title} | {share:g} | {rate:,.0f} | {median:.3f} | {min(busy):.3f}–{max(busy):.3f} |")
    ideal = [0.2 + i / 100 for i in range(0, 101)]
    axis.plot(ideal, [min(1, 1 / share) for share in ideal], color="#222", linewidth=0.8, linestyle=":", label="ideal")
    axis.axhline(0.95, color="#bbb", linewidth=0.8)
    axis.set_ylim(0, 1.05)
    axis.set_xlabel("rate of the device as a share of the loader's own", fontsize=9)
    axis.set_ylabel("device busy", fontsize=9)
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(fontsize=8, frameon=False, loc="lower left")
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
