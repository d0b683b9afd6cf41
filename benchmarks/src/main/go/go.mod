module merlinadapter/benchmarks

go 1.19

require (
	github.com/tsenart/vegeta/v12 v12.8.4
	google.golang.org/grpc v1.56.3
	google.golang.org/protobuf v1.31.0
	merlinadapter/clients v0.0.0
)

require (
	github.com/c2h5oh/datasize v0.0.0-20171227191756-4eba002a5eae // indirect
	github.com/golang/protobuf v1.5.3 // indirect
	github.com/influxdata/tdigest v0.0.0-20180711151920-a7d76c6f093a // indirect
	github.com/mailru/easyjson v0.7.0 // indirect
	github.com/tsenart/go-tsz v0.0.0-20180814232043-cdeb9e1e981e // indirect
	golang.org/x/net v0.14.0 // indirect
	golang.org/x/sys v0.12.0 // indirect
	golang.org/x/text v0.12.0 // indirect
	google.golang.org/genproto v0.0.0-20230410155749-daa745c078e1 // indirect
)

replace merlinadapter/clients => ../../../../adapter-cli/src/test/go
