// SPDX-License-Identifier: MIT

// Two goroutines on one processor that hand a value over and back through
// channels without a buffer. An operation is one hand-over.
// Usage: peer_channel_go ROUNDTRIPS
package main

import "runtime"

func main() {
	n := argument(1, 1000000)
	runtime.GOMAXPROCS(1)
	there, back := make(chan uint64), make(chan uint64)
	go func() {
		for value := range there {
			back <- value + 1
		}
	}()
	var sum uint64
	watch := start()
	for value := uint64(1); value <= n; value++ {
		there <- value
		sum += <-back
	}
	watch.tell(2*n, sum, "")
}
