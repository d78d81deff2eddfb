#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what is ours against the libraries people would pick instead.

Each pair of pairs.json names a goal for ours over theirs. One block of a pair
runs its contestants in a shuffled order and then in the reverse one (of two:
ABBA or BAAB), so that a slow drift of the machine meets both alike; a pass of
a block gives one ratio per peer. All pairs have a block, in shuffled order,
before any has the next. A comparison is the median of its ratios with the
distribution-free interval of at least 95 %.

Exit status: 0 well, also where a goal is missed; 1 wrong work; 2 wrong usage;
4 nothing could be measured; 130 and 143 on signals, what was measured kept.
"""

import argparse
import json
import os
import random
import signal
import sys
import time

import report
from contest import (Heddle, Missing, Refused, Wrong, contestant, label_of,
                     small)

HERE = os.path.dirname(os.path.abspath(__file__))
FLOOR = 8       # blocks of two passes: at least 15 ratios of each pair
MOST = 50       # more would not move a median that one can tell
QUANTITIES = {"wall", "cpu", "memory", "speedup"}


class Stopped(Exception):
    """Ctrl-C or SIGTERM; the number is the argument."""


def on_signal(number, _):
    raise Stopped(number)


def tell(text):
    print(text, file=sys.stderr, flush=True)


def value_of(quantity, run):
    """What is compared: lower is better, for a speed-up too."""
    if quantity == "speedup":
        return run["wall_ns"] / run["one_wall_ns"]
    name = {"wall": "wall_ns", "cpu": "cpu_ns", "memory": "peak_rss_bytes"}
    return run[name[quantity]] / run["operations"]


class Pair:
    """An entry of pairs.json with what was measured of it. The first of the
    contestants is ours."""

    def __init__(self, entry, build, heddle):
        self.entry = entry
        self.name = entry["name"]
        self.status, self.reason = "ok", None
        self.nblocks = 0
        self.seconds = 0.0      # of one block, by the warm-up
        self.contestants = []
        for given in [entry["ours"], *entry["theirs"]]:
            state = {"label": label_of(given), "given": given, "who": None,
                     "status": "ok", "reason": None, "runs": []}
            self.contestants.append(state)
            try:
                state["who"] = contestant(given, build, heddle)
                state["label"] = state["who"].label
            except Missing as why:
                state["status"], state["reason"] = "missing", str(why)

    def live(self):
        return [state for state in self.contestants if state["status"] == "ok"]

    def is_open(self):
        """Is there something of ours, and a peer, to go on with?"""
        return (self.status == "ok" and len(self.live()) > 1
                and self.contestants[0]["status"] == "ok")

    def once(self, state):
        """One run, or None if it refused; raises Wrong."""
        try:
            return state["who"].once()
        except Refused as why:
            state["status"], state["reason"] = "refused", str(why)
            return None

    def agree(self, state, run):
        """The programs of a pair come to the same; models have been held
        against the workload's reference already."""
        for other in self.contestants:
            if (other is not state and other["runs"]
                    and state["who"].prints_check
                    and other["who"].prints_check
                    and other["runs"][0]["check"] != run["check"]):
                raise Wrong(f"{state['label']} came to {run['check']}, "
                            f"{other['label']} to "
                            f"{other['runs'][0]['check']}")

    def block(self, number, rng):
        """Both passes. Number -1 is the warm-up, of one pass, not kept."""
        order = self.live()
        rng.shuffle(order)
        passes = [order] if number < 0 else [order, order[::-1]]
        began = time.monotonic()
        try:
            for turn, states in enumerate(passes):
                for position, state in enumerate(states):
                    run = self.once(state) if state["status"] == "ok" else None
                    if run is None:
                        continue
                    self.agree(state, run)
                    kept = dict(run, block=number, turn=turn,
                                position=position)
                    state["runs"].append(kept)
        except Wrong as what:
            self.status, self.reason = "wrong", str(what)
        self.nblocks += number >= 0
        if number < 0:
            self.seconds = 2 * (time.monotonic() - began)

    def quantities(self):
        """The same runs may answer for more than one."""
        asked = self.entry["quantity"]
        return asked if isinstance(asked, list) else [asked]

    def compare(self, quantity):
        """The ratios of ours to each of the others, for the report."""
        ours = {(run["block"], run["turn"]): value_of(quantity, run)
                for run in self.contestants[0]["runs"] if run["block"] >= 0}
        found = []
        for state in self.contestants[1:]:
            ratios = [ours[key] / value_of(quantity, run)
                      for run in state["runs"]
                      if (key := (run["block"], run["turn"])) in ours]
            found.append(ratios)
        return found


