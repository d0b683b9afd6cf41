package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"merlinadapter/clients/upi"
)

const method = "/caraml.upi.v1.UniversalPredictionService/PredictValues"

// request is one like which there is no other, if its name is; the program holds it for so many milliseconds, or, if
// that is 0, for as long as it likes.
func request(name string, hold, rows int) *upi.PredictValuesRequest {
	table := &upi.Table{Name: "rides", Columns: []*upi.Column{
		{Name: "hold", Type: upi.Type_TYPE_DOUBLE},
		{Name: "number", Type: upi.Type_TYPE_DOUBLE},
		{Name: "text", Type: upi.Type_TYPE_STRING},
	}}
	for i := 0; i < rows; i++ {
		text := fmt.Sprint(name, " ", i, " ", strings.Repeat("é", rand.Intn(60)))
		table.Rows = append(table.Rows, &upi.Row{
			RowId: fmt.Sprint(name, "/", i),
			Values: []*upi.Value{
				{DoubleValue: float64(hold)},
				{DoubleValue: rand.Float64()},
				{StringValue: text},
			},
		})
	}
	return &upi.PredictValuesRequest{
		PredictionTable: table,
		TargetName:      "target " + name,
		Metadata:        &upi.RequestMetadata{PredictionId: name},
	}
}

// answer is what a program makes of a request that predicts its own rows.
func answer(of *upi.PredictValuesRequest) *upi.PredictValuesResponse {
	table := &upi.Table{Name: of.PredictionTable.Name, Rows: of.PredictionTable.Rows}
	for i, column := range of.PredictionTable.Columns {
		table.Columns = append(table.Columns, &upi.Column{Name: fmt.Sprint("prediction_", i), Type: column.Type})
	}
	return &upi.PredictValuesResponse{
		PredictionResultTable: table,
		TargetName:            of.TargetName,
		Metadata: &upi.ResponseMetadata{
			PredictionId: of.Metadata.PredictionId,
			Models:       []*upi.ModelMetadata{{Name: "model", Version: "1"}},
		},
	}
}

// predict calls, and fails also when the answer isn't the request's own.
func predict(ctx context.Context, conn *grpc.ClientConn, what *upi.PredictValuesRequest, options ...grpc.CallOption) error {
	response := &upi.PredictValuesResponse{}
	if err := conn.Invoke(ctx, method, what, response, options...); err != nil {
		return err
	}
	if expected := answer(what); !bytes.Equal(wire(response), wire(expected)) {
		return fmt.Errorf("answered\n%s\ninstead of\n%s", prototext.Format(response), prototext.Format(expected))
	}
	return nil
}

func wire(message proto.Message) []byte {
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		panic(err)
	}
	return encoded
}

func init() {
	rand.Seed(1)
}
