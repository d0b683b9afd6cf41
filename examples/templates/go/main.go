// How many minutes a delivery takes. Replace the model and predict by your own.
package main

import (
	"context"
	"encoding/json"
	"log"
	"math"
	"os"
	"path/filepath"

	"deliveries/merlinadapter"
)

// model is what each km, each stop and the zone cost in minutes.
var model struct {
	Km    float64            `json:"km"`
	Stops float64            `json:"stops"`
	Zones map[string]float64 `json:"zones"`
}

// delivery is an instance: an object, or a list in this order.
type delivery struct {
	Km    *float64 `json:"km"`
	Stops *float64 `json:"stops"`
	Zone  *string  `json:"zone"`
}

func (d *delivery) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, &[]any{&d.Km, &d.Stops, &d.Zone})
	}
	type object delivery
	return json.Unmarshal(text, (*object)(d))
}

func predict(_ context.Context, body json.RawMessage) (any, error) {
	var request struct {
		Instances []json.RawMessage `json:"instances"`
	}
	if err := json.Unmarshal(body, &request); err != nil || request.Instances == nil {
		return nil, merlinadapter.Refuse(422, `the body must be {"instances": [...]}`)
	}
	minutes := make([]float64, len(request.Instances))
	for i, instance := range request.Instances {
		var d delivery
		if err := json.Unmarshal(instance, &d); err != nil || d.Km == nil || d.Stops == nil || d.Zone == nil {
			return nil, merlinadapter.Refuse(422, "instances[%d]: must be an object or a list of km, stops, zone", i)
		}
		zone, known := model.Zones[*d.Zone]
		if *d.Km < 0 || *d.Km > 1000 || *d.Stops < 0 || *d.Stops > 100 || !known {
			return nil, merlinadapter.Refuse(422, "instances[%d]: km must be from 0 to 1000, stops from 0 to 100, and the zone known", i)
		}
		minutes[i] = math.Round(10*(model.Km**d.Km+model.Stops**d.Stops+zone)) / 10
	}
	return map[string]any{"predictions": minutes}, nil
}

func main() {
	folder := os.Getenv("CARAML_ARTIFACT_LOCATION")
	if folder == "" {
		folder = "artifact"
	}
	text, err := os.ReadFile(filepath.Join(folder, "model.json"))
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(text, &model); err != nil {
		log.Fatal(err)
	}
	merlinadapter.Serve(predict, merlinadapter.Options{Concurrency: 8})
}
