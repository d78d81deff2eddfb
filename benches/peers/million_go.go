// SPDX-License-Identifier: MIT

// Goroutines on one processor, all suspended at the same time. An operation is
// the creation of one, up to where it is suspended; afterwards all are woken
// and end. Usage: peer_million_go GOROUTINES
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
)

// What this process has in memory now, with the tables of its pages.
func residentBytes() uint64 {
	var sum, kib uint64
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		for _, format := range []string{"VmRSS: %d", "VmPTE: %d"} {
			if n, _ := fmt.Sscanf(lines.Text(), format, &kib); n == 1 {
				sum += kib
			}
		}
	}
	return sum * 1024
}

func main() {
	n := argument(1, 1000000)
	runtime.GOMAXPROCS(1)
	before := residentBytes()
	goOn, ended := make(chan struct{}), make(chan struct{})
	var sum uint64
	watch := start()
	for value := uint64(1); value <= n; value++ {
		value := value
		go func() {
			<-goOn
			sum += value
			ended <- struct{}{}
		}()
		// It runs up to where it waits, as ours does.
		runtime.Gosched()
	}
	watch.stop()
	bytes := residentBytes() - before
	close(goOn)
	for i := uint64(0); i < n; i++ {
		<-ended
	}
	watch.tell(n, sum, fmt.Sprintf("\"resident_bytes\": %d, ", bytes))
}
