// SPDX-License-Identifier: MIT

// Goroutines one after the other, on one processor: created, run, gone.
// Usage: peer_create_go GOROUTINES
package main

import "runtime"

func main() {
	n := argument(1, 1000000)
	runtime.GOMAXPROCS(1)
	var sum uint64
	watch := start()
	for value := uint64(1); value <= n; value++ {
		value := value
		go func() { sum += value }()
		runtime.Gosched()
	}
	watch.tell(n, sum, "")
}
