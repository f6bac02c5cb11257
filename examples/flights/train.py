#!/usr/bin/env python3
"""Trains the example model: will a flight arrive more than 15 minutes late?

    python3 train.py flights-3m.parquet --out delay.onnx

Needs Debian 12's python3-torch, python3-onnx and python3-numpy; runs on the CPU in two minutes or so.

Rows       Flights of the first half of 2001 (vega-datasets 3.2.1, flights-3m.parquet). A Parquet file is read through
           `forebay cat`; a file that ends in .jsonl is read as it is (one JSON object per line, the same names).
Split      A flight is HELD OUT if the number of its day since 1970-01-01, modulo 5, is 0 or 1: two days in every five, so
           each weekday and month is on both sides and no day is on both. Training uses the other rows only. The shards
           shipped with the project are exactly the held-out rows.
Inputs     origin and destination (string), distance (int64, miles) and date (int64, microseconds since 1970-01-01 in
           local time, the Parquet column's raw value), each of shape [rows]. `delay` makes the label, never an input.
           `date` is when the aircraft left, as recorded, not when it was due to: this is a forecast made at departure.
Output     delay_probability, float32, of shape [rows].
Network    A vector of 32 for each airport at either end (row 0 stands for any airport not seen in training), one for the
           hour of the day, and the distance times a vector add up to the first hidden layer. Then ReLU, 16 units, ReLU,
           one unit, to which month and weekday each add a number of their own, and a sigmoid. (Inside the hidden layers
           month and weekday together would tell single training days and their weather apart, and the network learnt
           those by heart.) All of it, calendar arithmetic included, is in the ONNX graph.

Network and settings were chosen with --validate, which never uses a held-out row.
"""
import argparse
import array
import calendar
import contextlib
import datetime
import hashlib
import json
import subprocess
import sys
import time

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

COLUMNS = ("date", "delay", "distance", "origin", "destination")
LATE_MINUTES = 15
HOUR_US = 3_600_000_000
EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday; Monday is 0
UNKNOWN = 0  # index of the embedding for airports that training never saw
# Months 0..11 of the 1,461 days that start with 1970-01-01: the calendar repeats after that, from 1901 to 2099.
MONTH_OF_DAY = np.array([month for year in range(1970, 1974) for month in range(12)
                         for _ in range(calendar.monthrange(year, month + 1)[1])], dtype=np.int64)

HIDDEN, HIDDEN2 = 32, 16
BATCH, PEAK_RATE, WEIGHT_DECAY = 4096, 0.02, 0.01
UNKNOWN_SHARE = 0.01  # of the training airports, replaced by UNKNOWN in each batch so that its row is trained too


# ---------------------------------------------------------------------------------------------------------- reading

@contextlib.contextmanager
def json_lines(path, forebay):
    """The rows of a file, as lines of JSON."""
    if path.endswith(".jsonl"):
        with open(path, "rb") as lines:
            yield lines
        return
    with subprocess.Popen([forebay, "cat", path, "--columns", ",".join(COLUMNS)], stdout=subprocess.PIPE) as process:
        yield process.stdout
    if process.returncode != 0:
        sys.exit(f"train.py: {forebay} cat {path} failed with status {process.returncode}")