def read_pairs(path, only):
    try:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)["pairs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(usage(f"{path}: {error}"))
    names = [entry["name"] for entry in entries]
    for name in only:
        if name not in names:
            sys.exit(usage(f"--only {name}: there is no such pair; there are "
                           + ", ".join(names)))
    for entry in entries:
        asked = entry["quantity"]
        if names.count(entry["name"]) > 1 or not entry["goal"] > 0 or not \
                {*(asked if isinstance(asked, list) else [asked])} <= QUANTITIES:
            sys.exit(usage(f"{path}: {entry['name']}: a name of its own, a "
                           "goal above 0, a quantity of "
                           + ", ".join(sorted(QUANTITIES))))
    return [entry for entry in entries if not only or entry["name"] in only]


def usage(text):
    tell(f"compare.py: {text}")
    return 2


def options():
    parser = argparse.ArgumentParser(
        description="Holds what is ours against other people's libraries.",
        allow_abbrev=False)
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="this pair (may be given more than once)")
    parser.add_argument("--seconds", type=float, default=240,
                        help="for everything, but never fewer than "
                        f"{2 * FLOOR} ratios of each pair (%(default)s)")
    parser.add_argument("--blocks", type=int, metavar="N",
                        help="exactly so many blocks, 2 ratios each, instead")
    parser.add_argument("--seed", type=int, help="of the shuffled order")
    parser.add_argument("--json", action="store_true",
                        help="print peers.json instead of the table")
    parser.add_argument("--check", action="store_true",
                        help="only run each once, with a thousandth of the "
                        "work: do they agree?")
    parser.add_argument("--no-chart", action="store_true",
                        help="leave the drawing to scripts/draw, later")
    parser.add_argument("--list", action="store_true",
                        help="only say who would take part")
    parser.add_argument("--build", default="build", metavar="DIR")
    parser.add_argument("--pairs", metavar="FILE",
                        default=os.path.join(HERE, "pairs.json"))
    parser.add_argument("--out", metavar="DIR",
                        help="results go here, not to results/<time>-<host>"
                        "-peers")
    given = parser.parse_args()
    if not given.seconds > 0 or (given.blocks is not None
                                 and given.blocks < 1):
        sys.exit(usage("--seconds and --blocks want more than 0"))
    return given


def warm_up(pairs, rng):
    """Every contestant once: what is cold gets warm, and we learn how long a
    block takes."""
    for number, pair in enumerate(pairs, 1):
        tell(f"warm-up {number}/{len(pairs)}: {pair.name}")
        if pair.is_open():
            pair.block(-1, rng)


def check(pairs, rng):
    """Exit status: 0 all agree, 1 one does not, 4 one did not run."""
    status = 0
    for pair in pairs:
        if pair.live():
            pair.block(-1, rng)
        for state in pair.contestants:
            if state["status"] == "refused":
                tell(f"{pair.name}: {state['label']}: {state['reason']}")
                status = max(status, 4)
        if pair.status == "wrong":
            tell(f"{pair.name}: {pair.reason}")
    nagree = sum(pair.is_open() for pair in pairs)
    print(f"{nagree} of {len(pairs)} pairs: ours and theirs come to the same")
    return 1 if any(pair.status == "wrong" for pair in pairs) else status


def measure(pairs, given, rng):
    """Blocks of all pairs until the time is over."""
    deadline = time.monotonic() + given.seconds
    warm_up(pairs, rng)
    round_s = sum(pair.seconds for pair in pairs if pair.is_open())
    wanted = given.blocks or FLOOR
    if not given.blocks and time.monotonic() + FLOOR * round_s > deadline:
        tell(f"the fewest that are worth it take {FLOOR * round_s:.0f} s more")
    for number in range(given.blocks or MOST):
        going = [pair for pair in pairs if pair.is_open()]
        now = time.monotonic()
        if number >= wanted and now + round_s > deadline or not going:
            return
        left_s = (wanted - number) * round_s
        if not given.blocks:
            left_s = max(left_s, min(deadline - now,
                                     (MOST - number) * round_s))
        tell(f"block {number + 1}, about {left_s:.0f} s left")
        rng.shuffle(going)
        for pair in going:
            pair.block(number, rng)


def main():
    given = options()
    entries = read_pairs(given.pairs, given.only)
    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    seed = given.seed if given.seed is not None else \
        random.SystemRandom().randrange(1 << 32)
    stopped_by = None
    pairs = []
    try:
        heddle = Heddle(given.build)
        session = report.begin(seed, sys.argv[1:])
        if given.check:
            entries = [dict(entry, ours=small(entry["ours"]),
                            theirs=[small(peer) for peer in entry["theirs"]])
                       for entry in entries]
        pairs = [Pair(entry, given.build, heddle) for entry in entries]
        report.tell_missing(pairs, sys.stderr)
        if given.list:
            return report.tell_list(pairs)
        if given.check:
            return check(pairs, random.Random(seed))
        tell(f"seed {seed}, {len(pairs)} pairs")
        machine = heddle.json("doctor", "--json")
        measure(pairs, given, random.Random(seed))
    except Missing as why:
        return usage(f"{why}: make bench-peers builds it")
    except Stopped as signal_:
        stopped_by = signal_.args[0]
        if not any(pair.nblocks for pair in pairs):
            tell("stopped before anything was measured")
            return 128 + stopped_by
    result = report.result(session, machine, pairs, stopped_by)
    folder = given.out or os.path.join("results", session["id"])
    report.write(result, folder, given.json)
    if not given.no_chart:
        report.draw(folder, os.path.join(given.out or "", "plots"))
    if stopped_by:
        return 128 + stopped_by
    if any(pair.status == "wrong" for pair in pairs):
        return 1
    return 0 if any(pair.nblocks for pair in pairs) else 4


if __name__ == "__main__":
    sys.exit(main())
