package report

import (
	"encoding/json"
	"io"
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
	HTML Format = format{"html", writeHTML}
	// Markdown is CommonMark with tables as GitHub has them, a fact a line, so that
	// two reports under version control can be compared.
	Markdown Format = format{"markdown", writeMarkdown}
	// JSON is the Report itself, indented.
	JSON Format = format{"json", writeJSON}
)

// Formats are all of them, by name.
func Formats() []Format { return []Format{HTML, JSON, Markdown} }

type format struct {
	name  string
	write func(io.Writer, *Report) error
}

func (f format) Name() string                       { return f.name }
func (f format) Write(w io.Writer, r *Report) error { return f.write(w, r) }

func writeJSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
