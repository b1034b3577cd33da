package sop

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// SchemaCases is the folder that the tests write files into for the independent
// validator in .ci/tools: NAME.accept.yaml and NAME.reject.yaml, by what the schema
// has to say of them.
var SchemaCases = flag.String("schemacases", "", "write the files that the schema is held against into this folder")

// notYAML are complaints about what stands below the format.
var notYAML = []string{
	"control character", "not UTF-8", "a tab indents", "is said twice, first on line", "a second document", "the anchor", "the alias", "the merge key", "the tag",
	"not a plain word", "values lie more than", "the file holds more", "the file has", "the file is empty",
}

// beyondSchema are complaints that a schema cannot have: they need to follow a name,
// to compare two places or to read another language.
var beyondSchema = []string{
	"no step is called", "no question is called", "is there already", "already, on line", "is not an answer to", "says no time", "has no cases",
	"is not a regular expression", "too large a regular expression", "regular expressions", "is there twice", "is listed twice", "stands for too much",
}

// SchemaVerdict is what the schema has to say of a file, by what the reader says:
// "accept", "reject", or "" where it is no YAML and there is nothing to hold it to.
func SchemaVerdict(data []byte) string {
	_, err := Parse("f", data)
	if err == nil {
		return "accept"
	}
	verdict := "accept"
	for _, e := range err.(Errors) {
		has := func(s string) bool { return strings.Contains(e.Message, s) }
		switch {
		case slices.ContainsFunc(notYAML, has) || slices.ContainsFunc(complaints, func(c complaint) bool { return e.Message == c.message }):
			return ""
		case !slices.ContainsFunc(beyondSchema, has):
			verdict = "reject"
		}
	}
	return verdict
}

// WriteSchemaCase writes a file for the validator, if there is a folder for it.
func WriteSchemaCase(t *testing.T, name string, data []byte) {
	verdict := SchemaVerdict(data)
	if *SchemaCases == "" || verdict == "" {
		return
	}
	require.NoError(t, os.MkdirAll(*SchemaCases, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(*SchemaCases, strings.ReplaceAll(name, " ", "-")+"."+verdict+".yaml"), data, 0o644))
}

// Mutations spoils a sound file in each place in each way: a key left out, a key
// misspelt, a key more, a value of another kind.
func Mutations(data []byte) [][]byte {
	r := &reader{file: "f", lines: 1 << 30}
	root := r.tree(data)
	var out [][]byte
	keep := func() { out = append(out, []byte(asJSON(root)+"\n")) }
	others := []*node{
		{tag: "!!null"}, {tag: "!!int", text: "7"}, {tag: "!!bool", text: "true"}, {tag: "!!str", text: ""}, {tag: "!!str", text: "Zzz 7"},
		{kind: list}, {kind: list, items: []*node{{tag: "!!str", text: "zzz"}}}, {kind: mapping, fields: []field{{key: "zzz", value: &node{tag: "!!int", text: "1"}}}},
	}
	var walk func(n *node)
	walk = func(n *node) {
		for i := range n.items {
			was := n.items[i]
			for _, v := range others {
				n.items[i] = v
				keep()
			}
			n.items[i] = was
			walk(was)
		}
		for i := range n.fields {
			was, all := n.fields[i], n.fields
			n.fields = slices.Delete(slices.Clone(all), i, i+1)
			keep()
			n.fields = slices.Insert(slices.Clone(all), i, field{key: "zzz", value: others[1]})
			keep()
			n.fields = all
			n.fields[i].key += "x"
			keep()
			n.fields[i] = was
			for _, v := range others {
				n.fields[i].value = v
				keep()
			}
			n.fields[i] = was
			walk(was.value)
		}
	}
	walk(root)
	return out
}

