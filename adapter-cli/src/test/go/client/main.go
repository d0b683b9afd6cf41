// Command client is the caller of UPI_V1 that most are: one with google.golang.org/grpc. client WHAT ADDRESS does one
// thing and checks what comes of it; it ends with 0 when that is as it should be, and says so.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// How long a call may take that isn't expected to end otherwise.
const patience = 20 * time.Second

var commands = map[string]func(address string) error{
	"fiber":     fiber,
	"early":     early,
	"deadlines": deadlines,
	"timeout":   timeout,
	"storm":     storm,
	"pings":     pings,
	"forward":   forward,
}

func main() {
	if len(os.Args) != 3 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: client fiber|early|deadlines|timeout|storm|pings|forward HOST:PORT")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func dial(address string, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	return grpc.Dial(address, append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
}

func patiently() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}
