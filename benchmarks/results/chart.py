#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws JMH result files as one SVG of horizontal bars, and prints the medians as a Markdown table.

    python3 chart.py OUT.svg "flights-3m=scan-flights.json" "lineitem-1=scan-lineitem.json"

Each file holds the runs of several contenders over one data set; a bar is the median of the raw scores in milliseconds,
a thin line their range. Shorter is better.
"""
import json
import statistics
import sys

WIDTH, BAR, GAP, LEFT, RIGHT = 760, 16, 6, 130, 150
COLOURS = {"forebay": "#0b6e4f", "forebay-2": "#5aa786"}


def runs(path):
    """Raw scores by contender, in milliseconds, the fastest first."""
    scores = {}
    for result in json.load(open(path, encoding="utf-8")):
        raw = [score for fork in result["primaryMetric"]["rawData"] for score in fork]
        scores.setdefault(result["params"]["contender"], []).extend(raw)
    return sorted(scores.items(), key=lambda item: statistics.median(item[1]))


def main(out, *sets):
    body, y = [], 10
    print("| data | reader | median ms | range | forebay's share |\n|---|---|---|---|---|")
    for entry in sets:
        title, path = entry.split("=", 1)
        results = runs(path)
        scale = (WIDTH - LEFT - RIGHT) / max(max(raw) for _, raw in results)
        own = statistics.median(dict(results)["forebay"])
        body.append(f'<text x="4" y="{y + 14}" font-weight="bold">{title}: milliseconds for a scan of all columns</text>')
        y += 26
        for name, raw in results:
            median, low, high = statistics.median(raw), min(raw), max(raw)
            middle = y + BAR / 2
            body.append(f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{name}</text>')
            body.append(f'<rect x="{LEFT}" y="{y}" width="{median * scale:.1f}" height="{BAR}" '
                        f'fill="{COLOURS.get(name, "#9aa5b1")}"/>')
            body.append(f'<path d="M{LEFT + low * scale:.1f} {middle}H{LEFT + high * scale:.1f}" stroke="#222"/>')
            body.append(f'<text x="{LEFT + high * scale + 8:.1f}" y="{y + 13}">{median:,.0f}</text>')
            y += BAR + GAP
            print(f"| {title} | {name} | {median:,.0f} | {low:,.0f}–{high:,.0f} | {own / median:.2f} |")
        y += 14
    with open(out, "w", encoding="utf-8") as svg:
        svg.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="sans-serif" '
                  f'font-size="13"><rect width="100%" height="100%" fill="#fff"/>{"".join(body)}</svg>\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
