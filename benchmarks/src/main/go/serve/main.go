// What an engineer would write by hand: serve http ADDRESS, or serve grpc ADDRESS. Both send back what they are sent.
package main

import (
	"context"
	"encoding/json"
	"log"
	"math"
	"net"
	"net/http"
	"os"

	"google.golang.org/grpc"

	"merlinadapter/clients/upi"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[1] == "grpc" {
		server := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32))
		server.RegisterService(&service, nil)
		log.Fatal(server.Serve(listener))
	}
	http.HandleFunc("/v1/models/model-1:predict", predict)
	log.Fatal(http.Serve(listener, nil))
}

func predict(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Instances [][]float64 `json:"instances"`
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"predictions": request.Instances})
}

var service = grpc.ServiceDesc{
	ServiceName: "caraml.upi.v1.UniversalPredictionService",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "PredictValues",
		Handler: func(_ any, _ context.Context, read func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			var request upi.PredictValuesRequest
			if err := read(&request); err != nil {
				return nil, err
			}
			return &upi.PredictValuesResponse{PredictionResultTable: request.PredictionTable}, nil
		},
	}},
}
