// Minutes until a ride arrives: JSON-RPC, 64 lines at a time, each a call or a batch, over ADAPTER_SOCKET or else stdin
// and stdout.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"sync"
	"time"
)

const (
	concurrency = 64
	maxBatch    = 32 // of what waits while 64 lines are here
)

type message struct {
	ID     *int64
	Method string
	Params struct {
		ID        int64 // of the request to cancel
		Body      json.RawMessage
		TimeoutMs int64 `json:"timeout_ms"`
	}
}

// refused is not the program's fault: the HTTP status, and why.
type refused struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (r refused) Error() string { return r.Message }

// predict is the model. It hands ctx on to whatever takes long, and returns when ctx is done.
func predict(ctx context.Context, body []byte) (any, error) {
	var request struct {
		Instances []map[string]any
		DelayMs   int64 `json:"delay_ms"`
	}
	if err := json.Unmarshal(body, &request); err != nil || request.Instances == nil {
		return nil, refused{400, `the body must be {"instances": [{"km": 2}]}`}
	}
	predictions := make([]float64, len(request.Instances))
	for i, ride := range request.Instances {
		km, ok := ride["km"].(float64)
		if !ok {
			return nil, refused{422, fmt.Sprintf("instances[%d]: km must be a number", i)}
		}
		predictions[i] = 5 + 3*km
	}
	select {
	case <-time.After(time.Duration(request.DelayMs) * time.Millisecond):
		return map[string]any{"predictions": predictions}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type server struct {
	replies io.Writer
	writing sync.Mutex
	running sync.Map // of context.CancelFunc, by id
	work    sync.WaitGroup
}

// send writes one whole line.
func (s *server) send(reply any) {
	line, err := json.Marshal(reply)
	if err != nil {
		log.Fatal(err)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.replies.Write(append(line, '\n'))
}

func reply(id int64, member string, value any) map[string]any {
	return map[string]any{"jsonrpc": "2.0", "id": id, member: value}
}

// answer returns the call's own result, or its own error; that, too, where a result can't be JSON, as NaN can't.
func answer(ctx context.Context, call message) any {
	result, err := predict(ctx, call.Params.Body)
	if err == nil {
		result, err = json.Marshal(result)
	}
	if err != nil {
		failure := refused{500, err.Error()}
		errors.As(err, &failure)
		return reply(*call.ID, "error", failure)
	}
	return reply(*call.ID, "result", json.RawMessage(result.([]byte)))
}

// begin starts to work on a call, and returns where its answer comes.
func (s *server) begin(call message) <-chan any {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(call.Params.TimeoutMs)*time.Millisecond)
	s.running.Store(*call.ID, cancel)
	answered := make(chan any, 1)
	go func() {
		defer cancel()
		defer s.running.Delete(*call.ID)
		answered <- answer(ctx, call)
	}()
	return answered
}

// serveOne answers a call on a line of its own.
func (s *server) serveOne(call message) {
	answered := s.begin(call)
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		s.send(<-answered)
	}()
}

// serveBatch answers all calls of a batch on one line, when all are done.
func (s *server) serveBatch(calls []message) {
	var answered []<-chan any
	for _, call := range calls {
		answered = append(answered, s.begin(call))
	}
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		var answers []any
		for _, each := range answered {
			answers = append(answers, <-each)
		}
		s.send(answers)
	}()
}

func (s *server) receive(m message) {
	switch {
	case m.Method == "initialize":
		batch := map[string]any{"max_size": maxBatch}
		s.send(reply(*m.ID, "result", map[string]any{"concurrency": concurrency, "cancel": true, "batch": batch}))
	case m.Method == "predict":
		s.serveOne(m)
	case m.Method == "cancel":
		if cancel, ok := s.running.Load(m.Params.ID); ok {
			cancel.(context.CancelFunc)()
		}
	case m.ID != nil:
		s.send(reply(*m.ID, "error", refused{-32601, "Method not found"}))
	}
}

// receiveLine takes a message, or a batch of calls.
func (s *server) receiveLine(line []byte) error {
	if line[0] == '[' {
		var calls []message
		if err := json.Unmarshal(line, &calls); err != nil {
			return err
		}
		s.serveBatch(calls)
		return nil
	}
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		return err
	}
	s.receive(m)
	return nil
}

// openChannel returns where requests come from, and where replies go.
func openChannel() (io.Reader, io.Writer, error) {
	if path := os.Getenv("ADAPTER_SOCKET"); path != "" {
		connection, err := net.Dial("unix", path)
		return connection, connection, err
	}
	replies := os.Stdout
	os.Stdout = os.Stderr // a stray fmt.Println is a log line
	return os.Stdin, replies, nil
}

func main() {
	requests, replies, err := openChannel()
	if err != nil {
		log.Fatal(err)
	}
	s := &server{replies: replies}
	defer s.work.Wait()
	lines := bufio.NewReader(requests) // no Scanner: its lines end at 64 KiB
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		if err := s.receiveLine(line); err != nil {
			log.Fatal(err)
		}
	}
}
