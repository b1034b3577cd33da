package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Format writes a [Report] in one way. Write gives the same bytes for the same report
// and returns the errors of the writer, which may then have got a part.
type Format interface {
	Name() string // "html", "markdown", "json"
	Write(io.Writer, *Report) error
}

var (
	// HTML is one file to look at or to print, without scripts and with nothing to
	// load from elsewhere.
	HTML Format = format{"html", "html", writeHTML}
	// Markdown is CommonMark with tables as GitHub has them, a fact a line, so that
	// two reports under version control can be compared.
	Markdown Format = format{"markdown", "md", writeMarkdown}
	// JSON is the Report itself, indented.
	JSON Format = format{"json", "json", writeJSON}
)

// Formats are all of them, by name.
func Formats() []Format { return []Format{HTML, JSON, Markdown} }

// Save writes r in every format to files in the folder dir, which it makes where there
// is none: report.html, report.json and report.md, whose names with the folder it
// returns in this order. Files of these names are replaced. Its errors are the file
// system's.
func Save(dir string, r *Report) ([]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("a folder for the report: %w; name another one", err)
	}
	var names []string
	for _, f := range Formats() {
		var b bytes.Buffer
		if err := f.Write(&b, r); err != nil {
			return names, err
		}
		name := filepath.Join(dir, "report."+f.(format).ending)
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			return names, fmt.Errorf("the report: %w; name another folder", err)
		}
		names = append(names, name)
	}
	return names, nil
}

type format struct {
	name   string
	ending string // of a file's name
	write  func(io.Writer, *Report) error
}

func (f format) Name() string                       { return f.name }
func (f format) Write(w io.Writer, r *Report) error { return f.write(w, r) }

func writeJSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