def read(path, forebay):
    """The columns as a dict of numpy arrays; airports as indexes into the list of codes that comes second."""
    numbers = {name: array.array("q") for name in COLUMNS}
    date, delay, distance, origin, destination = (numbers[name].append for name in COLUMNS)
    micros, codes = {}, {}  # each distinct timestamp and airport code is converted once
    with json_lines(path, forebay) as lines:
        for line in lines:
            row = json.loads(line)
            text = row["date"]
            if text not in micros:
                micros[text] = (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(microseconds=1)
            date(micros[text])
            delay(row["delay"])
            distance(row["distance"])
            origin(codes.setdefault(row["origin"], len(codes)))
            destination(codes.setdefault(row["destination"], len(codes)))
    return {name: np.array(values, dtype=np.int64) for name, values in numbers.items()}, list(codes)


# ------------------------------------------------------------------------------------------------- split and features

def day_number(table):
    return table["date"] // (24 * HOUR_US)


def select(table, rows):
    return {name: values[rows] for name, values in table.items()}


def features(table, index_of):
    """Network inputs: indexes of origin, destination, hour, weekday and month, and the distance."""
    hours = table["date"] // HOUR_US
    return (torch.from_numpy(index_of[table["origin"]]),
            torch.from_numpy(index_of[table["destination"]]),
            torch.from_numpy(hours % 24),
            torch.from_numpy((hours // 24 + EPOCH_WEEKDAY) % 7),
            torch.from_numpy(MONTH_OF_DAY[hours // 24 % len(MONTH_OF_DAY)]),
            torch.from_numpy(table["distance"].astype(np.float32)))


def label(table):
    return (table["delay"] > LATE_MINUTES).astype(np.float32)


def auc(scores, labels):
    """Area under the ROC curve: how often a late flight scores above one that is not (ties count half)."""
    _, group, size = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2)[group]
    late = labels > 0
    n = np.count_nonzero(late)
    return (rank[late].sum() - n * (n + 1) / 2) / (n * (len(labels) - n))


# -------------------------------------------------------------------------------------------------------------- model

class Network(nn.Module):
    def __init__(self, airports, distance):
        super().__init__()
        self.origin = nn.Embedding(airports, HIDDEN)
        self.destination = nn.Embedding(airports, HIDDEN)
        self.hour = nn.Embedding(24, HIDDEN)
        self.distance = nn.Linear(1, HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN2)
        self.last = nn.Linear(HIDDEN2, 1)
        self.weekday = nn.Embedding(7, 1)
        self.month = nn.Embedding(12, 1)
        self.mean, self.deviation = float(distance.mean()), float(distance.std())
        for table in (self.origin, self.destination, self.hour):
            nn.init.normal_(table.weight, std=0.1)
        for table in (self.weekday, self.month):
            nn.init.zeros_(table.weight)

    def forward(self, origin, destination, hour, weekday, month, distance):
        """The logit: its sigmoid is the probability."""
        hidden = (self.origin(origin) + self.destination(destination) + self.hour(hour)
                  + self.distance(((distance - self.mean) / self.deviation).unsqueeze(1)))
        hidden = torch.relu(self.second(torch.relu(hidden)))
        return (self.last(hidden) + self.weekday(weekday) + self.month(month)).squeeze(1)


def fit(table, index_of, airports, epochs, seed):
    torch.manual_seed(seed)
    inputs, target = features(table, index_of), torch.from_numpy(label(table))
    model = Network(airports, table["distance"])
    with torch.no_grad():
        model.last.bias.fill_(float(torch.logit(target.mean())))
    steps = epochs * -(-len(target) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)
    loss_of = nn.BCEWithLogitsLoss()
    for epoch in range(1, epochs + 1):
        started, total = time.monotonic(), 0.0
        for rows in torch.randperm(len(target)).split(BATCH):
            origin, destination, *others = (values[rows] for values in inputs)
            origin[torch.rand(len(rows)) < UNKNOWN_SHARE] = UNKNOWN
            destination[torch.rand(len(rows)) < UNKNOWN_SHARE] = UNKNOWN
            optimizer.zero_grad()
            loss = loss_of(model(origin, destination, *others), target[rows])
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch:2d}: loss {total / len(target):.5f}, {time.monotonic() - started:.1f} s", flush=True)
    return model.eval()


def predict(model, table, index_of):
    with torch.no_grad():
        return np.concatenate([torch.sigmoid(model(*batch)).numpy()
                               for batch in zip(*(values.split(65536) for values in features(table, index_of)))])


# --------------------------------------------------------------------------------------------------------------- ONNX

def to_onnx(model, known):
    """The same network as an ONNX graph over the raw columns. `known` lists the airport codes of rows 1, 2, … ."""
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    # What is the same for every row moves into a table: the distance's bias and mean into the hours, the last bias into
    # the months.
    scale = weights["distance.weight"][:, 0] / model.deviation
    hours = weights["hour.weight"] + weights["distance.bias"] - scale * model.mean
    months = weights["month.weight"] + weights["last.bias"]
    constants = {
        "hour_us": np.array(HOUR_US), "day_hours": np.array(24), "week_days": np.array(7),
        "epoch_weekday": np.array(EPOCH_WEEKDAY), "calendar_days": np.array(len(MONTH_OF_DAY)),
        "month_of_day": MONTH_OF_DAY, "column": np.array([1]),
        "origin_vectors": weights["origin.weight"], "destination_vectors": weights["destination.weight"],
        "hour_vectors": hours.astype(np.float32), "distance_vector": scale[None].astype(np.float32),
        "second_weight": weights["second.weight"], "second_bias": weights["second.bias"],
        "last_weight": weights["last.weight"],
        "weekday_numbers": weights["weekday.weight"], "month_numbers": months.astype(np.float32)}
    nodes = []

    def node(operator, inputs, output, **attributes):
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    # Integer Div rounds towards zero; less the (never negative) Mod, the division is exact, before 1970 as well.
    node("Mod", ["date", "hour_us"], "into_hour")
    node("Sub", ["date", "into_hour"], "full_hours_us")
    node("Div", ["full_hours_us", "hour_us"], "hours")
    node("Mod", ["hours", "day_hours"], "hour")
    node("Sub", ["hours", "hour"], "full_days_hours")
    node("Div", ["full_days_hours", "day_hours"], "days")
    node("Add", ["days", "epoch_weekday"], "days_from_monday")
    node("Mod", ["days_from_monday", "week_days"], "weekday")
    node("Mod", ["days", "calendar_days"], "calendar_day")
    node("Gather", ["month_of_day", "calendar_day"], "month")
    for end in ("origin", "destination"):
        node("LabelEncoder", [end], f"{end}_index", domain="ai.onnx.ml", keys_strings=known,
             values_int64s=list(range(1, len(known) + 1)), default_int64=UNKNOWN)
    node("Gather", ["origin_vectors", "origin_index"], "from_origin")
    node("Gather", ["destination_vectors", "destination_index"], "from_destination")
    node("Gather", ["hour_vectors", "hour"], "from_hour")
    node("Add", ["from_origin", "from_destination"], "from_airports")
    node("Add", ["from_airports", "from_hour"], "from_all_but_distance")
    node("Cast", ["distance"], "distance_float", to=TensorProto.FLOAT)
    node("Unsqueeze", ["distance_float", "column"], "distance_column")
    node("Gemm", ["distance_column", "distance_vector", "from_all_but_distance"], "first")
    node("Relu", ["first"], "first_active")
    node("Gemm", ["first_active", "second_weight", "second_bias"], "second", transB=1)
    node("Relu", ["second"], "second_active")
    node("Gather", ["weekday_numbers", "weekday"], "from_weekday")
    node("Gather", ["month_numbers", "month"], "from_month")
    node("Add", ["from_weekday", "from_month"], "from_calendar")
    node("Gemm", ["second_active", "last_weight", "from_calendar"], "logit", transB=1)
    node("Sigmoid", ["logit"], "probability_column")
    node("Squeeze", ["probability_column", "column"], "delay_probability")

    def column(name, kind):
        return helper.make_tensor_value_info(name, kind, ["rows"])

    graph = helper.make_graph(
        nodes, "flight_delay",
        [column("origin", TensorProto.STRING), column("destination", TensorProto.STRING),
         column("distance", TensorProto.INT64), column("date", TensorProto.INT64)],
        [column("delay_probability", TensorProto.FLOAT)],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in constants.items()])
    onnx_model = helper.make_model(
        graph, producer_name="train.py", ir_version=8,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 2)],
        doc_string=f"Probability that a flight arrives more than {LATE_MINUTES} minutes late, US, January to June 2001.")
    onnx.checker.check_model(onnx_model, full_check=True)
    return onnx_model.SerializeToString(deterministic=True)


