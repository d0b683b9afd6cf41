// Package merlinadapter serves a function of yours with merlin-adapter. Copy this folder into your module; it needs Go 1.18,
// and nothing but the standard library.
//
//	func predict(ctx context.Context, body json.RawMessage) (any, error) {
//		var request struct{ Instances []struct{ Km float64 } } // what a caller has sent
//		if err := json.Unmarshal(body, &request); err != nil {
//			return nil, merlinadapter.Refuse(400, "the body: %v", err)
//		}
//		return map[string]any{"predictions": []float64{11}}, nil // what the caller gets
//	}
//
//	func main() { // merlin-adapter --format=jsonrpc -- ./program
//		merlinadapter.Serve(predict, merlinadapter.Options{})
//	}
//
// An error of Refuse is the caller's: its status and message. Any other, and a panic, is a 500 that says no more; its text is in
// the log. NaN is such an error, too.
//
// ctx is done when nobody waits any more: at the caller's deadline, or because it has gone. A call that is cancelled before its
// turn never starts. CallOf(ctx) has its headers.
//
// Options{Concurrency: 64} lets predict work on so many calls at a time, each in a goroutine of its own.
// ServeBatches(predictAll, Options{Batch: 32}) hands it up to 32 bodies; it returns as many results, each of which may be an
// error. If it fails, each body is tried alone. For models that take many rows at once.
//
// Log("warn", "a week old") is a line in the adapter's log; so is what is printed, from Serve on. Counter, Gauge and Histogram
// are metrics for /metrics. Fatal("the GPU is gone") has this program replaced.
//
// Without --format=jsonrpc it reads bodies and writes results, also by hand: ./program < bodies.jsonl
package merlinadapter

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// Options of Serve. The zero value is one call at a time.
type Options struct {
	Concurrency int // calls, or batches, at a time
	Batch       int // the most calls of a batch
}

// Call is what is known of a request, beside its body.
type Call struct {
	Headers  map[string]string
	Protocol string // of the caller: HTTP_JSON or UPI_V1
}

// Labels of a metric.
type Labels map[string]string

type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (r refusal) Error() string { return r.Message }

// Refuse makes an error that is not the program's fault: the status for the caller, from 400 to 599, and why.
func Refuse(status int, format string, a ...any) error {
	return refusal{status, fmt.Sprintf(format, a...)}
}

type callKey struct{}

// CallOf is the call that a predict has this context for.
func CallOf(ctx context.Context) Call {
	call, _ := ctx.Value(callKey{}).(Call)
	return call
}

type message struct {
	JSONRPC string
	ID      json.RawMessage
	Method  string
	Params  struct {
		ID        json.RawMessage // of the request to cancel
		Body      json.RawMessage
		TimeoutMs int64 `json:"timeout_ms"`
		Headers   map[string]string
		Protocol  any // a number in initialize
	}
	ctx    context.Context
	cancel context.CancelFunc
}

type server struct {
	predict func(context.Context, []json.RawMessage) ([]any, error)
	options Options
	running sync.Map // the context.CancelFunc of each call that is not answered, by id
}

// channel is where lines go. Before Serve there is none.
var channel struct {
	sync.Mutex
	replies io.Writer
	bare    bool // bodies come alone, without JSON-RPC around them
}

func write(line []byte) {
	channel.Lock()
	defer channel.Unlock()
	channel.replies.Write(append(line, '\n'))
}

func marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

func notify(method string, params any) {
	channel.Lock()
	deaf := channel.replies == nil || channel.bare
	channel.Unlock()
	if !deaf {
		write(marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params}))
	} else if method != "metrics" {
		fmt.Fprintln(os.Stderr, params.(map[string]string)["message"])
	}
}

// Log writes to the adapter's log; the level is trace, debug, info, warn or error.
func Log(level, text string) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		notify("log", map[string]string{"level": level, "message": line})
	}
}

// Fatal asks for this program to be replaced.
func Fatal(why string) { notify("fatal", map[string]string{"message": why}) }

func metric(kind, name string, value float64, labels Labels, buckets []float64) {
	all := map[string]any{"name": name, "type": kind, "value": value, "labels": labels}
	if len(buckets) > 0 {
		all["buckets"] = buckets
	}
	if _, err := json.Marshal(value); err == nil { // no NaN
		notify("metrics", all)
	}
}

// Counter adds to a metric of /metrics.
func Counter(name string, increase float64, labels Labels) {
	metric("counter", name, increase, labels, nil)
}

// Gauge sets a metric of /metrics.
func Gauge(name string, value float64, labels Labels) { metric("gauge", name, value, labels, nil) }

// Histogram adds an observation; without buckets they are those for seconds.
func Histogram(name string, value float64, labels Labels, buckets ...float64) {
	metric("histogram", name, value, labels, buckets)
}

// Serve answers requests until there are no more.
func Serve(predict func(ctx context.Context, body json.RawMessage) (any, error), options Options) {
	options.Batch = 0
	serve(func(ctx context.Context, bodies []json.RawMessage) ([]any, error) {
		result, err := predict(ctx, bodies[0])
		return []any{result}, err
	}, options)
}

// ServeBatches is Serve for a function that returns a result, or an error, for each of some bodies.
func ServeBatches(predict func(ctx context.Context, bodies []json.RawMessage) ([]any, error), options Options) {
	serve(predict, options)
}

