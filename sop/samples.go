package sop

import (
	"bytes"
	"embed"
	"io/fs"
)

//go:embed samples
var samples embed.FS

// Samples holds procedures to copy and change, one *.yaml file each, and the schema
// that they name: written for Larkspur, an invented invoicing app for small shops.
var Samples = func() fs.FS {
	sub, err := fs.Sub(samples, "samples")
	if err != nil {
		panic(err) // the path is a constant
	}
	return sub
}()

// SchemaFile is the name under which the samples look for the schema.
const SchemaFile = "procedure.schema.json"

// Schema returns the JSON Schema (2020-12) of the file format. An editor that has it
// completes keys and marks mistakes while one types: put it beside the procedures
// as [SchemaFile] and let each begin with
//
//	# yaml-language-server: $schema=procedure.schema.json
//
// What a schema can say, it says as [Parse] does. It cannot follow a step id, a
// question or a procedure to where it leads.
func Schema() []byte { return bytes.Clone(schema) }

var schema = func() []byte {
	data, err := fs.ReadFile(Samples, SchemaFile)
	if err != nil {
		panic(err) // it is embedded
	}
	return data
}()