# --------------------------------------------------------------------------------------------------------------- main

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", help="flights-3m.parquet, or its rows as a .jsonl file")
    parser.add_argument("--out", default="delay.onnx", help="where to write the model (default: %(default)s)")
    parser.add_argument("--forebay", default="./forebay", help="the command that reads Parquet (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=2001)
    parser.add_argument("--threads", type=int, default=1, help="of torch; more can change the last digits of the weights")
    parser.add_argument("--validate", action="store_true",
                        help="drop the held-out rows, train on remainders 2 and 3, test on 4, and write nothing")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)

    started = time.monotonic()
    table, codes = read(options.data, options.forebay)
    remainder = day_number(table) % 5
    test, train = (remainder == 4, (remainder == 2) | (remainder == 3)) if options.validate else \
                  (remainder < 2, remainder >= 2)
    test, train = select(table, test), select(table, train)
    print(f"{len(remainder):,} rows read in {time.monotonic() - started:.1f} s: "
          f"{len(train['date']):,} to train on, {len(test['date']):,} to test on")
    if not len(train["date"]):
        sys.exit("train.py: no training rows (are these the held-out shards? they are not for training)")

    seen = np.unique(np.concatenate([train["origin"], train["destination"]]))
    known = sorted(codes[i] for i in seen)
    index = {code: i for i, code in enumerate(known, start=1)}
    index_of = np.array([index.get(code, UNKNOWN) for code in codes], dtype=np.int64)

    started = time.monotonic()
    model = fit(train, index_of, len(known) + 1, options.epochs, options.seed)
    print(f"trained in {time.monotonic() - started:.1f} s, {len(known)} airports known")

    def by_hour(rows):
        return rows["date"] // HOUR_US % 24

    late_by_hour = (np.bincount(by_hour(train), label(train), minlength=24)
                    / np.maximum(np.bincount(by_hour(train), minlength=24), 1))
    if len(test["date"]):
        probability, late = predict(model, test, index_of), label(test)
        print(f"late: {label(train).mean():.4f} of the training rows, {late.mean():.4f} of the test rows "
              f"(predicted {probability.mean():.4f})")
        print(f"AUC of the late rate of each hour of the day, learnt from the training rows: "
              f"{auc(late_by_hour[by_hour(test)], late):.4f}")
        print(f"AUC of the model: {auc(probability, late):.4f} "
              f"(on its own training rows {auc(predict(model, train, index_of), label(train)):.4f})")
    if not options.validate:
        data = to_onnx(model, known)
        with open(options.out, "wb") as out:
            out.write(data)
        print(f"{options.out}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
