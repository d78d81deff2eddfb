#!/bin/sh
# SPDX-License-Identifier: MIT
# test_extend.sh ROOT: a new model is one new file and one line, and so is a new
# workload. Adds one of each to a copy of the tree, and asks the copy: do they
# build, are they listed and tested, do they run with all others? Exit status:
# 0 well, 1 not.
set -eu

root=$(cd "${1:?usage: test_extend.sh ROOT}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

# quietly COMMAND...: shows what it said only if it fails.
quietly() {
    "$@" >said 2>&1 || fail "$*: $(cat said)"
}

mkdir before
tar -C "$root" -cf - --exclude=./.git --exclude='./build*' --exclude=./results \
    --exclude=./plots --exclude=__pycache__ . | tar -C before -xf -
cp -a before after

cat >after/models/newcomer.c <<'END'
/* SPDX-License-Identifier: MIT */
/* One task after the other, as a whole model. */
#include "core/job.h"
#include "core/model.h"

static void newcomer_run(struct job *job)
{
    struct task *task;

    job_worker_begin(job, 0);
    while ((task = job_next(job)) != NULL)
        task_run(task);
    job_worker_done(job, 0);
}

const struct model model_newcomer = {
    .name = "newcomer",
    .summary = "a model that was not there before",
    .knobs = MODEL_ALONE,
    .run = newcomer_run,
};
END
echo 'MODEL(newcomer)' >>after/models/models.def

cat >after/benches/workloads/novelty.c <<'END'
/* SPDX-License-Identifier: MIT */
/* How long the tasks' Collatz sequences are, with a rest now and then. */
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

struct walk {
    uint64_t at;
    uint64_t nsteps;
};

static bool novelty_next(struct task *task)
{
    struct walk *walk = (struct walk *)(void *)task->state;

    if (walk->nsteps == 0)
        walk->at = draw_u64(task->seed, task->index, 0) >> 32;
    while (walk->at > 1) {
        walk->at = walk->at % 2 == 1 ? 3 * walk->at + 1 : walk->at / 2;
        if (++walk->nsteps % 64 == 0)
            return op_sleep(&task->op, 1000);
    }
    task->digest = mix64(walk->nsteps);
    return false;
}

const struct workload workload_novelty = {
    .name = "novelty",
    .summary = "a workload that was not there before",
    .kind = WORKLOAD_MIXED,
    .version = 1,
    .ntasks = 20,
    .state_bytes = sizeof(struct walk),
    .next = novelty_next,
};
END
echo 'WORKLOAD(novelty)' >>after/benches/workloads/workloads.def

quietly cmake -S after -B built -DCMAKE_BUILD_TYPE=Debug -DHEDDLE_TESTS=ON
quietly cmake --build built --parallel 2 --target heddle test_conformance

built/heddle list >listed
for name in newcomer novelty; do
    grep -q "^  $name " listed || fail "heddle list does not know $name"
done
(cd built && ctest -N) >tests
grep -q 'conformance\.newcomer$' tests || fail "no test for the new model"

quietly built/tests/test_conformance newcomer
grep -q 'newcomer x novelty: checked' said || fail "they were not run together"

models=$(sed -n 's/^MODEL(\([a-z_]*\).*/\1/p' built/registry/models.def)
for model in $models; do
    quietly built/heddle once --model "$model" --workload novelty
done

# Nothing else has changed, above all no list of names anywhere.
LC_ALL=C diff -r before after >changes || true
cat >expected <<'END'
Only in after/benches/workloads: novelty.c
> WORKLOAD(novelty)
> MODEL(newcomer)
Only in after/models: newcomer.c
END
grep -e '^Only' -e '^[<>]' changes | cmp -s - expected ||
    fail "that took more than two files and two lines: $(cat changes)"
echo "a model and a workload: two new files, two new lines"
