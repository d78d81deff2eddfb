// SPDX-License-Identifier: MIT

// Two goroutines behind a buffered channel: a worker pool as Go's users write
// it.
package main

import "sync"

type task struct {
	call  func(*task, *sum)
	index uint64
}

type sum struct {
	value uint64
	_     [120]byte // a line of its own
}

func add(t *task, s *sum) {
	s.value += t.index
}

func main() {
	const workers = 2
	n := argument(1, 1000000)
	tasks := make([]task, n)
	for i := range tasks {
		tasks[i] = task{add, uint64(i)}
	}
	var sums [workers]sum
	var all sync.WaitGroup
	queue := make(chan *task, argument(2, 1024))
	all.Add(workers)
	for i := range sums {
		go func(s *sum) {
			for t := range queue {
				t.call(t, s)
			}
			all.Done()
		}(&sums[i])
	}
	watch := start()
	for i := range tasks {
		queue <- &tasks[i]
	}
	close(queue)
	all.Wait()
	watch.tell(n, sums[0].value+sums[1].value, "")
}
