// Minutes until a ride arrives: JSON-RPC, 64 calls at a time, over ADAPTER_SOCKET or else stdin and stdout.
package main

import (
	"bufio"
	"context"
	"encoding/json"
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
	ID     *int64 `json:"id"`
	Method string `json:"method"`
	Params struct {
		ID        int64           `json:"id"` // of cancel
		Body      json.RawMessage `json:"body"`
		TimeoutMs int64           `json:"timeout_ms"`
	} `json:"params"`
}

// failure is an HTTP status, and why.
type failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (f *failure) Error() string { return f.Message }

// predict is the model. It hands ctx on to whatever takes long, and returns when ctx is done.
func predict(ctx context.Context, body []byte) (any, error) {
	var request struct {
		Instances []map[string]any
		DelayMs   int64 `json:"delay_ms"`
	}
	if err := json.Unmarshal(body, &request); err != nil || request.Instances == nil {
		return nil, &failure{400, `the body must be {"instances": [{"km": 2}]}`}
	}
	predictions := make([]float64, 0, len(request.Instances))
	for i, ride := range request.Instances {
		km, ok := ride["km"].(float64)
		if !ok {
			return nil, &failure{422, fmt.Sprintf("instances[%d]: km must be a number", i)}
		}
		predictions = append(predictions, 5+3*km)
	}
	select {
	case <-time.After(time.Duration(request.DelayMs) * time.Millisecond):
		return map[string]any{"predictions": predictions}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// server answers on replies, one whole line at a time.
type server struct {
	sync.Mutex // guards what follows
	replies    io.Writer
	running    map[int64]context.CancelFunc

	work sync.WaitGroup
}

func (s *server) send(id int64, result any, err error) {
	reply := map[string]any{"jsonrpc": "2.0", "id": id, "result": result}
	if err != nil {
		f, ok := err.(*failure)
		if !ok {
			f = &failure{500, err.Error()}
		}
		reply = map[string]any{"jsonrpc": "2.0", "id": id, "error": f}
	}
	line, err := json.Marshal(reply)
	if err != nil { // such as NaN, which JSON does not have
		s.send(id, nil, err)
		return
	}
	s.Lock()
	defer s.Unlock()
	if _, err := s.replies.Write(append(line, '\n')); err != nil {
		log.Fatal(err)
	}
}

func (s *server) answer(ctx context.Context, id int64, body []byte) {
	defer s.work.Done()
	result, err := predict(ctx, body)
	s.Lock()
	s.running[id]()
	delete(s.running, id)
	s.Unlock()
	s.send(id, result, err)
}

func (s *server) receive(m message) {
	switch {
	case m.Method == "initialize":
		s.send(*m.ID, map[string]any{"concurrency": concurrency, "cancel": true}, nil)
	case m.Method == "predict":
		s.Lock()
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(m.Params.TimeoutMs)*time.Millisecond)
		s.running[*m.ID] = cancel
		s.Unlock()
		s.work.Add(1)
		go s.answer(ctx, *m.ID, m.Params.Body)
	case m.Method == "cancel":
		s.Lock()
		defer s.Unlock()
		if cancel, ok := s.running[m.Params.ID]; ok {
			cancel()
		}
	case m.ID != nil:
		s.send(*m.ID, nil, &failure{-32601, "Method not found"})
	}
}

func openChannel() (io.Reader, io.Writer) {
	if path := os.Getenv("ADAPTER_SOCKET"); path != "" {
		connection, err := net.Dial("unix", path)
		if err != nil {
			log.Fatal(err)
		}
		return connection, connection
	}
	replies := os.Stdout
	os.Stdout = os.Stderr // a stray fmt.Println is a log line
	return os.Stdin, replies
}

func main() {
	requests, replies := openChannel()
	s := &server{replies: replies, running: map[int64]context.CancelFunc{}}
	lines := bufio.NewReader(requests) // no Scanner: its lines end at 64 KiB
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			s.work.Wait()
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
