package main

import (
	"strings"
	"testing"
)

func model(t testing.TB) *forest {
	f, err := load("artifact/iris.json")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func always() bool { return true }
func never() bool  { return false }

func TestWhatNobodyWaitsForIsNotWorkedOn(t *testing.T) {
	result, err := model(t).answer([]byte(`{"instances":[[1,2,3,4]]}`), always)
	if result != nil || err == nil || err.Error() != "cancelled" {
		t.Errorf("%s, %v", result, err)
	}
}

func TestAFileOfAnotherKindIsNoModel(t *testing.T) {
	_, err := load("response.json")
	if err == nil || !strings.Contains(err.Error(), "expected: gbtree with multi:softprob") {
		t.Error(err)
	}
}

func BenchmarkOneFlower(b *testing.B) {
	f, body := model(b), []byte(`{"instances":[[6.0,2.7,5.1,1.6]]}`)
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if _, err := f.answer(body, never); err != nil {
			b.Fatal(err)
		}
	}
}
