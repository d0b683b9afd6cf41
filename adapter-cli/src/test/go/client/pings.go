package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync/atomic"

	"golang.org/x/net/http2"
	"google.golang.org/grpc"
)

// More than any keep-alive sends.
const burst = 2000

// watched is a connection that counts the PINGs of ours that the other side answers.
type watched struct {
	net.Conn
	copies *io.PipeWriter
	acked  chan struct{}
}

func watch(conn net.Conn) *watched {
	reader, writer := io.Pipe()
	w := &watched{conn, writer, make(chan struct{}, burst)}
	go func() {
		frames := http2.NewFramer(io.Discard, reader)
		for {
			frame, err := frames.ReadFrame()
			if err != nil {
				// No frames of ours any more, but grpc's reading goes on.
				_, _ = io.Copy(io.Discard, reader)
				return
			}
			if ping, ok := frame.(*http2.PingFrame); ok && ping.IsAck() && bytes.HasPrefix(ping.Data[:], []byte("ours")) {
				w.acked <- struct{}{}
			}
		}
	}()
	return w
}

func (w *watched) Read(into []byte) (int, error) {
	n, err := w.Conn.Read(into)
	_, _ = w.copies.Write(into[:n])
	if err != nil {
		w.copies.Close()
	}
	return n, err
}

// pings sends a burst of PINGs while no call is under way; the connection is to outlive them.
func pings(address string) error {
	var dials atomic.Int32
	var conn atomic.Pointer[watched]
	client, err := dial(address, grpc.WithContextDialer(func(ctx context.Context, to string) (net.Conn, error) {
		dials.Add(1)
		plain, err := (&net.Dialer{}).DialContext(ctx, "tcp", to)
		if err != nil {
			return nil, err
		}
		conn.Store(watch(plain))
		return conn.Load(), nil
	}))
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := patiently()
	defer cancel()
	if err := predict(ctx, client, request("before", 0, 3)); err != nil {
		return err
	}
	if err := sendBurst(ctx, conn.Load()); err != nil {
		return err
	}
	if err := predict(ctx, client, request("after", 0, 3)); err != nil {
		return err
	}
	if n := dials.Load(); n != 1 {
		return fmt.Errorf("%d connections instead of one", n)
	}
	fmt.Println("answered PINGs:", burst)
	return nil
}

func sendBurst(ctx context.Context, conn *watched) error {
	var data [8]byte
	copy(data[:], "ours")
	var all bytes.Buffer
	frames := http2.NewFramer(&all, nil)
	for i := uint32(0); i < burst; i++ {
		binary.BigEndian.PutUint32(data[4:], i)
		if err := frames.WritePing(false, data); err != nil {
			return err
		}
	}
	// In one piece, so that nothing of grpc's gets in between.
	if _, err := conn.Write(all.Bytes()); err != nil {
		return err
	}
	for i := 0; i < burst; i++ {
		select {
		case <-conn.acked:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d PINGs answered after %v", i, burst, patience)
		}
	}
	return nil
}
