# SPDX-License-Identifier: MIT
"""What came out of a comparison: verdicts, a table, peers.json, peers.tsv and
the data of one chart."""

import datetime
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import time

SCHEMA_VERSION = "1.0"
WIDE = 1.05     # so far above its goal may the interval reach
QUANTITY = {"wall": "time", "cpu": "CPU time", "memory": "peak memory",
            "speedup": "speed-up"}


def interval(values):
    """Median and distribution-free interval of at least 95 %: the order
    statistics that the true median lies between (Hahn and Meeker 1991, 5.2).
    None for ends that so few values do not have."""
    values, n = sorted(values), len(values)
    if n == 0:
        return None, None, None
    low, tail = 0, 0.5 ** n
    if tail > 0.025:
        return statistics.median(values), None, None
    while tail + math.comb(n, low + 1) * 0.5 ** n <= 0.025:
        low += 1
        tail += math.comb(n, low) * 0.5 ** n
    return statistics.median(values), values[low], values[n - 1 - low]


def begin(seed, argv):
    now = datetime.datetime.now(datetime.timezone.utc)
    host = socket.gethostname().split(".")[0]
    return {"id": f"{now:%Y%m%dT%H%M%SZ}-{host}-peers",
            "started_utc": f"{now:%Y-%m-%dT%H:%M:%SZ}", "seed": seed,
            "argv": argv, "began_s": time.monotonic()}


def tell_missing(pairs, out):
    for pair in pairs:
        for state in pair.contestants:
            if state["status"] == "missing":
                print(f"left out: {pair.name}: {state['reason']}", file=out)


def tell_list(pairs):
    for pair in pairs:
        there = " ".join(state["label"].replace(" ", "_")
                         for state in pair.live())
        print(f"{pair.name:24} {pair.entry['what']}: {there}")
    return 0


def comparison(state, ratios):
    ratio, low, high = interval(ratios)
    given = state["given"]
    return {"peer": state["label"], "n": len(ratios), "ratio": ratio,
            "low_ratio": low, "high_ratio": high, "ratios": ratios,
            "beside": None if isinstance(given, list) else
            given.get("beside")}


def verdict(goal, best):
    """Met where the median is at or below the goal and the upper end within
    5 % of it."""
    if best["ratio"] > goal:
        return "missed"
    if best["high_ratio"] is None or best["high_ratio"] > WIDE * goal:
        return "cannot tell"
    return "met"


def judged(pair, quantity):
    """One quantity of a pair as peers.json has it. The best peer is the one that ours does
    worst against; one that only stands beside them is shown, and no goal."""
    entry = pair.entry
    found = [comparison(state, ratios) for state, ratios in
             zip(pair.contestants[1:], pair.compare(quantity))]
    measured = [one for one in found if one["n"] > 0]
    best = max((one for one in measured if one["beside"] is None),
               key=lambda one: one["ratio"], default=None)
    if pair.status == "wrong":
        said, why = "wrong", pair.reason
    elif best is None:
        said, why = "not measured", hole(pair)
    else:
        said, why = verdict(entry["goal"], best), None
    return {"name": pair.name, "what": entry["what"],
            "quantity": quantity, "goal_ratio": entry["goal"],
            "verdict": said, "reason": why,
            "best_peer": best["peer"] if best else None,
            "ratio": best["ratio"] if best else None,
            "low_ratio": best["low_ratio"] if best else None,
            "high_ratio": best["high_ratio"] if best else None,
            "comparisons": found,
            "contestants": [told(state, number == 0) for number, state in
                            enumerate(pair.contestants)]}


def hole(pair):
    """Why there is nothing to compare: ours first, then the peers."""
    for state in pair.contestants:
        if "beside" in state["given"]:
            continue
        if state["status"] == "missing":
            return state["reason"]
        if state["status"] == "refused":
            return f"{state['label']}: {state['reason']}"
    return "stopped before it was measured"


def told(state, ours):
    runs = [run for run in state["runs"] if run["block"] >= 0]
    return {"label": state["label"], "ours": ours, "given": state["given"],
            "status": state["status"], "reason": state["reason"],
            "runs": runs}


def result(session, machine, pairs, stopped_by):
    session = dict(session)
    began_s = session.pop("began_s")
    session.update(duration_s=round(time.monotonic() - began_s, 3),
                   complete=stopped_by is None)
    return {"tool": "heddle", "schema_version": SCHEMA_VERSION,
            "session": session, "machine": machine,
            "pairs": [judged(pair, quantity) for pair in pairs
                      for quantity in pair.quantities()]}


def cell(value):
    return "?" if value is None else f"{value:.3f}"


def best_first(pair):
    """Its comparisons that were measured: a line each of table and TSV."""
    return sorted((one for one in pair["comparisons"] if one["n"] > 0),
                  key=lambda one: (one["beside"] is None, one["ratio"]),
                  reverse=True)


