// A caller of UPI for benchmarks: load ADDRESS ROWSxCOLUMNS IN_FLIGHT SECONDS prints one object of JSON.
//
// A closed loop: each of the callers asks again when it has its answer; all share one connection, as callers in a mesh do.
// The message is made once, and answers are not decoded, so that the caller takes little from the server.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"merlinadapter/clients/upi"
)

const method = "/caraml.upi.v1.UniversalPredictionService/PredictValues"

// raw sends and takes bytes as they are.
type raw struct{}

func (raw) Name() string                       { return "proto" }
func (raw) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil }

type result struct {
	Requests int     `json:"requests"`
	Failures int     `json:"failures"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50"`
	P99      float64 `json:"p99"`
	Fault    string  `json:"fault"`
}

func main() {
	var rows, columns int
	if _, err := fmt.Sscanf(os.Args[2], "%dx%d", &rows, &columns); err != nil {
		log.Fatal(err)
	}
	inFlight, _ := strconv.Atoi(os.Args[3])
	seconds, err := strconv.ParseFloat(os.Args[4], 64)
	if err != nil || inFlight < 1 || seconds > 60 {
		log.Fatal("usage: load ADDRESS ROWSxCOLUMNS IN_FLIGHT SECONDS")
	}
	message := request(rows, columns)
	connection, err := grpc.Dial(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{}), grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(run(connection, message, inFlight, time.Duration(seconds*float64(time.Second))))
}

func request(rows, columns int) []byte {
	random := rand.New(rand.NewSource(17))
	table := &upi.Table{Name: "features"}
	for j := 0; j < columns; j++ {
		table.Columns = append(table.Columns, &upi.Column{Name: fmt.Sprint("c", j), Type: upi.Type_TYPE_DOUBLE})
	}
	for i := 0; i < rows; i++ {
		row := &upi.Row{RowId: fmt.Sprint("r", i)}
		for j := 0; j < columns; j++ {
			row.Values = append(row.Values, &upi.Value{DoubleValue: random.NormFloat64()})
		}
		table.Rows = append(table.Rows, row)
	}
	message, err := proto.Marshal(&upi.PredictValuesRequest{PredictionTable: table})
	if err != nil {
		log.Fatal(err)
	}
	return message
}

func run(connection *grpc.ClientConn, message []byte, inFlight int, during time.Duration) result {
	var lock sync.Mutex
	var all []time.Duration
	var over result
	var callers sync.WaitGroup
	began := time.Now()
	for i := 0; i < inFlight; i++ {
		callers.Add(1)
		go func() {
			defer callers.Done()
			var took []time.Duration
			failures, fault := 0, ""
			for time.Since(began) < during {
				asked := time.Now()
				var answer []byte
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				if err := connection.Invoke(ctx, method, &message, &answer); err != nil {
					failures, fault = failures+1, err.Error()
				} else {
					took = append(took, time.Since(asked))
				}
				cancel()
			}
			lock.Lock()
			defer lock.Unlock()
			all = append(all, took...)
			over.Failures += failures
			if fault != "" {
				over.Fault = fault
			}
		}()
	}
	callers.Wait()
	over.Seconds = time.Since(began).Seconds()
	over.Requests = len(all)
	if len(all) > 0 {
		sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
		over.P50 = all[len(all)/2].Seconds()
		over.P99 = all[len(all)*99/100].Seconds()
	}
	return over
}
