package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// fiberCodec is protobuf under another name, as routers have it.
type fiberCodec struct{}

func (fiberCodec) Name() string { return "fiber" }

func (fiberCodec) Marshal(message any) ([]byte, error) { return proto.Marshal(message.(proto.Message)) }

func (fiberCodec) Unmarshal(data []byte, into any) error {
	return proto.Unmarshal(data, into.(proto.Message))
}

// fiber calls with content-type application/grpc+fiber.
func fiber(address string) error {
	encoding.RegisterCodec(fiberCodec{})
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := patiently()
	defer cancel()
	if err := predict(ctx, conn, request("fiber", 0, 3), grpc.CallContentSubtype("fiber")); err != nil {
		return err
	}
	fmt.Println("answered")
	return nil
}

// early calls before anybody listens, says so, and waits for the answer.
func early(address string) error {
	conn, err := dial(address, grpc.WithConnectParams(grpc.ConnectParams{
		Backoff: backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1, MaxDelay: 50 * time.Millisecond},
	}))
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- predict(ctx, conn, request("early", 0, 3), grpc.WaitForReady(true)) }()
	for state := conn.GetState(); state != connectivity.TransientFailure; state = conn.GetState() {
		if !conn.WaitForStateChange(ctx, state) {
			return errors.New("somebody listens already")
		}
	}
	select {
	case err := <-answered:
		return fmt.Errorf("ended before there was a server: %w", err)
	default:
		fmt.Println("refused")
	}
	if err := <-answered; err != nil {
		return err
	}
	fmt.Println("answered")
	return nil
}

// deadlines has calls end at theirs, and one answered that has a longer one.
func deadlines(address string) error {
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	const calls = 40
	ended := make(chan error, calls)
	for i := 0; i < calls; i++ {
		go func(i int) { ended <- deadline(conn, fmt.Sprint("late ", i), time.Duration(20+10*i)*time.Millisecond) }(i)
	}
	for i := 0; i < calls; i++ {
		if err := <-ended; err != nil {
			return err
		}
	}
	ctx, cancel := patiently()
	defer cancel()
	if err := predict(ctx, conn, request("in time", 100, 3)); err != nil {
		return err
	}
	fmt.Println("ended in time:", calls)
	return nil
}

func deadline(conn *grpc.ClientConn, name string, after time.Duration) error {
	started := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	err := predict(ctx, conn, request(name, 3000, 1))
	took := time.Since(started)
	if status.Code(err) != codes.DeadlineExceeded || took < after || took > after+2*time.Second {
		return fmt.Errorf("%s, with a deadline after %v, ended after %v: %v", name, after, took, err)
	}
	return nil
}

// timeout has a call ended by the server's own limit, and shows what it is told.
func timeout(address string) error {
	conn, err := dial(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := patiently()
	defer cancel()
	err = predict(ctx, conn, request("slow", 15_000, 1))
	if status.Code(err) != codes.DeadlineExceeded || ctx.Err() != nil {
		return fmt.Errorf("ended with: %v", err)
	}
	fmt.Println(status.Convert(err).Message())
	return nil
}
