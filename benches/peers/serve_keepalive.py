#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server under the load of kept-alive connections, and its CPU time.

    serve_keepalive.py SERVER [CONNECTIONS [REQUESTS]]

SERVER is nginx, or a model of ours under the workload `serve`. Each in its turn
answers REQUESTS requests in all, from the same client (`heddle peer --load`),
with the same answer: the same body, and heads of the same fields. The server
has one core, the client the others. Prints the line of tell.h: cpu_ns is the
server's, user and system, from before the first connection until after the
last answer. The program is that of $HEDDLE, or build/heddle.

Exit status: 0 well, 1 not, with a line that says why."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(HERE, "..", "..", "build", "heddle")
HEDDLE = os.environ.get("HEDDLE", BUILT)
PATIENCE_S = 60
BODY = "0000000000000001"   # what ours answers to everything but its own client

# What slows nginx down and we do not do is off; what it does at no cost to
# speak of (time-outs, checks of the request) is not.
NGINX_CONF = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 20000; }}
http {{
    access_log off;
    server_tokens off;
    default_type text/plain;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 200 "{body}"; }}
    }}
}}
"""


class Trouble(Exception):
    """Why nothing could be measured."""


def cores():
    """The server's, and the client's; the same where there is but one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[:1], usable[1:] or usable


def start(words, on, **more):
    return subprocess.Popen(words, stdin=subprocess.DEVNULL,
                            preexec_fn=lambda: os.sched_setaffinity(0, on),
                            **more)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_server(process, port):
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise Trouble(f"the server has ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise Trouble("the server does not listen")


def children_of(parent):
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as stat:
                if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                    yield int(name)
        except (OSError, ValueError, IndexError):
            continue


def start_nginx(folder):
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if nginx is None:
        raise Trouble("nginx is not installed (on Debian: nginx-light)")
    port = free_port()
    conf = os.path.join(folder, "nginx.conf")
    with open(conf, "w") as file:
        file.write(NGINX_CONF.format(folder=folder, port=port, body=BODY))
    process = start([nginx, "-p", folder, "-c", conf, "-e",
                     os.path.join(folder, "error.log")], cores()[0])
    return process, port


def start_model(model, connections):
    """One connection more than will come keeps it there until we have looked."""
    process = start([HEDDLE, "once", "--model", model, "--workload", "serve",
                     "--set", "serve.client=anyone", "--tasks",
                     str(connections + 2)], cores()[0],
                    stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    found = re.search(r"127\.0\.0\.1:(\d+)", line)
    if found is None:
        process.wait()
        raise Trouble(f"{model}: {line.strip()}")
    return process, int(found[1])


def cpu_ns(pids):
    """By the scheduler's count, to the nanosecond."""
    total = 0
    for pid in pids:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
    return total


def peak_rss_bytes(pids):
    peaks = []
    for pid in pids:
        with open(f"/proc/{pid}/status") as status:
            peaks.append(int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]))
    return 1024 * max(peaks)


def load(port, connections, requests):
    words = [HEDDLE, "peer", "--load", str(port), "--json", "--connections",
             str(connections), "--requests", str(requests)]
    client = start(words, cores()[1], stdout=subprocess.PIPE,
                   stderr=subprocess.PIPE, text=True)
    try:
        out, err = client.communicate(timeout=PATIENCE_S)
    except BaseException:
        client.kill()
        client.wait()
        raise
    if client.returncode != 0:
        raise Trouble(err.strip())
    return json.loads(out)


def measure(server, connections, requests, folder):
    if server == "nginx":
        process, port = start_nginx(folder)
    else:
        process, port = start_model(server, connections)
    try:
        await_server(process, port)
        pids = [process.pid, *children_of(process.pid)]
        while server == "nginx" and len(pids) < 2:  # it listens before it forks
            time.sleep(0.02)
            pids = [process.pid, *children_of(process.pid)]
        before = cpu_ns(pids)
        seen = load(port, connections, max(1, requests // connections))
        return {"operations": int(seen["requests"]),
                "wall_ns": seen["wall_ns"], "cpu_ns": cpu_ns(pids) - before,
                "check": seen["digest"],
                "peak_rss_bytes": peak_rss_bytes(pids)}
    finally:
        process.terminate()
        process.wait()


def main(arguments):
    if not 1 <= len(arguments) <= 3 or not all(
            text.isdigit() and int(text) > 0 for text in arguments[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    connections = int(arguments[1]) if len(arguments) > 1 else 64
    requests = int(arguments[2]) if len(arguments) > 2 else 100000
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(arguments[0], connections, requests,
                                     folder)))
    except (Trouble, OSError, subprocess.TimeoutExpired) as why:
        print(f"serve_keepalive.py: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
