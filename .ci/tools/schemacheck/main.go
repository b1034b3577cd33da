// Schemacheck holds the schema of procedures against what their reader says: an
// independent validator has to accept every NAME.accept.yaml in a folder and to
// reject every NAME.reject.yaml.
//
//	go test ./sop -run 'TestGoodFile|TestBadFiles|TestSchemaCases' -schemacases DIR
//	cd .ci/tools && go run ./schemacheck ../../sop/samples/procedure.schema.json DIR
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: schemacheck SCHEMA DIR")
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	schema, err := c.Compile(args[0])
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(args[1], "*.yaml"))
	if err != nil {
		return err
	}
	count, wrong := map[bool]int{}, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		value, err := values(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		want := strings.HasSuffix(name, ".accept.yaml")
		count[want]++
		if err := schema.Validate(value); (err == nil) != want {
			wrong++
			fmt.Printf("%s: the reader and the schema differ: %v\n", name, err)
		}
	}
	fmt.Printf("%d files that the schema accepts, %d that it rejects, %d otherwise than the reader\n", count[true], count[false], wrong)
	if wrong > 0 || count[true] == 0 || count[false] == 0 {
		return fmt.Errorf("the schema does not say what the reader says")
	}
	return nil
}

// values reads YAML as an editor does: as JSON's kinds of value, with dates as texts.
func values(data []byte) (any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	return value(doc.Content[0])
}

func value(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.SequenceNode:
		out := []any{}
		for _, item := range n.Content {
			v, err := value(item)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := value(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			out[n.Content[i].Value] = v
		}
		return out, nil
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!null":
			return nil, nil
		case "!!bool":
			return strconv.ParseBool(strings.ToLower(n.Value))
		case "!!int", "!!float":
			return json.Number(strings.TrimPrefix(n.Value, "+")), nil
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: neither a list nor keys nor a value", n.Line)
}
