// A caller at a fixed rate, for benchmarks: pace ADDRESS PATH BODY_FILE RATE SECONDS prints one object of JSON.
//
// A call is sent when it is due, on a connection that waits for nothing, or on a new one: a slow answer delays no other call.
// Latency counts from when the call was due, so what the server holds up counts for all that came in that time.
//
// All of it is one thread with epoll and a timer of the kernel, and nothing is collected. Callers made of goroutines wait for
// their time with a precision of a millisecond, send what was due in it at once, and stop for their collector: at 4,000 calls
// a second that was most of the slowest hundredth, whatever server they called.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// Connections at once; calls for which there is none wait, and their time counts.
	most = 1000
	// What an answer may take, once all have been sent.
	patience = 5 * time.Second
	// Of an answer.
	room = 16 << 10
)

type connection struct {
	fd     int
	due    time.Time
	answer []byte
}

type result struct {
	Requests int     `json:"requests"`
	Failures int     `json:"failures"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50"`
	P99      float64 `json:"p99"`
}

type caller struct {
	address *unix.SockaddrInet4
	request []byte
	epoll   int
	all     map[int32]*connection
	free    []*connection // the last one used first, as a caller does who has a pool
	late    []time.Time   // due, and without a connection
	took    []time.Duration
	failed  int
}

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: pace ADDRESS PATH BODY_FILE RATE SECONDS")
	}
	body, err := os.ReadFile(os.Args[3])
	check(err)
	rate, err := strconv.Atoi(os.Args[4])
	check(err)
	seconds, err := strconv.ParseFloat(os.Args[5], 64)
	check(err)
	if rate < 1 || rate > 100_000 || seconds > 60 {
		log.Fatal("pace: expected 1 to 100000 calls a second, for 60 seconds at most")
	}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		os.Args[2], os.Args[1], len(body))
	runtime.LockOSThread()
	debug.SetGCPercent(-1)
	epoll, err := unix.EpollCreate1(0)
	check(err)
	calls := int(float64(rate) * seconds)
	c := &caller{address: address(os.Args[1]), request: append([]byte(head), body...), epoll: epoll,
		all: map[int32]*connection{}, took: make([]time.Duration, 0, calls)}
	json.NewEncoder(os.Stdout).Encode(c.run(calls, time.Second/time.Duration(rate)))
}

func (c *caller) run(calls int, apart time.Duration) result {
	timer, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK)
	check(err)
	c.watch(timer)
	began := time.Now()
	every := unix.NsecToTimespec(int64(apart))
	check(unix.TimerfdSettime(timer, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil))
	last := began.Add(time.Duration(calls) * apart)
	events := make([]unix.EpollEvent, 128)
	sent := 0
	for len(c.took)+c.failed < calls && time.Now().Before(last.Add(patience)) {
		for _, event := range events[:c.wait(events)] {
			if event.Fd == int32(timer) {
				for due := expired(timer); due > 0 && sent < calls; due-- {
					sent++
					c.call(began.Add(time.Duration(sent) * apart))
				}
			} else if one := c.all[event.Fd]; one != nil {
				c.read(one)
			}
		}
	}
	c.failed = calls - len(c.took)
	over := result{Requests: len(c.took), Failures: c.failed, Seconds: time.Since(began).Seconds()}
	if len(c.took) > 0 {
		sort.Slice(c.took, func(i, j int) bool { return c.took[i] < c.took[j] })
		over.P50 = c.took[len(c.took)/2].Seconds()
		over.P99 = c.took[len(c.took)*99/100].Seconds()
	}
	return over
}

// wait blocks the thread without telling Go's scheduler, which has nothing else to run and would take time of its own.
func (c *caller) wait(events []unix.EpollEvent) int {
	n, _, fault := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(c.epoll), uintptr(unsafe.Pointer(&events[0])),
		uintptr(len(events)), 100, 0, 0)
	if fault == unix.EINTR {
		return 0
	}
	if fault != 0 {
		log.Fatal(fault)
	}
	return int(n)
}

func (c *caller) call(due time.Time) {
	var one *connection
	if free := len(c.free); free > 0 {
		one, c.free = c.free[free-1], c.free[:free-1]
	} else if len(c.all) < most {
		one = c.connect()
	} else {
		c.late = append(c.late, due)
		return
	}
	c.send(one, due)
}

func (c *caller) connect() *connection {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	check(err)
	// To a listener on this machine, that is done as soon as it is asked for.
	check(unix.Connect(fd, c.address))
	check(unix.SetNonblock(fd, true))
	check(unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1))
	one := &connection{fd: fd, answer: make([]byte, 0, room)}
	c.all[int32(fd)] = one
	c.watch(fd)
	return one
}

func (c *caller) send(one *connection, due time.Time) {
	one.due, one.answer = due, one.answer[:0]
	// A small request always fits into the buffer of a socket that waits for nothing.
	if n, err := unix.Write(one.fd, c.request); err != nil || n < len(c.request) {
		c.lose(one)
	}
}

func (c *caller) read(one *connection) {
	n, err := unix.Read(one.fd, one.answer[len(one.answer):room])
	if err == unix.EAGAIN {
		return
	}
	if err != nil || n <= 0 {
		c.lose(one)
		return
	}
	one.answer = one.answer[:len(one.answer)+n]
	whole, good := complete(one.answer)
	if !whole {
		return
	}
	if good {
		c.took = append(c.took, time.Since(one.due))
	} else {
		c.failed++
	}
	if len(c.late) > 0 {
		due := c.late[0]
		c.late = c.late[1:]
		c.send(one, due)
	} else {
		c.free = append(c.free, one)
	}
}

// lose gives up a connection that has ended; what it was asked has failed, if it was asked anything.
func (c *caller) lose(one *connection) {
	delete(c.all, int32(one.fd))
	unix.Close(one.fd)
	for i, other := range c.free {
		if other == one {
			c.free = append(c.free[:i], c.free[i+1:]...)
			return
		}
	}
	c.failed++
}

func (c *caller) watch(fd int) {
	check(unix.EpollCtl(c.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}))
}

// complete tells whether the answer is all there, and whether it is a good one.
func complete(answer []byte) (whole, good bool) {
	head := bytes.Index(answer, []byte("\r\n\r\n"))
	if head < 0 {
		return false, false
	}
	lower := bytes.ToLower(answer[:head])
	at := bytes.Index(lower, []byte("content-length:"))
	if at < 0 {
		log.Fatalf("pace: the answer has no length, which this caller needs: %.200q", answer)
	}
	digits, _, _ := bytes.Cut(lower[at+len("content-length:"):], []byte("\r\n"))
	length, err := strconv.Atoi(string(bytes.TrimSpace(digits)))
	check(err)
	if head+4+length > room {
		log.Fatalf("pace: the answer has %d bytes; small ones are expected here", length)
	}
	return len(answer) >= head+4+length, bytes.HasPrefix(answer, []byte("HTTP/1.1 2"))
}

func expired(timer int) uint64 {
	var count [8]byte
	if n, _ := unix.Read(timer, count[:]); n < len(count) {
		return 0
	}
	return binary.LittleEndian.Uint64(count[:])
}

func address(text string) *unix.SockaddrInet4 {
	parsed, err := net.ResolveTCPAddr("tcp4", text)
	check(err)
	socket := &unix.SockaddrInet4{Port: parsed.Port}
	copy(socket.Addr[:], parsed.IP.To4())
	return socket
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