func asJSON(n *node) string {
	var parts []string
	switch n.kind {
	case list:
		for _, item := range n.items {
			parts = append(parts, asJSON(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case mapping:
		for _, f := range n.fields {
			parts = append(parts, strconv.Quote(f.key)+": "+asJSON(f.value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	switch n.tag {
	case "!!null":
		return "null"
	case "!!int", "!!float", "!!bool":
		return strings.ToLower(n.text)
	}
	b, err := json.Marshal(n.text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// The schema knows the reader's keys and words, and no others. The rest of what it
// says is held against the reader by .ci/tools/schemacheck.
func TestSchemaKnowsTheReadersWords(t *testing.T) {
	type def struct {
		Properties map[string]json.RawMessage
		OneOf      []json.RawMessage
	}
	var s struct {
		def
		Defs map[string]def `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(Schema(), &s))
	keys := func(d def) []string {
		var out []string
		for k := range d.Properties {
			out = append(out, k)
		}
		slices.Sort(out)
		return out
	}
	sorted := func(lists ...[]string) []string {
		out := slices.Concat(lists...)
		slices.Sort(out)
		return out
	}
	enum := func(raw json.RawMessage) []string {
		var v struct {
			Enum  []string
			Const any
		}
		require.NoError(t, json.Unmarshal(raw, &v))
		if s, ok := v.Const.(string); ok {
			v.Enum = []string{s}
		}
		return v.Enum
	}
	require.Equal(t, sorted(topKeys), keys(s.def))
	for name, want := range map[string][]string{
		"need": needKeys, "limit": limitKeys, "escalation": escalationKeys, "see": seeKeys, "silence": silenceKeys, "case": caseKeys, "group": {"all", "any", "none"},
	} {
		require.Equal(t, sorted(want), keys(s.Defs[name]), name)
	}
	require.Len(t, s.Defs["step"].OneOf, len(stepKeys))
	for _, k := range stepKeys {
		want := slices.Concat([]string{k.verb}, k.keys, []string{"id", "note"})
		if k.verb != "check" && k.verb != "decide" {
			want = append(want, "goto")
		}
		require.Equal(t, sorted(want), keys(s.Defs[k.verb]), k.verb)
	}
	require.Equal(t, []string{"draft", "active", "retired"}, enum(s.Properties["status"]))
	require.Equal(t, needTypes, enum(s.Defs["need"].Properties["type"]))
	require.Equal(t, moneyRemedies, enum(s.Defs["limit"].Properties["remedy"]))
	require.Equal(t, periods, enum(s.Defs["limit"].Properties["per"]))
	require.Equal(t, remedies, enum(s.Defs["act"].Properties["remedy"]))
	require.Equal(t, promiseKinds, enum(s.Defs["promise"].Properties["promise"]))
	require.Equal(t, Codes(), enum(s.Defs["silence"].Properties["code"]))

	fields := map[string][]string{} // to the comparisons they take
	for _, raw := range s.Defs["condition"].OneOf {
		var test def
		require.NoError(t, json.Unmarshal(raw, &test))
		if test.Properties == nil {
			continue // the group
		}
		names := enum(test.Properties["field"])
		if names == nil {
			names = []string{extraPrefix + "x"}
		}
		var ops []string
		for _, k := range keys(test) {
			if k != "field" {
				ops = append(ops, k)
			}
		}
		for _, name := range names {
			fields[name] = ops
		}
		if eq, ok := test.Properties["equals"]; ok && len(names) == 1 {
			about, _ := testableField(names[0])
			require.Equal(t, about.values, enum(eq), names[0])
		}
	}
	want := map[string][]string{}
	for _, about := range slices.Concat(testables, []testable{{name: extraPrefix + "x"}}) {
		about, ok := testableField(about.name)
		require.True(t, ok)
		for _, op := range about.ops {
			want[about.name] = append(want[about.name], string(op))
		}
		slices.Sort(want[about.name])
	}
	require.Equal(t, want, fields)
}

// Where the words of the format end, the schema says what the reader says.
func TestSchemaCases(t *testing.T) {
	body := func(top, step string) string {
		return "format: 1\nid: x\nversion: 1\npurpose: P\nowner: O\nstatus: active\ndone_when: D\n" + top + "\nsteps:\n  - " + step + "\n"
	}
	when := func(test string) string { return body("title: T\nwhen: {field: "+test+"}", "tell: A") }
	for name, row := range map[string]struct{ want, file string }{
		"cents of a currency without":   {"reject", body("title: T", "{act: A, remedy: refund, amount: 12.50 JPY}")},
		"no cents of it":                {"accept", body("title: T", "{act: A, remedy: refund, amount: 12 JPY}")},
		"thousandths of one with cents": {"reject", body("title: T", "{act: A, remedy: refund, amount: 12.500 EUR}")},
		"thousandths of one with them":  {"accept", body("title: T", "{act: A, remedy: refund, amount: 12.500 KWD}")},
		"cents of one with thousandths": {"reject", body("title: T", "{act: A, remedy: refund, amount: 12.50 KWD}")},
		"a step called next":            {"reject", body("title: T", "{id: next, tell: A}")},
		"problem nought":                {"reject", body("title: T\nsee: [{problem: '0'}]", "tell: A")},
		"problem seven":                 {"accept", body("title: T\nsee: [{problem: '007'}]", "tell: A")},
		"a lone star":                   {"reject", when("words, contains: '*'")},
		"no word":                       {"reject", when("words, contains: ['!!']")},
		"a word beyond ascii":           {"accept", when("words, contains: [漢, é]")},
		"a number of two points":        {"reject", when("extra.n, gt: '1.2.3'")},
		"a hexadecimal number":          {"reject", when("extra.n, gt: '0x1p4'")},
		"a decimal number":              {"accept", when("extra.n, gt: '-1.5e3'")},
		"a version and more":            {"reject", when("version, gt: '4.2 or later'")},
		"a version and a comment":       {"reject", when("version, gt: '4 # beta'")},
		"a version":                     {"accept", when("version, lt: 'v4.2.1-beta.2+117'")},
		"a fact called space":           {"accept", when("'extra. ', equals: x")},
		"a fact called line feed":       {"accept", when("\"extra.\\n\", equals: x")},
		"a fact without a name":         {"reject", when("extra., equals: x")},
		"a title with a space before":   {"accept", body("title: ' "+strings.Repeat("x", 200)+"'", "tell: A")},
		"a title past the length":       {"reject", body("title: "+strings.Repeat("x", 201), "tell: A")},
	} {
		require.Equal(t, row.want, SchemaVerdict([]byte(row.file)), name)
		WriteSchemaCase(t, name, []byte(row.file))
		if p, err := Parse("f", []byte(row.file)); err == nil {
			_, err = Marshal(p)
			require.NoError(t, err, name)
		}
	}
}

// What the reader takes and refuses is written down for the validator.
func TestSchemaCasesAreWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	data, err := os.ReadFile(filepath.Join("testdata", "full.yaml"))
	require.NoError(t, err)
	count := map[string]int{}
	for i, m := range Mutations(data) {
		count[SchemaVerdict(m)]++
		WriteSchemaCase(t, fmt.Sprintf("mutation %d", i), m)
	}
	require.Zero(t, count[""])
	require.Greater(t, count["accept"], 100)
	require.Greater(t, count["reject"], 1000)
}
