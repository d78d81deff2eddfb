# SPDX-License-Identifier: MIT
"""The client against servers of other people: one that comes late, one that
sends back something else, one that hangs up. And convoys in a session, where
nobody knows beforehand how many steps there will be.

Called as `python3 test_convoy.py PATH_OF_HEDDLE`."""
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

program = os.path.abspath(sys.argv[1])
PATIENCE_S = 60
failures = 0


def check(condition, message):
    global failures
    if not condition:
        failures += 1
        print("FAILED", message, flush=True)


def serve(connection, reply):
    with connection:
        while data := connection.recv(4096):
            answer = reply(data)
            if answer is None:
                return
            connection.sendall(answer)


def accept(listener, reply):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, reply),
                         daemon=True).start()


def client(reply, *arguments, late=False):
    """The client's outcome with a server that answers by `reply`."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    if not late:
        listener.listen()
    process = subprocess.Popen(
        [program, "peer", "--client", str(listener.getsockname()[1]),
         *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if late:
        time.sleep(0.3)
        check(process.poll() is None, "it does not wait for a late server")
        listener.listen()
    threading.Thread(target=accept, args=(listener, reply),
                     daemon=True).start()
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def well():
    status, out, err = client(lambda data: data, "--connections", "3", "--json",
                              "--unit-us", "100", late=True)
    check(status == 0 and err == "" and out.count("\n") == 1,
          f"no line from the client: {status}, {out!r}, {err!r}")
    line = json.loads(out)
    check(line["requests"] > 0, f"no requests: {line}")
    check(line["requests_per_s"] == line["requests"],
          f"a second has so many requests: {line}")
    check(line["unrecorded"] == 0 and line["unanswered"] <= 3,
          f"requests got lost: {line}")
    ranks = [line[f"latency_{rank}_ns"] for rank in ("p50", "p90", "p99", "max")]
    check(0 < ranks[0] and ranks == sorted(ranks), f"no ranks: {line}")
    shares = [line[f"waits_{waits}_share"] for waits in range(5)]
    check(abs(sum(shares) - 1) < 1e-9, f"shares make no whole: {line}")


def wrong(reply, exit_status, words):
    status, out, err = client(reply)
    check(status == exit_status and words in err and out == "",
          f"not {words!r}: {status}, {out!r}, {err!r}")


def session():
    """Two models, two blocks: no run is wrong, each has its own steps."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "run", "--model", "threads,gil", "--workload", "convoy",
             "--tasks", "3", "--set", "convoy.duration_ms=20", "--set",
             "convoy.warmup_ms=1", "--blocks", "2", "--no-charts", "--out",
             os.path.join(folder, "session")], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S)
        check(done.returncode == 0, f"the session failed: {done.stdout}")
        with open(os.path.join(folder, "session", "result.json"),
                  encoding="utf-8") as file:
            runs = json.load(file)["runs"]
    check(len(runs) >= 4 and all(run["status"] == "ok" for run in runs),
          f"runs are missing or not well: {runs}")
    check(all("requests" in run["metrics"] for run in runs),
          f"metrics are missing: {runs}")


well()
wrong(lambda data: b"x" + data[:0:-1], 1, "something else")
wrong(lambda data: None, 4, "hung up")
session()
sys.exit(failures > 0)
