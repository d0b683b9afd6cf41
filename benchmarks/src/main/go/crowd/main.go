// Callers of which there are too many: crowd http|grpc ADDRESS CALLERS RATE DEADLINE_MS SECONDS prints one object of JSON.
//
// With RATE 0 they come in a closed loop, and again at once whatever they were told; else so many calls a second are made,
// whatever became of those before. "foretold" compares waits: crowd foretold ADDRESS CALLERS PERIOD SECONDS keeps so many
// callers waiting, asks beside them with a deadline that can't be kept, so that the wait expected is told, and takes the time
// that a call made at the same moment really waits. Speed changes at whole multiples of PERIOD.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"
	"sort"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"merlinadapter/clients/upi"
)

const (
	method = "/caraml.upi.v1.UniversalPredictionService/PredictValues"
	body   = `{"instances":[[1.5]]}`
	// Calls of an open loop that are under way: more are not sent, and counted.
	most = 5000
	// gRPC connections, as of as many pods.
	channels = 64
)

var message = &upi.PredictValuesRequest{PredictionTable: &upi.Table{Name: "t",
	Columns: []*upi.Column{{Name: "a", Type: upi.Type_TYPE_DOUBLE}},
	Rows:    []*upi.Row{{RowId: "1", Values: []*upi.Value{{DoubleValue: 1.5}}}}}}

// call makes the i-th call. Returns what became of it: answered, refused, late or failed.
type call func(i int, deadline time.Duration) (string, error)

func overHTTP(address string) call {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20_000}, Timeout: 30 * time.Second}
	return func(int, time.Duration) (string, error) {
		answer, err := client.Post("http://"+address+"/v1/models/model-1:predict", "application/json", bytes.NewReader([]byte(body)))
		if err != nil {
			return "failed", err
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return "failed", err
		}
		switch answer.StatusCode {
		case 200:
			return "answered", nil
		case 503:
			return "refused", nil
		case 504:
			return "late", nil
		}
		return "failed", fmt.Errorf("%s", answer.Status)
	}
}

