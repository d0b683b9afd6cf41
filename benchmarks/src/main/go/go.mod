module merlinadapter/benchmarks

go 1.19

require (
	golang.org/x/sys v0.12.0
	google.golang.org/grpc v1.56.3
	google.golang.org/protobuf v1.31.0
	merlinadapter/clients v0.0.0
)

require (
	github.com/golang/protobuf v1.5.3 // indirect
	golang.org/x/net v0.14.0 // indirect
	golang.org/x/text v0.12.0 // indirect
	google.golang.org/genproto v0.0.0-20230410155749-daa745c078e1 // indirect
)

replace merlinadapter/clients => ../../../../adapter-cli/src/test/go