func serve(predict func(context.Context, []json.RawMessage) ([]any, error), options Options) {
	if options.Concurrency < 1 {
		options.Concurrency = 1
	}
	requests, err := open()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s := &server{predict: predict, options: options}
	waiting, work := make(chan []*message, 1024), sync.WaitGroup{}
	for i := 0; i < options.Concurrency; i++ {
		work.Add(1)
		go func() {
			defer work.Done()
			for calls := range waiting {
				write(s.answer(calls))
			}
		}()
	}
	lines := bufio.NewReaderSize(requests, 1<<16) // no Scanner: its lines end at 64 KiB
	for err == nil {
		var line []byte
		line, err = lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		calls := s.receive(line)
		if channel.bare {
			write(s.answer(calls)) // in their order
		} else if calls != nil {
			waiting <- calls
		}
	}
	close(waiting)
	work.Wait()
}

// open returns where requests come from.
func open() (io.Reader, error) {
	if path := os.Getenv("ADAPTER_SOCKET"); path != "" {
		connection, err := net.Dial("unix", path)
		channel.replies = connection
		return connection, err
	}
	requests := os.Stdin
	channel.replies = os.Stdout
	os.Stdout = os.Stderr // a stray fmt.Println is a log line,
	var err error
	os.Stdin, err = os.Open(os.DevNull) // and no subprocess can eat requests
	return requests, err
}

// receive returns the calls of a line, if there are any.
func (s *server) receive(line []byte) []*message {
	var calls []*message
	if !channel.bare {
		array := line
		if line[0] != '[' {
			array = append(append([]byte{'['}, line...), ']')
		}
		// Once a body has come alone, so do all others, whatever they look like.
		err := json.Unmarshal(array, &calls)
		if err != nil || len(calls) == 0 || calls[0] == nil || calls[0].JSONRPC != "2.0" || calls[0].Method == "" {
			channel.Lock()
			channel.bare = true
			channel.Unlock()
		}
	}
	if channel.bare {
		call := &message{}
		call.Params.Body = line
		return []*message{s.begin(call)}
	}
	m := calls[0]
	switch {
	case m.Method == "predict":
		for _, call := range calls {
			s.begin(call)
		}
		return calls
	case m.Method == "cancel":
		if cancel, ok := s.running.Load(string(m.Params.ID)); ok {
			cancel.(context.CancelFunc)()
		}
	case m.Method == "initialize":
		abilities := map[string]any{"concurrency": s.options.Concurrency + 7, "cancel": true} // some wait for their turn
		if s.options.Batch > 1 {
			abilities["concurrency"] = s.options.Concurrency + 1
			abilities["batch"] = map[string]any{"max_size": s.options.Batch, "max_delay_ms": 2}
		}
		write(envelope(m.ID, "result", marshal(abilities)))
	case m.ID != nil:
		write(envelope(m.ID, "error", marshal(refusal{-32601, "Method not found"})))
	}
	return nil
}

func envelope(id json.RawMessage, member string, text []byte) []byte {
	if id == nil && member == "error" { // bare
		return []byte(`{"error":` + string(text) + `}`)
	} else if id == nil {
		return text
	}
	return []byte(`{"jsonrpc":"2.0","id":` + string(id) + `,"` + member + `":` + string(text) + `}`)
}

// begin starts a call's clock.
func (s *server) begin(call *message) *message {
	protocol, _ := call.Params.Protocol.(string)
	ctx := context.WithValue(context.Background(), callKey{}, Call{call.Params.Headers, protocol})
	if call.Params.TimeoutMs > 0 {
		call.ctx, call.cancel = context.WithTimeout(ctx, time.Duration(call.Params.TimeoutMs)*time.Millisecond)
	} else {
		call.ctx, call.cancel = context.WithCancel(ctx)
	}
	s.running.Store(string(call.ID), call.cancel)
	return call
}

// answer makes the line that answers all calls of a line.
func (s *server) answer(calls []*message) []byte {
	var texts [][]byte
	var begun []*message
	for _, call := range calls {
		if call.ctx.Err() != nil {
			texts = append(texts, text(call, refusal{499, "cancelled"}))
		} else {
			begun = append(begun, call)
		}
	}
	for i, outcome := range s.outcomes(begun) {
		texts = append(texts, text(begun[i], outcome))
	}
	for _, call := range calls {
		s.running.Delete(string(call.ID))
		call.cancel()
	}
	if len(calls) == 1 {
		return texts[0]
	}
	return []byte("[" + string(bytes.Join(texts, []byte(","))) + "]")
}

// outcomes returns a result or an error for each call.
func (s *server) outcomes(calls []*message) []any {
	if len(calls) == 0 {
		return nil
	}
	results, err := s.ask(calls)
	if err == nil && len(results) != len(calls) {
		err = fmt.Errorf("it returned %d results for %d bodies", len(results), len(calls))
	}
	if err == nil {
		return results
	}
	if len(calls) == 1 {
		return []any{err}
	}
	var alone []any
	for _, call := range calls {
		alone = append(alone, s.outcomes([]*message{call})...)
	}
	return alone
}

func (s *server) ask(calls []*message) (results []any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	var bodies []json.RawMessage
	for _, call := range calls {
		bodies = append(bodies, call.Params.Body)
	}
	ctx := calls[0].ctx
	if len(calls) > 1 {
		ctx = context.Background() // one who leaves must not stop the others
	}
	return s.predict(ctx, bodies)
}

// text is the message that answers a call.
func text(call *message, outcome any) []byte {
	err, failed := outcome.(error)
	if !failed {
		var text []byte
		if text, err = json.Marshal(outcome); err == nil {
			return envelope(call.ID, "result", text)
		}
	}
	var refused refusal
	if !errors.As(err, &refused) {
		Log("error", "the program failed: "+err.Error())
		refused = refusal{500, "the program failed; its log says more"}
	}
	return envelope(call.ID, "error", marshal(refused))
}
