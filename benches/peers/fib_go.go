// SPDX-License-Identifier: MIT

// Fork and join as Go has it: a goroutine for the one call, which answers
// through a channel. Usage: peer_fib_go N PROCESSORS
package main

import "runtime"

func fib(n uint64) uint64 {
	if n < 2 {
		return n
	}
	left := make(chan uint64, 1)
	go func() { left <- fib(n - 1) }()
	right := fib(n - 2)
	return <-left + right
}

func calls(n uint64) uint64 {
	before, last := uint64(0), uint64(1)
	for ; n > 0; n-- {
		before, last = last, before+last
	}
	return 2*last - 1
}

func main() {
	n := argument(1, 32)
	runtime.GOMAXPROCS(int(argument(2, 2)))
	watch := start()
	result := fib(n)
	watch.tell(calls(n), result, "")
}
