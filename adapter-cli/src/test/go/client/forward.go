package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"merlinadapter/clients/upi"
)

// router forwards calls as Merlin's router does: whatever metadata comes with an answer goes on with its own, whose message
// it has read, perhaps changed, and written again.
type router struct {
	next   *grpc.ClientConn
	change func(*upi.PredictValuesResponse)
}

func (r router) predict(ctx context.Context, in *upi.PredictValuesRequest) (*upi.PredictValuesResponse, error) {
	if incoming, ok := metadata.FromIncomingContext(ctx); ok {
		ctx = metadata.NewOutgoingContext(ctx, incoming)
	}
	var header, trailer metadata.MD
	out := &upi.PredictValuesResponse{}
	err := r.next.Invoke(ctx, method, in, out, grpc.Header(&header), grpc.Trailer(&trailer))
	if failed := grpc.SetHeader(ctx, header); failed != nil {
		return nil, failed
	}
	if failed := grpc.SetTrailer(ctx, trailer); failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	r.change(out)
	return out, nil
}

func (r router) serve() (string, error) {
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "caraml.upi.v1.UniversalPredictionService",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "PredictValues",
			Handler: func(_ any, ctx context.Context, read func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				in := &upi.PredictValuesRequest{}
				if err := read(in); err != nil {
					return nil, err
				}
				return r.predict(ctx, in)
			},
		}},
	}, r)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { _ = server.Serve(listener) }()
	return listener.Addr().String(), nil
}

// proxy forwards requests as Knative's does: net/http's reverse proxy, over HTTP/2 without TLS on both sides. It insists
// that a body is as long as announced.
func proxy(to string) (string, error) {
	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: to})
	forward.FlushInterval = -1
	forward.Transport = &http2.Transport{
		AllowHTTP: true,
		DialTLSContext: func(ctx context.Context, network, address string, _ *tls.Config) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { _ = http.Serve(listener, h2c.NewHandler(forward, &http2.Server{})) }()
	return listener.Addr().String(), nil
}

// forward calls through a proxy, and through a proxy and a router behind it.
func forward(address string) error {
	direct, err := proxy(address)
	if err != nil {
		return err
	}
	next, err := dial(address)
	if err != nil {
		return err
	}
	defer next.Close()
	unchanged := func(*upi.PredictValuesResponse) {}
	longer := func(answer *upi.PredictValuesResponse) {
		answer.Metadata.ExperimentName = "an experiment that the program knows nothing of"
	}
	calls := 0
	for _, change := range []func(*upi.PredictValuesResponse){nil, unchanged, longer} {
		entrance := direct
		if change != nil {
			behind, err := (router{next, change}).serve()
			if err != nil {
				return err
			}
			if entrance, err = proxy(behind); err != nil {
				return err
			}
		}
		count, err := through(entrance, change)
		if err != nil {
			return err
		}
		calls += count
	}
	fmt.Println("forwarded:", calls)
	return nil
}

func through(entrance string, change func(*upi.PredictValuesResponse)) (int, error) {
	conn, err := dial(entrance)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	ctx, cancel := patiently()
	defer cancel()
	for i := 0; i < 20; i++ {
		rows := 1 + i%4
		what := request(fmt.Sprint("call ", i), 0, rows)
		if i%2 == 0 {
			what.TargetName = ""
		}
		response := &upi.PredictValuesResponse{}
		if err := conn.Invoke(ctx, method, what, response); err != nil {
			return i, err
		}
		if len(response.PredictionResultTable.Rows) != rows || response.TargetName != what.TargetName {
			return i, fmt.Errorf("another answer: %v", response)
		}
	}
	// An error comes through as well, with its text.
	bad := request("bad", 0, 1)
	bad.PredictionTable.Rows[0].Values = nil
	err = conn.Invoke(ctx, method, bad, &upi.PredictValuesResponse{})
	if status.Code(err) != codes.InvalidArgument || status.Convert(err).Message() == "" {
		return 20, errors.New("a refusal came as " + fmt.Sprint(err))
	}
	return 20, nil
}
