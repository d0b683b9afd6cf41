// Iris species by the trees of an XGBoost model: JSON-RPC over ADAPTER_SOCKET, or else stdin and stdout.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
)

const concurrency = 64

type message struct {
	ID     *int64
	Method string
	Params struct {
		ID   int64 // of the request to cancel
		Body json.RawMessage
	}
}

type server struct {
	model   *forest
	replies chan []byte
	running sync.Map // of *atomic.Bool, whether it is cancelled, by id
	work    sync.WaitGroup
}

func (s *server) receive(m message) {
	switch {
	case m.Method == "initialize":
		s.reply(*m.ID, "result", []byte(fmt.Sprintf(`{"concurrency":%d,"cancel":true}`, concurrency)))
	case m.Method == "predict":
		cancelled := new(atomic.Bool)
		s.running.Store(*m.ID, cancelled)
		s.work.Add(1)
		go s.predict(*m.ID, m.Params.Body, cancelled)
	case m.Method == "cancel":
		if cancelled, ok := s.running.Load(m.Params.ID); ok {
			cancelled.(*atomic.Bool).Store(true)
		}
	case m.ID != nil:
		s.fail(*m.ID, -32601, "Method not found")
	}
}

func (s *server) predict(id int64, body []byte, cancelled *atomic.Bool) {
	defer s.work.Done()
	result, err := s.model.answer(body, cancelled.Load)
	s.running.Delete(id)
	if err != nil {
		s.fail(id, 422, err.Error())
	} else {
		s.reply(id, "result", result)
	}
}

func (s *server) fail(id int64, code int, text string) {
	failure, err := json.Marshal(map[string]any{"code": code, "message": text})
	if err != nil {
		log.Fatal(err)
	}
	s.reply(id, "error", failure)
}

func (s *server) reply(id int64, member string, value []byte) {
	line := append(make([]byte, 0, len(value)+64), `{"jsonrpc":"2.0","id":`...)
	line = strconv.AppendInt(line, id, 10)
	line = append(append(line, `,"`...), member...)
	line = append(append(line, `":`...), value...)
	s.replies <- append(line, "}\n"...)
}

// write sends replies, as many at once as are there.
func (s *server) write(to io.Writer) {
	lines := bufio.NewWriterSize(to, 1<<16)
	for line := range s.replies {
		lines.Write(line)
		if len(s.replies) == 0 {
			if err := lines.Flush(); err != nil {
				log.Fatal(err)
			}
		}
	}
}

// openChannel returns where requests come from, and where replies go.
func openChannel() (io.Reader, io.Writer, error) {
	if path := os.Getenv("ADAPTER_SOCKET"); path != "" {
		connection, err := net.Dial("unix", path)
		return connection, connection, err
	}
	return os.Stdin, os.Stdout, nil
}

// artifact is the folder of the model: Merlin's, or the one beside the program.
func artifact() string {
	if folder := os.Getenv("CARAML_ARTIFACT_LOCATION"); folder != "" {
		return folder
	}
	program, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	return filepath.Join(filepath.Dir(program), "artifact")
}

func main() {
	model, err := load(filepath.Join(artifact(), "iris.json"))
	if err != nil {
		log.Fatal(err)
	}
	requests, replies, err := openChannel()
	if err != nil {
		log.Fatal(err)
	}
	s := &server{model: model, replies: make(chan []byte, concurrency)}
	written := make(chan struct{})
	go func() {
		s.write(replies)
		close(written)
	}()
	lines := bufio.NewReaderSize(requests, 1<<16) // no Scanner: its lines end at 64 KiB
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			break
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
	s.work.Wait()
	close(s.replies)
	<-written
}
