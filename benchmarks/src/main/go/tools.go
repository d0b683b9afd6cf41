//go:build tools

// Package tools keeps the version of the load generator.
package tools

import _ "github.com/tsenart/vegeta/v12"
