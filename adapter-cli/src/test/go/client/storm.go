package main

import (
	"context"
	"fmt"
	"math/rand"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	connections = 10
	callers     = 16 // of each connection
	lasts       = 5 * time.Second
	// Calls are cancelled within this time: some before they are sent, most while they are worked on, some too late.
	longest = 150 * time.Millisecond
)

// tally counts how calls ended.
type tally struct {
	answered, cancelled, late atomic.Int64
	failed                    sync.Once
	failure                   atomic.Pointer[string]
}

func (t *tally) fail(name string, err error) {
	t.failed.Do(func() {
		text := fmt.Sprintf("%s: %v", name, err)
		t.failure.Store(&text)
	})
}

// storm makes many calls on a few connections, and cancels each third; all others are to get their own answers.
func storm(address string) error {
	var counts tally
	var all sync.WaitGroup
	ends := time.Now().Add(lasts)
	for c := 0; c < connections; c++ {
		conn, err := dial(address)
		if err != nil {
			return err
		}
		defer conn.Close()
		for w := 0; w < callers; w++ {
			all.Add(1)
			go func(c, w int) {
				defer all.Done()
				for n := 0; time.Now().Before(ends) && counts.failure.Load() == nil; n++ {
					name := fmt.Sprint("call ", c, ".", w, ".", n)
					if n%3 == 2 {
						abandon(&counts, conn, name)
					} else {
						await(&counts, conn, name)
					}
				}
			}(c, w)
		}
	}
	all.Wait()
	fmt.Printf("answered %d, cancelled %d, answered though cancelled %d\n",
		counts.answered.Load(), counts.cancelled.Load(), counts.late.Load())
	if failure := counts.failure.Load(); failure != nil {
		return fmt.Errorf("%s", *failure)
	}
	return nil
}

func await(counts *tally, conn *grpc.ClientConn, name string) {
	ctx, cancel := patiently()
	defer cancel()
	if err := predict(ctx, conn, request(name, 0, 1+rand.Intn(8))); err != nil {
		counts.fail(name, err)
		return
	}
	counts.answered.Add(1)
}

func abandon(counts *tally, conn *grpc.ClientConn, name string) {
	ctx, cancel := patiently()
	defer cancel()
	timer := time.AfterFunc(time.Duration(rand.Int63n(int64(longest))), cancel)
	defer timer.Stop()
	err := predict(ctx, conn, request(name, 0, 1+rand.Intn(8)))
	switch {
	case err == nil:
		counts.late.Add(1)
	case status.Code(err) == codes.Canceled && ctx.Err() == context.Canceled:
		counts.cancelled.Add(1)
	default:
		counts.fail(name, err)
	}
}
