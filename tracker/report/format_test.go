package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/supportloop/supportloop/tracker/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

var extension = map[string]string{"html": ".html", "json": ".json", "markdown": ".md"}

func written(t *testing.T, f report.Format, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.Write(&b, r))
	return b.String()
}

func TestSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "for", "developers")
	r := &report.Report{Title: "Larkspur"}
	names, err := report.Save(dir, r)
	require.NoError(t, err)
	require.Len(t, names, len(report.Formats()))
	for i, f := range report.Formats() {
		data, err := os.ReadFile(names[i])
		require.NoError(t, err)
		var want strings.Builder
		require.NoError(t, f.Write(&want, r))
		require.Equal(t, want.String(), string(data))
	}
	require.Equal(t, "report.md", filepath.Base(names[2]))

	_, err = report.Save(names[0], r)
	require.ErrorContains(t, err, "name another one", "a file is no folder")
}

func TestGolden(t *testing.T) {
	empty := &report.Report{Format: report.Version, Title: "Nothing yet", Period: report.Period{Since: on(3, 1), Until: on(3, 2)}}
	for name, rep := range map[string]*report.Report{"sample": sample(), "empty": empty} {
		for _, f := range report.Formats() {
			t.Run(name+"/"+f.Name(), func(t *testing.T) {
				got := written(t, f, rep)
				path := filepath.Join("testdata", name+extension[f.Name()])
				if *update {
					require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
				}
				want, err := os.ReadFile(path)
				require.NoError(t, err)
				want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
				if d := cmp.Diff(string(want), got); d != "" {
					t.Errorf("run with -update if this is meant (-want +got):\n%s", d)
				}
			})
		}
	}
}

func TestJSONComesBackWhole(t *testing.T) {
	var got report.Report
	require.NoError(t, json.Unmarshal([]byte(written(t, report.JSON, sample())), &got))
	if d := cmp.Diff(sample(), &got); d != "" {
		t.Errorf("what was read is not what was written (-want +got):\n%s", d)
	}
}

// allowed are the elements that the HTML may have: none that runs or loads anything.
var allowed = map[string]bool{}

func init() {
	for e := range strings.FieldsSeq(`html head meta title style body main section article h1 h2 h3 p strong span br ol ul li a
		blockquote div table tr th td dl dt dd svg rect`) {
		allowed[e] = true
	}
}

func TestHTMLIsOneHarmlessFile(t *testing.T) {
	evil := `<script>alert(1)</script><img src=x onerror=alert(1)>"'><style>*{}</style></svg>`
	r := sample()
	r.Title, r.Product = evil, evil
	r.PageOne.Matters[0].Title, r.PageOne.Matters[0].Voice, r.PageOne.Matters[0].Trend = evil, evil, report.Trend(evil)
	r.PageOne.Ask.Title = evil
	p := &r.Problems[0]
	p.Title, p.Voice, p.RootCause, p.Words, p.Trend = evil, evil, evil, []string{evil}, report.Trend(evil)
	p.Versions[0].Name, p.Evidence.Words[0].Name, p.Evidence.Rules[0].Name = evil, evil, evil
	r.Topics[0].Title, r.Suggestions[0].Title, r.Thanks.Voices[0] = evil, evil, evil

	seen := 0
	for z := html.NewTokenizer(strings.NewReader(written(t, report.HTML, r))); ; {
		switch z.Next() {
		case html.ErrorToken:
			require.Greater(t, seen, 300, "the file was read to its end")
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			seen++
			require.True(t, allowed[tok.Data], "element <%s>", tok.Data)
			for _, a := range tok.Attr {
				require.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "src", "attribute %s", a.Key)
				if a.Key == "href" {
					require.True(t, strings.HasPrefix(a.Val, "#p"), "link to %s", a.Val)
				}
			}
		}
	}
}

func TestReadableFormatsShowNoInvisibleCharacters(t *testing.T) {
	r := sample()
	r.Problems[0].Title = "a\u202eb\u0007c\x1b[31m\u2066d"
	r.PageOne.Matters[0].Voice = "e\u200ff\x00g"
	for _, f := range []report.Format{report.HTML, report.Markdown} {
		require.NotRegexp(t, "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0000-\u0008\u000b-\u001f]", written(t, f, r), f.Name())
	}
}

func TestWriteReturnsTheWritersError(t *testing.T) {
	for _, f := range report.Formats() {
		require.ErrorIs(t, f.Write(full{}, sample()), errFull, f.Name())
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