def write_tsv(path, pairs):
    with open(path, "w", encoding="utf-8") as out:
        print("#pair\tquantity\tpeer\tgoal_ratio\tratio\tlow_ratio\t"
              "high_ratio\tn\tbest\tverdict", file=out)
        for pair in pairs:
            for one in best_first(pair):
                best = one["peer"] == pair["best_peer"]
                print(pair["name"], pair["quantity"], one["peer"],
                      cell(pair["goal_ratio"]), cell(one["ratio"]),
                      cell(one["low_ratio"]), cell(one["high_ratio"]),
                      one["n"], int(best), pair["verdict"] if best else "",
                      sep="\t", file=out)


def print_table(pairs, out):
    print(f"{'ours / theirs':30} {'peer':16} {'ratio':>6}  "
          f"{'95 % interval':16}  {'goal':>4}  verdict", file=out)
    for pair in pairs:
        name = f"{pair['name']}, {pair['quantity']}"
        if pair["verdict"] in ("wrong", "not measured"):
            print(f"{name:30} {pair['verdict']}: {pair['reason']}", file=out)
        for one in best_first(pair):
            bounds = f"[{cell(one['low_ratio'])}, {cell(one['high_ratio'])}]"
            best = one["peer"] == pair["best_peer"]
            said = f"  {pair['goal_ratio']:4.2f}  {pair['verdict']}"
            print(f"{name:30} {one['peer']:16} {one['ratio']:6.3f}  "
                  f"{bounds:16}{said if best else ''}"
                  + (f"  beside: {one['beside']}" if one["beside"] else ""),
                  file=out)
            name = ""


def quoted(text):
    """A gnuplot string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_chart(folder, result_):
    """data/peers.gp and data/peers.rows.tsv, which scripts/charts/peers.gp
    draws."""
    pairs = result_["pairs"]
    environment = result_["machine"]["environment"]
    goals = [pair for pair in pairs if pair["best_peer"]]
    met = sum(pair["verdict"] == "met" for pair in goals)
    facts = {
        "KIND": "peers",
        "TITLE": f"Ours beside the best library of its kind: {met} of "
                 f"{len(goals)} goals met",
        "SUBTITLE": "ratio of ours to theirs in interleaved pairs · full: the "
                    "best peer, with the 95 % interval of the median · hollow: "
                    "the others · bar: the goal · noise grade "
                    + result_["machine"]["noise_grade"],
        "CAPTION": f"{environment['cpu_model']}, {environment['cores_usable']} "
                   f"cores · Linux {environment['kernel']} · "
                   f"{result_['session']['started_utc'][:10]} · seed "
                   f"{result_['session']['seed']}",
        "DESC": "; ".join(f"{pair['name']}: {pair['ratio']:.2f} of "
                          f"{pair['best_peer']}, goal "
                          f"{pair['goal_ratio']:.2f}, {pair['verdict']}"
                          for pair in goals) + ".",
    }
    os.makedirs(os.path.join(folder, "data"), exist_ok=True)
    with open(os.path.join(folder, "data", "peers.gp"), "w",
              encoding="utf-8") as out:
        for key, text in facts.items():
            print(f"{key} = {quoted(text)}", file=out)
        print(f"HEIGHT = {max(720, 200 + 27 * len(pairs))}", file=out)
    with open(os.path.join(folder, "data", "peers.rows.tsv"), "w",
              encoding="utf-8") as out:
        print("#row\tlabel\tpeer\tratio\tlow\thigh\tgoal\tbest\twords",
              file=out)
        for number, pair in enumerate(pairs, 1):
            chart_rows(out, number, pair)


def chart_rows(out, number, pair):
    label = f"{pair['name']}, {QUANTITY[pair['quantity']]}"
    if pair["best_peer"] is None:
        print(number, label, "", "?", "?", "?", cell(pair["goal_ratio"]), 1,
              pair["reason"], sep="\t", file=out)
    for one in best_first(pair):
        best = one["peer"] == pair["best_peer"]
        digits = 3 if abs(one["ratio"] - pair["goal_ratio"]) < .005 else 2
        words = f"{one['ratio']:.{digits}f} × {one['peer']}: {pair['verdict']}"
        print(number, label, one["peer"], cell(one["ratio"]),
              cell(one["low_ratio"]), cell(one["high_ratio"]),
              cell(pair["goal_ratio"]), int(best), words if best else "",
              sep="\t", file=out)


def write(result_, folder, as_json):
    """The folder of the session; complete files or none."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "peers.json")
    with open(path + ".part", "w", encoding="utf-8") as out:
        json.dump(result_, out, indent=1, ensure_ascii=False)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    os.replace(path + ".part", path)
    write_tsv(os.path.join(folder, "peers.tsv"), result_["pairs"])
    write_chart(folder, result_)
    if as_json:
        json.dump(result_, sys.stdout, indent=1, ensure_ascii=False)
        print()
    else:
        print_table(result_["pairs"], sys.stdout)
    print(f"results: {path}", file=sys.stderr)


def draw(folder, plots):
    """The chart, where gnuplot is installed; scripts/draw says if not."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                          "..", "scripts", "draw")
    subprocess.run([script, folder, plots], stdout=sys.stderr, check=False)
