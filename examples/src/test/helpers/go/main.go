// What a test asks of merlinadapter.go; MODE is plain, batch or many.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"time"

	"deliveries/merlinadapter"
)

type request struct{ Do, Text string }

func predict(ctx context.Context, body json.RawMessage) (any, error) {
	var asked request
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, err
	}
	predictions := []any{}
	switch asked.Do {
	case "echo":
		predictions = append(predictions, asked.Text)
	case "headers":
		call := merlinadapter.CallOf(ctx)
		deadline, _ := ctx.Deadline()
		left := time.Until(deadline).Round(time.Minute).Milliseconds()
		predictions = append(predictions, call.Headers["x-request-id"], left, call.Protocol)
	case "refuse":
		return nil, merlinadapter.Refuse(422, "no")
	case "fail":
		return nil, errors.New("the password is hunter2")
	case "panic":
		panic("the password is hunter2")
	case "nan":
		predictions = append(predictions, math.NaN())
	case "print":
		fmt.Println("stray words")
		process := exec.Command("sh", "-c", "echo stray process")
		process.Stdout = os.Stdout
		return map[string]any{"predictions": predictions}, process.Run()
	case "read":
		process := exec.Command("wc", "-c")
		process.Stdin = os.Stdin
		read, err := process.Output()
		return map[string]any{"predictions": []string{strings.TrimSpace(string(read))}}, err
	case "wait":
		fmt.Fprintln(os.Stderr, "waiting")
		<-ctx.Done()
		return nil, merlinadapter.Refuse(499, "gone")
	case "report":
		merlinadapter.Log("warn", "a week old")
		merlinadapter.Counter("hits", 1, merlinadapter.Labels{"zone": "a"})
		merlinadapter.Gauge("level", 2.5, nil)
		merlinadapter.Histogram("score", 0.3, nil, 0.5, 1)
		merlinadapter.Fatal("the GPU is gone")
	}
	return map[string]any{"predictions": predictions}, nil
}

func predictAll(_ context.Context, bodies []json.RawMessage) ([]any, error) {
	results := make([]any, len(bodies))
	for i, body := range bodies {
		var asked request
		if err := json.Unmarshal(body, &asked); err != nil {
			return nil, err
		}
		switch asked.Do {
		case "fail":
			return nil, errors.New("the password is hunter2")
		case "refuse":
			results[i] = merlinadapter.Refuse(422, "no")
		default:
			results[i] = map[string]int{"together": len(bodies)}
		}
	}
	return results, nil
}

func main() {
	switch os.Getenv("MODE") {
	case "batch":
		merlinadapter.ServeBatches(predictAll, merlinadapter.Options{Batch: 32})
	case "many":
		merlinadapter.Serve(predict, merlinadapter.Options{Concurrency: 4})
	default:
		merlinadapter.Serve(predict, merlinadapter.Options{})
	}
}
