// SPDX-License-Identifier: MIT

// The line of tell.h, in Go.
package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

type stopwatch struct {
	wall    time.Time
	cpu     int64
	wallNs  int64 // once stopped
	cpuNs   int64
	stopped bool
}

// The processor time of this process, in nanoseconds.
func cpuNs() int64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func start() *stopwatch {
	cpu := cpuNs()
	return &stopwatch{wall: time.Now(), cpu: cpu}
}

func (watch *stopwatch) stop() {
	watch.wallNs = time.Since(watch.wall).Nanoseconds()
	watch.cpuNs = cpuNs() - watch.cpu
	watch.stopped = true
}

// Stops the watch if it runs, and tells, with further members of the line in
// `more`.
func (watch *stopwatch) tell(operations, check uint64, more string) {
	if !watch.stopped {
		watch.stop()
	}
	fmt.Printf("{\"operations\": %d, \"wall_ns\": %d, \"cpu_ns\": %d, "+
		"%s\"check\": \"%016x\"}\n", operations, watch.wallNs, watch.cpuNs,
		more, check)
}

// The program's argument number `which`, or a default.
func argument(which int, preset uint64) uint64 {
	if len(os.Args) <= which {
		return preset
	}
	n, err := strconv.ParseUint(os.Args[which], 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return n
}
