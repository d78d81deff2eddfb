#!/bin/sh
# SPDX-License-Identifier: MIT
# test_aarch64.sh ROOT: our switch between stacks on a processor that few of us
# have: cross-compiled, and run in an emulator of the user's mode. Exit status:
# 0 well, 1 not, 77 the cross-compiler or the emulator is missing.
set -eu

root=$(cd "${1:?usage: test_aarch64.sh ROOT}" && pwd)
compiler=aarch64-linux-gnu-gcc

skip() {
    echo "SKIP: $*"
    exit 77
}

command -v $compiler >/dev/null || skip "$compiler is not installed"
emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static) ||
    skip "qemu-aarch64 is not installed"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

echo 'int main(void) { return 0; }' >probe.c
$compiler -static -o probe probe.c 2>/dev/null ||
    skip "$compiler has no static C library"
"$emulator" ./probe || skip "$emulator does not work"

# Optimised, or values would wait in memory and no register be put to the test.
$compiler -static -O2 -std=gnu11 -Wall -Wextra -Wconversion -Werror \
    -D_GNU_SOURCE -I"$root" -o test_context "$root/tests/test_context.c" \
    "$root/core/context.c" "$root/core/context_aarch64.S" -lm
"$emulator" ./test_context
