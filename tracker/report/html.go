package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/supportloop/supportloop/tracker/show"
)

//go:embed report.html.tmpl
var htmlSource string

// bar is one bar of a drawing, in its units.
type bar struct{ X, Y, Height, Count int }

const barRoom = 24 // the height of a drawing

func bars(counts []int) []bar {
	top := 1
	for _, n := range counts {
		top = max(top, n)
	}
	drawn := make([]bar, len(counts))
	for i, n := range counts {
		h := max(n, 0) * barRoom / top
		if n > 0 {
			h = max(h, 1)
		}
		drawn[i] = bar{X: i * 5, Y: barRoom - h, Height: h, Count: n}
	}
	return drawn
}

var htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"plain":   show.Line,
	"date":    date,
	"bars":    bars,
	"width":   func(counts []int) int { return len(counts) * 5 },
	"likely":  likely,
	"count":   count,
	"share":   share,
	"yes":     yes,
	"hour":    func(h int) string { return fmt.Sprintf("%02d", h) },
	"weeks":   func() int { return Weeks },
	"add":     func(a, b int) int { return a + b },
	"result":  Fix.result,
	"facts":   Matter.facts,
	"span":    Period.span,
	"impact":  Period.impact,
	"earlier": Period.earlier,
	"summary": func(r *Report) string { return r.summary() },
	"named":   Suggestion.name,
	"known":   Unwritten.known,
	"linked":  Problem.articles,
	"began":   Outage.began,
	"lasted":  Outage.lasted,
	"cause":   Outage.cause,
}).Parse(htmlSource))

func writeHTML(w io.Writer, r *Report) error {
	var b bytes.Buffer
	if err := htmlTemplate.Execute(&b, r); err != nil {
		return fmt.Errorf("report as HTML: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
