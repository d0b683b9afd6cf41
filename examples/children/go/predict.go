// Minutes until a ride arrives: JSON-RPC, 64 calls at a time, over ADAPTER_SOCKET or else stdin and stdout.
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

const concurrency = 64

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

// send writes one whole line, or nothing where a value can't be JSON, as NaN can't.
func (s *server) send(id int64, member string, value any) error {
	line, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, member: value})
	if err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err = s.replies.Write(append(line, '\n'))
	return err
}

func (s *server) answer(ctx context.Context, cancel context.CancelFunc, id int64, body []byte) {
	defer s.work.Done()
	defer cancel()
	defer s.running.Delete(id)
	result, err := predict(ctx, body)
	if err == nil {
		err = s.send(id, "result", result)
	}
	if err != nil {
		failure := refused{500, err.Error()}
		errors.As(err, &failure)
		s.send(id, "error", failure)
	}
}

func (s *server) receive(m message) {
	switch {
	case m.Method == "initialize":
		s.send(*m.ID, "result", map[string]any{"concurrency": concurrency, "cancel": true})
	case m.Method == "predict":
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(m.Params.TimeoutMs)*time.Millisecond)
		s.running.Store(*m.ID, cancel)
		s.work.Add(1)
		go s.answer(ctx, cancel, *m.ID, m.Params.Body)
	case m.Method == "cancel":
		if cancel, ok := s.running.Load(m.Params.ID); ok {
			cancel.(context.CancelFunc)()
		}
	case m.ID != nil:
		s.send(*m.ID, "error", refused{-32601, "Method not found"})
	}
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
		var m message
		if err == nil {
			err = json.Unmarshal(line, &m)
		}
		if err != nil {
			log.Fatal(err)
		}
		s.receive(m)
	}
}