func overGRPC(address string, n int) call {
	connections := make([]*grpc.ClientConn, n)
	for i := range connections {
		var err error
		connections[i], err = grpc.Dial(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
		if err != nil {
			log.Fatal(err)
		}
	}
	return func(i int, deadline time.Duration) (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		err := connections[i%n].Invoke(ctx, method, message, new(upi.PredictValuesResponse))
		switch status.Code(err) {
		case codes.OK:
			return "answered", nil
		case codes.Unavailable, codes.ResourceExhausted:
			return "refused", err
		case codes.DeadlineExceeded:
			return "late", err
		}
		return "failed", err
	}
}

type result struct {
	Answered int     `json:"answered"`
	Refused  int     `json:"refused"`
	Late     int     `json:"late"`
	Failed   int     `json:"failed"`
	Unsent   int     `json:"unsent"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50"`
	P99      float64 `json:"p99"`
	Fault    string  `json:"fault"`
}

func crowd(ask call, callers int, rate float64, deadline, during time.Duration) result {
	var lock sync.Mutex
	var told result
	var took []float64
	began := time.Now()
	one := func(i int) {
		asked := time.Now()
		became, err := ask(i, deadline)
		lock.Lock()
		defer lock.Unlock()
		if time.Since(began) > during {
			return // of these, nobody asks again
		}
		switch became {
		case "answered":
			told.Answered++
			took = append(took, time.Since(asked).Seconds())
		case "refused":
			told.Refused++
		case "late":
			told.Late++
		default:
			told.Failed++
			told.Fault = fmt.Sprint(err)
		}
	}
	var all sync.WaitGroup
	if rate == 0 {
		for i := 0; i < callers; i++ {
			all.Add(1)
			go func(i int) {
				defer all.Done()
				for time.Since(began) < during {
					one(i)
				}
			}(i)
		}
	} else {
		places := make(chan struct{}, most)
		for i := 0; ; i++ {
			due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
			if due.Sub(began) > during {
				break
			}
			time.Sleep(time.Until(due))
			select {
			case places <- struct{}{}:
			default:
				lock.Lock()
				told.Unsent++
				lock.Unlock()
				continue
			}
			all.Add(1)
			go func(i int) {
				defer all.Done()
				defer func() { <-places }()
				one(i)
			}(i)
		}
	}
	all.Wait()
	told.Seconds = during.Seconds()
	sort.Float64s(took)
	if len(took) > 0 {
		told.P50, told.P99 = took[len(took)/2], took[len(took)*99/100]
	}
	return told
}

// One wait: since when, how long it was expected to be, and how long it was.
type wait struct {
	at           time.Time
	told, really time.Duration
}

type foretelling struct {
	Waits int `json:"waits"`
	Right int `json:"right"`
	// Of those during which the program was as fast as before.
	Steady      int     `json:"steady"`
	SteadyRight int     `json:"steady_right"`
	Low         float64 `json:"low"`
	Median      float64 `json:"median"`
	High        float64 `json:"high"`
}

var expected = regexp.MustCompile(`would wait about (\d+) ms`)

func foretold(address string, callers int, period, during time.Duration) foretelling {
	ask := overGRPC(address, 1)
	began := time.Now()
	var all sync.WaitGroup
	for i := 0; i < callers; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for time.Since(began) < during {
				ask(0, time.Minute)
			}
		}()
	}
	var lock sync.Mutex
	var waits []wait
	for time.Since(began) < during {
		time.Sleep(20 * time.Millisecond)
		all.Add(1)
		go func() {
			defer all.Done()
			at, said := time.Now(), make(chan string, 1)
			go func() {
				_, err := ask(0, 5*time.Millisecond)
				said <- fmt.Sprint(err)
			}()
			became, _ := ask(0, time.Minute)
			really := time.Since(at)
			if words := expected.FindStringSubmatch(<-said); words != nil && became == "answered" {
				millis, _ := strconv.Atoi(words[1])
				lock.Lock()
				defer lock.Unlock()
				waits = append(waits, wait{at, time.Duration(millis) * time.Millisecond, really})
			}
		}()
	}
	all.Wait()
	var told foretelling
	var ratios []float64
	for _, w := range waits {
		ratio := w.told.Seconds() / w.really.Seconds()
		ratios = append(ratios, ratio)
		right := ratio >= 0.5 && ratio <= 2
		// Nobody can know beforehand that the program will be slower; and a second later it is known that it is.
		steady := w.at.Add(-time.Second).UnixNano()/int64(period) == w.at.Add(w.really).UnixNano()/int64(period)
		told.Waits++
		if right {
			told.Right++
		}
		if steady {
			told.Steady++
		}
		if right && steady {
			told.SteadyRight++
		}
	}
	if len(ratios) == 0 {
		log.Fatal("nobody was told how long to wait")
	}
	sort.Float64s(ratios)
	told.Low, told.Median, told.High = ratios[len(ratios)/20], ratios[len(ratios)/2], ratios[len(ratios)*19/20]
	return told
}

func number(index int) float64 {
	value, err := strconv.ParseFloat(os.Args[index], 64)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func seconds(index int) time.Duration {
	return time.Duration(number(index) * float64(time.Second))
}

func main() {
	if len(os.Args) < 6 {
		log.Fatal("usage: crowd http|grpc ADDRESS CALLERS RATE DEADLINE_MS SECONDS, or crowd foretold ADDRESS CALLERS PERIOD SECONDS")
	}
	var told any
	switch os.Args[1] {
	case "foretold":
		told = foretold(os.Args[2], int(number(3)), seconds(4), seconds(5))
	case "http":
		told = crowd(overHTTP(os.Args[2]), int(number(3)), number(4), seconds(5)/1000, seconds(6))
	default:
		told = crowd(overGRPC(os.Args[2], channels), int(number(3)), number(4), seconds(5)/1000, seconds(6))
	}
	json.NewEncoder(os.Stdout).Encode(told)
}
