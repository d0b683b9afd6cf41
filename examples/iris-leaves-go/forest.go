package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// forest is what XGBoost's save_model() writes as JSON, for the objective multi:softprob and columns of numbers.
type forest struct {
	columns []string
	species [][]byte // in JSON
	base    float32
	trees   []tree
}

type tree struct {
	class int
	nodes []node
}

type node struct {
	limit                float32 // below it is left; in a leaf, what the leaf adds
	column               int
	left, right, missing int // nodes of the same tree; left is -1 in a leaf
}

func load(file string) (*forest, error) {
	var saved struct {
		Learner struct {
			Attributes struct{ Species string }
			Columns    []string `json:"feature_names"`
			Booster    struct {
				Name  string
				Model struct {
					Classes []int `json:"tree_info"`
					Trees   []savedTree
				}
			} `json:"gradient_booster"`
			Parameters struct {
				Base float32 `json:"base_score,string"`
			} `json:"learner_model_param"`
			Objective struct{ Name string }
		}
	}
	bytes, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(bytes, &saved)
	}
	if err != nil {
		return nil, err
	}
	learner := saved.Learner
	if learner.Booster.Name != "gbtree" || learner.Objective.Name != "multi:softprob" {
		return nil, fmt.Errorf("%s is %s with %s (expected: gbtree with multi:softprob)",
			file, learner.Booster.Name, learner.Objective.Name)
	}
	f := &forest{columns: learner.Columns, base: learner.Parameters.Base}
	for _, name := range strings.Split(learner.Attributes.Species, ",") {
		f.species = append(f.species, []byte(strconv.Quote(name)))
	}
	for i, saved := range learner.Booster.Model.Trees {
		f.trees = append(f.trees, tree{learner.Booster.Model.Classes[i], saved.nodes()})
	}
	return f, nil
}

// savedTree has its nodes in columns.
type savedTree struct {
	Limit  []float32 `json:"split_conditions"`
	Column []int     `json:"split_indices"`
	Left   []int     `json:"left_children"`
	Right  []int     `json:"right_children"`
	ToLeft []int     `json:"default_left"`
}

func (t savedTree) nodes() []node {
	nodes := make([]node, len(t.Limit))
	for i := range nodes {
		nodes[i] = node{t.Limit[i], t.Column[i], t.Left[i], t.Right[i], t.Right[i]}
		if t.ToLeft[i] == 1 {
			nodes[i].missing = t.Left[i]
		}
	}
	return nodes
}

// leaf is what the tree adds for a row, in which NaN is a missing value.
func (t tree) leaf(row []float32) float32 {
	at := &t.nodes[0]
	for at.left >= 0 {
		value, next := row[at.column], at.right
		if value < at.limit {
			next = at.left
		} else if value != value {
			next = at.missing
		}
		at = &t.nodes[next]
	}
	return at.limit
}

// predict fills in how likely each species is. The sums are of 32 bits and in this order, as XGBoost's are.
func (f *forest) predict(row, probabilities []float32) {
	for i := range probabilities {
		probabilities[i] = f.base
	}
	for _, t := range f.trees {
		probabilities[t.class] += t.leaf(row)
	}
	most, sum := probabilities[argmax(probabilities)], 0.0
	for i, margin := range probabilities {
		probabilities[i] = float32(math.Exp(float64(margin - most)))
		sum += float64(probabilities[i])
	}
	for i := range probabilities {
		probabilities[i] /= float32(sum)
	}
}

func argmax(values []float32) int {
	top := 0
	for i, value := range values {
		if value > values[top] {
			top = i
		}
	}
	return top
}
