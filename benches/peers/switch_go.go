// SPDX-License-Identifier: MIT

// Two goroutines on one processor that give way to each other. An operation is
// a switch one way. Usage: peer_switch_go ROUNDTRIPS
package main

import "runtime"

func main() {
	n := argument(1, 1000000)
	runtime.GOMAXPROCS(1)
	var sum, value uint64
	go func() {
		for {
			sum += value
			value = 0
			runtime.Gosched()
		}
	}()
	watch := start()
	for i := uint64(1); i <= n; i++ {
		value = i
		// The scheduler may come back without having been there.
		for value != 0 {
			runtime.Gosched()
		}
	}
	watch.tell(2*n, sum, "")
}
