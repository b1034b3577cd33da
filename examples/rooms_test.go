package examples_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/supportloop/supportloop"

// rooms are the packages, what each may import of ours, and the modules that come
// with it. Imports run downwards only. Who adds a line gives the reason beside it.
var rooms = map[string]struct{ ours, modules []string }{
	"sop":                    {[]string{"tracker/show"}, []string{yaml}}, // training text is Markdown
	"tracker/store":          {nil, nil},
	"tracker/store/memstore": {[]string{"tracker/store", "tracker/store/internal/gate"}, nil},
	"tracker/store/boltstore": {
		[]string{"tracker/store", "tracker/store/internal/gate", "tracker/store/memstore"}, // what is sound of a damaged file is served from memory
		[]string{bbolt, sys},
	},
	"tracker/store/internal/gate": {[]string{"tracker/store"}, nil},
	"tracker/store/storetest":     {[]string{"tracker/store"}, nil},
	"tracker/cluster":             {nil, []string{text, stem}},
	"tracker": {
		[]string{"sop", "tracker/cluster", "tracker/internal/redact", "tracker/store", "tracker/store/boltstore"}, // the embedded default; runs are procedures being followed; drafts of articles name nobody
		[]string{bbolt, sys, text, stem, yaml},
	},
	"tracker/internal/redact": {[]string{"tracker/show"}, []string{text}},
	"tracker/show":            {nil, nil}, // so that all may import it
	"tracker/intake":          {[]string{"tracker"}, []string{bbolt, sys, text, stem, yaml}},
	"tracker/report":          {[]string{"tracker", "tracker/cluster", "tracker/internal/redact", "tracker/show"}, []string{bbolt, sys, text, stem, yaml}},
	"kb":                      {[]string{"sop", "tracker", "tracker/cluster", "tracker/show", "tracker/store"}, nil}, // what a text says without names and signatures is cluster's; and with bleve some 27 modules, which nobody below pays for
}

const (
	bbolt = "go.etcd.io/bbolt"
	sys   = "golang.org/x/sys"                    // bbolt's: locks and maps of a file
	text  = "golang.org/x/text"                   // Unicode forms and case
	stem  = "github.com/blevesearch/snowballstem" // word stems by language
	yaml  = "gopkg.in/yaml.v3"                    // one file for each format imports it: see decision 4
)

func TestRooms(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps,Module,Standard", "../...").Output()
	require.NoError(t, err)
	type pkg struct {
		ImportPath    string
		Imports, Deps []string
		Standard      bool
		Module        *struct{ Path string }
	}
	moduleOf := map[string]string{}
	var ours []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		if p.Module != nil {
			moduleOf[p.ImportPath] = p.Module.Path
		}
		if p.Module != nil && p.Module.Path == module {
			ours = append(ours, p)
		}
	}
	require.NotEmpty(t, ours)
	for _, p := range ours {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if strings.HasPrefix(name, "examples") {
			continue
		}
		room, ok := rooms[name]
		if !ok {
			t.Errorf("%s is no room that this table knows: say what it may import, and why", name)
			continue
		}
		for _, imp := range p.Imports {
			if of := strings.TrimPrefix(imp, module+"/"); of != imp && !slices.Contains(room.ours, of) {
				t.Errorf("%s imports %s: imports run downwards only, and only as the table says", name, of)
			}
		}
		if name == "kb" {
			continue
		}
		for _, dep := range p.Deps {
			if m := moduleOf[dep]; m != "" && m != module && !slices.Contains(room.modules, m) {
				t.Errorf("%s brings the module %s with it (by %s), which the table does not know", name, m, dep)
			}
		}
	}
}
