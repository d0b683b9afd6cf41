// Sends tables back as they came, as Arrow: JSON-RPC over stdin and stdout, each call in a goroutine of its own.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log"
	"os"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/ipc"
)

type message struct {
	ID       int64
	Method   string
	Payloads []int `json:"payload_bytes"`
	Params   struct {
		Body struct {
			Table struct {
				RowIDs []string `json:"row_ids"`
				Arrow  int
			} `json:"prediction_table"`
		}
	}
}

var writing sync.Mutex

// send writes a line, and the payload behind it if there is one.
func send(id int64, result any, payload []byte) {
	reply := map[string]any{"jsonrpc": "2.0", "id": id, "result": result}
	if payload != nil {
		reply["payload_bytes"] = []int{len(payload)}
	}
	line, err := json.Marshal(reply)
	if err != nil {
		log.Fatal(err)
	}
	line = append(line, '\n')
	if payload != nil {
		line = append(append(line, payload...), '\n')
	}
	writing.Lock()
	defer writing.Unlock()
	os.Stdout.Write(line)
}

func copied(stream []byte) []byte {
	in, err := ipc.NewReader(bytes.NewReader(stream))
	if err != nil {
		log.Fatal(err)
	}
	defer in.Release()
	var out bytes.Buffer
	writer := ipc.NewWriter(&out, ipc.WithSchema(in.Schema()))
	for in.Next() {
		if err := writer.Write(in.RecordBatch()); err != nil {
			log.Fatal(err)
		}
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		log.Fatal(err)
	}
	return out.Bytes()
}

// payloads reads what follows a line, with the newline behind it.
func payloads(in io.Reader, sizes []int) [][]byte {
	var all [][]byte
	for _, size := range sizes {
		payload := make([]byte, size)
		if _, err := io.ReadFull(in, payload); err != nil {
			log.Fatal(err)
		}
		all = append(all, payload)
	}
	if len(sizes) > 0 {
		io.CopyN(io.Discard, in, 1)
	}
	return all
}

func main() {
	requests := bufio.NewReader(os.Stdin)
	for {
		line, err := requests.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			log.Fatal(err)
		}
		streams := payloads(requests, m.Payloads)
		switch m.Method {
		case "initialize":
			send(m.ID, map[string]any{"concurrency": 16, "tables": "arrow"}, nil)
		case "predict":
			go func() {
				table := m.Params.Body.Table
				result := map[string]any{"prediction_result_table": map[string]any{"row_ids": table.RowIDs, "arrow": 0}}
				send(m.ID, result, copied(streams[table.Arrow]))
			}()
		}
	}
}
