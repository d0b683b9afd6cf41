package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const largest = 100

var missing = float32(math.NaN())

// answer makes the result of a request; now and then it asks whether anybody still wants it.
func (f *forest) answer(body []byte, unwanted func() bool) ([]byte, error) {
	var request struct{ Instances []json.RawMessage }
	if err := json.Unmarshal(body, &request); err != nil || request.Instances == nil {
		return nil, errors.New(`the request: must be {"instances": [...]}`)
	}
	row, probabilities := make([]float32, len(f.columns)), make([]float32, len(f.species))
	result := append(make([]byte, 0, 32+100*len(request.Instances)), `{"predictions":[`...)
	for i, instance := range request.Instances {
		if unwanted() {
			return nil, errors.New("cancelled")
		}
		if err := f.read(instance, row); err != nil {
			return nil, fmt.Errorf("instances[%d]: %w", i, err)
		}
		f.predict(row, probabilities)
		if i > 0 {
			result = append(result, ',')
		}
		result = f.append(result, probabilities)
	}
	return append(result, "]}"...), nil
}

// read fills the row with the measurements of one flower, given as an object or as a list in the order of the columns.
func (f *forest) read(instance []byte, row []float32) error {
	var values []json.RawMessage
	if json.Unmarshal(instance, &values) != nil {
		var named map[string]json.RawMessage
		if json.Unmarshal(instance, &named) == nil && len(named) == len(row) {
			for _, column := range f.columns {
				if value, ok := named[column]; ok {
					values = append(values, value)
				}
			}
		}
	}
	if len(values) != len(row) {
		return fmt.Errorf("must be an object or a list of %s", strings.Join(f.columns, ", "))
	}
	for i, value := range values {
		var ok bool
		if row[i], ok = number(string(value)); !ok {
			return fmt.Errorf("%s is %.40s (expected: a number from 0 to %d, or null)", f.columns[i], value, largest)
		}
	}
	return nil
}

func number(text string) (float32, bool) {
	if text == "null" || text == `"NaN"` {
		return missing, true
	}
	value, err := strconv.ParseFloat(text, 64) // of 64 bits first, as in other languages
	return float32(value), err == nil && value >= 0 && value <= largest
}

// append writes what the caller gets: the likeliest species first, then how likely each is.
func (f *forest) append(result []byte, probabilities []float32) []byte {
	result = append(result, `{"species":`...)
	result = append(result, f.species[argmax(probabilities)]...)
	for i, probability := range probabilities {
		result = append(append(append(result, ','), f.species[i]...), ':')
		result = strconv.AppendFloat(result, math.Round(float64(probability)*1e6)/1e6, 'g', -1, 64)
	}
	return append(result, '}')
}
