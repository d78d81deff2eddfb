# SPDX-License-Identifier: MIT
"""Servers of every kind under clients that behave badly: halves of requests,
single bytes, several at once, garbage, endless heads, sudden ends. And the
client under servers that do: whatever they say is told, and nobody hangs.

Called as `python3 test_serve.py PATH_OF_HEDDLE`."""
import json
import os
import re
import resource
import socket
import subprocess
import sys
import threading

program = os.path.abspath(sys.argv[1])
PATIENCE_S = 60
STEPS = 100
MODELS = ("sequential", "threads", "event_loop", "coroutines")
failures = 0


def check(condition, message):
    global failures
    if not condition:
        failures += 1
        print("FAILED", message, flush=True)


def once(model, *settings, tasks, limit=None):
    words = [program, "once", "--json", "--model", model, "--workload", "serve",
             "--tasks", str(tasks)]
    for setting in settings:
        words += ["--set", "serve." + setting]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=limit)


def outcome(process):
    out, err = process.communicate(timeout=PATIENCE_S)
    return (json.loads(out) if out else None), err, process.returncode


GET = b"GET %s HTTP/1.1\r\nHost: here\r\n%s\r\n"


def get(target, more=b""):
    return GET % (target, more)


def everything(connection):
    """What comes until the server hangs up."""
    data = b""
    try:
        while more := connection.recv(65536):
            data += more
    except ConnectionResetError:
        pass
    return data


def say(connection, *pieces):
    for piece in pieces:
        connection.sendall(piece)


def computed(value, steps):
    """As benches/workloads/steps.h says."""
    for _ in range(steps):
        value ^= value << 13 & (1 << 64) - 1
        value ^= value >> 7
        value ^= value << 17 & (1 << 64) - 1
    return value


def whole(connection):
    say(connection, get(b"/"), get(b"/k/7/0", b"Connection: close\r\n"))
    answer = everything(connection)
    return answer.count(b"200 OK") == 2 and \
        b"%016x" % computed(1, STEPS) in answer


def in_bytes(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    text = get(b"/", b"Connection: close\r\n")
    say(connection, *(text[i:i + 1] for i in range(len(text))))
    return everything(connection).count(b"200 OK") == 1


def pipelined(connection):
    say(connection, 20 * get(b"/a") + get(b"/b", b"Connection: close\r\n"))
    return everything(connection).count(b"200 OK") == 21


def garbage(connection):
    say(connection, b"\x16\x03\x01 what?\r\n\r\n")
    return everything(connection).startswith(b"HTTP/1.1 400 ")


def endless(connection):
    try:
        say(connection, b"GET /" + 5000 * b"x")
    except (BrokenPipeError, ConnectionResetError):
        pass
    return everything(connection)[:13] in (b"HTTP/1.1 431 ", b"")


def half(connection):
    say(connection, get(b"/")[:20])
    return True


def sudden_end(connection):
    say(connection, 30 * get(b"/"))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          b"\1\0\0\0\0\0\0\0")
    return True


def nothing(connection):
    return True


VISITS = (whole, in_bytes, pipelined, garbage, endless, half, sudden_end,
          nothing)


def test_visits(model):
    """A visit a task: all are met, whatever the others do."""
    server = once(model, "client=anyone", f"compute_steps={STEPS}", "grain=30",
                  tasks=len(VISITS))
    line = server.stderr.readline()
    port = int(re.search(r"127\.0\.0\.1:(\d+)", line)[1])
    for visit in VISITS:
        with socket.create_connection(("127.0.0.1", port),
                                      PATIENCE_S) as connection:
            check(visit(connection), f"{model}: {visit.__name__}")
    told, err, status = outcome(server)
    check(status == 0 and told["status"] == "ok", f"{model}: {err}")
    metrics = told["metrics"]
    check(metrics["connections"] == len(VISITS) and metrics["refused"] == 2 and
          metrics["requests"] >= 24 and metrics["hung_up"] >= 1 and
          metrics["unverified"], f"{model}: {metrics}")


def test_open_loop():
    """No latency counts from before its instant, and none is left out."""
    told, err, status = outcome(once(
        "event_loop", "requests=20", "offered_per_s=4000", "patience_ms=10000",
        "wait_us=200", tasks=16))
    check(status == 0, err)
    metrics = told["metrics"]
    check(metrics["requests"] == 320 and metrics["late"] == 0 and
          metrics["latency_p50_ns"] >= 200000 and
          metrics["requests_per_s"] < 4200 and
          told["run_ns"] >= 319 * 1e9 / 4000, metrics)


def test_no_descriptors():
    """Refused by name, and all of it ends."""
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

    told, _, status = outcome(once("event_loop", tasks=60, limit=few))
    check(status == 4 and "EMFILE" in told["error"], told)


def test_client(answer, status, words):
    """The client, with a server that gives this answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    result = subprocess.run(
        [program, "peer", "--load", str(listener.getsockname()[1]),
         "--requests", "1"], capture_output=True, text=True,
        timeout=PATIENCE_S)
    check(result.returncode == status and words in result.stderr,
          f"{answer!r}: {result}")
    thread.join(PATIENCE_S)
    listener.close()


for model in MODELS:
    test_visits(model)
test_open_loop()
test_no_descriptors()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
test_client(HEAD + b"ok", 0, "")
test_client(HEAD + b"o", 4, "hung up")
test_client(HEAD + b"okay", 4, "not one of HTTP/1.1")
test_client(b"", 4, "hung up")
test_client(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 4,
            "another status")
test_client(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", 4,
            "longer than 2048 bytes")
test_client(b"what?\r\n\r\n", 4, "not one of HTTP/1.1")
print(failures, "failed")
sys.exit(failures > 0)
