# SPDX-License-Identifier: MIT
"""benches/peers/compare.py with made-up programs: its order, its verdicts, and
what it makes of wrong, missing, refusing and endless ones. Then, where they are
built, all real ones at a small size: do they agree?

Called as `python3 test_peers.py BUILD_FOLDER [--programs]`.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
COMPARE = os.path.join(ROOT, "benches", "peers", "compare.py")
BUILD = os.path.abspath(sys.argv[1])
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(COMPARE))
import report

# Notes its name, and tells what the arguments say: NAME WALL_NS CHECK.
FAKE = """#!/bin/sh
echo "$1" >>log
echo '{"operations": 10, "wall_ns": '"$2"', "cpu_ns": 5, "check": "'"$3"'"}'
"""


def fake(name, wall_ns, check="c"):
    return {"command": [os.path.abspath("fake"), name, str(wall_ns), check],
            "label": name}


def pair(name, ours, *theirs, goal=1.0, quantity="wall"):
    return {"name": name, "what": name, "goal": goal, "quantity": quantity,
            "ours": ours, "theirs": list(theirs)}


def command(*words):
    return [sys.executable, "-B", COMPARE, "--build", BUILD, *words]


def compare(pairs, *words, status=0):
    """What it said, and peers.json if there is one."""
    with open("pairs.json", "w", encoding="utf-8") as out:
        json.dump({"pairs": pairs}, out)
    done = subprocess.run(
        command("--pairs", "pairs.json", "--out", "out", "--no-chart", *words),
        capture_output=True, text=True, check=False)
    assert done.returncode == status, (done.returncode, done.stderr)
    if not os.path.exists("out/peers.json"):
        return done, None
    with open("out/peers.json", encoding="utf-8") as file:
        return done, {pair["name"]: pair for pair in valid(file)["pairs"]}


def valid(file):
    result = json.load(file)
    try:
        import jsonschema
    except ImportError:
        return result
    with open(os.path.join(ROOT, "results/schema/peers-1.json"),
              encoding="utf-8") as schema:
        jsonschema.Draft202012Validator(json.load(schema)).validate(result)
    return result


def test_interval():
    """The ranks for n = 15 and 16 are 4 and 12, 4 and 13 (binomial tables)."""
    assert report.interval(range(1, 16)) == (8, 4, 12)
    assert report.interval(range(1, 17)) == (8.5, 4, 13)
    assert report.interval([3, 1]) == (2, None, None)


def test_verdicts():
    done, pairs = compare(
        [pair("faster", fake("a", 90), fake("b", 100), fake("d", 200)),
         pair("slower", fake("a", 120), fake("b", 100)),
         pair("gone", fake("a", 1), {"command": ["peer_nobody_go", "3"]}),
         pair("refuses", {"command": ["/bin/false"]}, fake("b", 1)),
         pair("one of two", fake("a", 1), {"command": ["/bin/false"]},
              fake("b", 1)),
         pair("beside", fake("a", 120), fake("b", 150),
              dict(fake("d", 100), beside="it does less")),
         pair("model", {"model": "sequential", "workload": "empty",
                        "tasks": 4}, fake("b", 1), goal=1e9)],
        "--blocks", "3", "--json")
    said = {name: found["verdict"] for name, found in pairs.items()}
    assert said == {"faster": "met", "slower": "missed",
                    "gone": "not measured", "refuses": "not measured",
                    "one of two": "met", "beside": "met", "model": "met"}, said
    assert pairs["faster"]["ratio"] == .9
    assert pairs["faster"]["best_peer"] == "b"
    assert pairs["beside"]["best_peer"] == "b"
    assert pairs["gone"]["reason"] == "peer_nobody_go is not built here"
    assert "left out: gone: peer_nobody_go" in done.stderr
    assert pairs["refuses"]["reason"] == "/bin/false: exit status 1"
    assert json.loads(done.stdout)["session"]["complete"]
    with open("out/peers.tsv", encoding="utf-8") as file:
        rows = [line.split("\t") for line in file]
    assert ["faster", "wall", "d", "1.000", "0.450"] in [r[:5] for r in rows]
    assert os.path.exists("out/data/peers.gp")


def test_quantities():
    """The same runs answer for both."""
    compare([pair("both", fake("a", 90), fake("b", 100),
                  quantity=["wall", "cpu"])], "--blocks", "3")
    with open("out/peers.json", encoding="utf-8") as file:
        found = [(one["quantity"], one["ratio"])
                 for one in valid(file)["pairs"]]
    assert found == [("wall", .9), ("cpu", 1.0)], found
    with open("log", encoding="utf-8") as file:
        assert len(file.read().split()) == 2 + 3 * 4


def test_order():
    """A block is a pass and its reverse; the warm-up is one pass before."""
    compare([pair("order", fake("a", 1), fake("b", 1), fake("d", 1))],
            "--blocks", "4", "--seed", "7")
    with open("log", encoding="utf-8") as file:
        order = file.read().split()
    assert len(order) == 3 + 4 * 6
    orders = set()
    for block in range(4):
        runs = order[3 + 6 * block:][:6]
        assert sorted(runs[:3]) == ["a", "b", "d"] and runs == runs[::-1], runs
        orders.add(tuple(runs))
    assert len(orders) > 1


def test_wrong_work():
    done, pairs = compare([pair("wrong", fake("a", 1), fake("b", 1, "d")),
                           pair("right", fake("a", 1), fake("b", 1))],
                          "--blocks", "3", status=1)
    assert pairs["wrong"]["verdict"] == "wrong"
    assert "came to" in pairs["wrong"]["reason"]
    assert pairs["right"]["verdict"] == "met"
    assert "wrong: " in done.stdout


def test_speedup():
    """Twice as fast by many, beside four times: theirs is twice ours."""
    one, two, four = fake("one", 400), fake("ours", 200), fake("theirs", 100)
    _, pairs = compare([pair("speed-up", {"one": one, "many": two},
                             {"one": one, "many": four}, quantity="speedup")],
                       "--blocks", "3")
    assert pairs["speed-up"]["ratio"] == 2
    assert pairs["speed-up"]["best_peer"] == "theirs"


def test_wrong_usage():
    for words in (["--only", "nobody"], ["--blocks", "0"]):
        done, _ = compare([pair("a", fake("a", 1), fake("b", 1))], *words,
                          status=2)
        assert done.stderr.count("\n") == 1, done.stderr
    done, _ = compare([pair("a", fake("a", 1), fake("b", 1), quantity="luck")],
                      status=2)
    assert "cpu, memory" in done.stderr


def test_interrupt():
    """What was measured stays; what runs now is stopped with its children."""
    with open("endless", "w", encoding="utf-8") as out:
        out.write("#!/bin/sh\n[ -e go ] && { sleep 600 & echo $! >child; wait;"
                  " }\n" + FAKE.split("\n", 1)[1])
    os.chmod("endless", 0o755)
    ours = dict(fake("a", 1), command=[os.path.abspath("endless"), "a", "1",
                                       "c"])
    with open("pairs.json", "w", encoding="utf-8") as out:
        json.dump({"pairs": [pair("endless", ours, fake("b", 1))]}, out)
    with subprocess.Popen(
            command("--pairs", "pairs.json", "--out", "out", "--no-chart",
                    "--blocks", "100000"), stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if line.startswith("block 3"):
                break
        open("go", "w", encoding="utf-8").close()
        while not (os.path.exists("child") and os.path.getsize("child")):
            time.sleep(.01)
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 130, process.returncode
    with open("out/peers.json", encoding="utf-8") as file:
        result = valid(file)
    assert not result["session"]["complete"]
    assert result["pairs"][0]["comparisons"][0]["n"] >= 4
    with open("child", encoding="utf-8") as file:
        child = int(file.read())
    try:
        with open(f"/proc/{child}/stat", encoding="utf-8") as file:
            assert file.read().split()[2] == "Z", "a child was left running"
    except FileNotFoundError:
        pass


def test_programs():
    """Every program of pairs.json that is built agrees with the others. That
    something is refused here is no fault of it; that it crashes is."""
    done = subprocess.run(command("--check"), capture_output=True, text=True,
                          check=False)
    print(done.stderr, end="")
    assert done.returncode in (0, 4), done.returncode
    for word in ("killed by", "exit status", "not the line", "no answer"):
        assert word not in done.stderr, done.stderr


def main():
    tests = [test for name, test in sorted(globals().items())
             if name.startswith("test_") and name != "test_programs"]
    for test in [test_programs] if "--programs" in sys.argv else tests:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            with open("fake", "w", encoding="utf-8") as out:
                out.write(FAKE)
            os.chmod("fake", 0o755)
            test()
            print("ok:", test.__name__)
            os.chdir("/")


main()
