package cluster_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test -update to write it")
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got, "run go test -update if the change is meant, and read the difference")
}

// How well the invented contacts are ranked and grouped, in numbers, and what
// became of each. A change for the worse shows here first.
func TestInventedContacts(t *testing.T) {
	contacts := invented(t)
	d := newDesk(&cluster.Options{Caution: 40}) // so small a log has to be bold to join anything
	var out strings.Builder
	first, ten, asked, right, wrong, pairs := 0, 0, 0, 0, 0, 0
	earlier := map[string][]contact{}
	for _, c := range contacts {
		doc := cluster.Prepare(c.text)
		s := d.ix.Score(0, doc, c.at)
		if old := earlier[c.problem]; c.problem != "" && len(old) > 0 {
			asked++
			for place, found := range d.ix.Candidates(s, 10) {
				if contacts[found.Ticket-1].problem == c.problem {
					ten++
					if place == 0 {
						first++
					}
					break
				}
			}
		}
		v := d.take(c, doc, s)
		d.commit()
		earlier[c.problem] = append(earlier[c.problem], c)
		fmt.Fprintf(&out, "%2d %-8s %-12s problem %-2d %.3f > %.3f  topic %-2d %.3f  %s\n", c.ticket, c.problem, v.Rule, d.problem[c.ticket], v.Score, v.Threshold, d.topic[c.ticket], v.TopicScore, words(v.Why))
	}
	for i, a := range contacts {
		for _, b := range contacts[:i] {
			truly := a.problem != "" && a.problem == b.problem
			if truly {
				pairs++
			}
			if p := d.problem[a.ticket]; p != 0 && p == d.problem[b.ticket] {
				if truly {
					right++
				} else {
					wrong++
				}
			}
		}
	}
	head := fmt.Sprintf("best candidate right %d of %d, among ten %d; pairs joined %d of %d rightly, %d wrongly\n\n", first, asked, ten, right, pairs, wrong)
	for _, name := range []string{"printer", "vpn"} {
		var members []cluster.LabelText
		for _, c := range earlier[name] {
			members = append(members, cluster.LabelText{Text: c.text})
		}
		l := d.ix.Label(members, nil)
		fmt.Fprintf(&out, "\n%s is called %q: %s\n", name, l.Title, strings.Join(l.Words, ", "))
	}
	golden(t, "grouping.golden", head+out.String())
}

func words(all []cluster.Reason) string {
	var out []string
	for _, r := range all[:min(len(all), 4)] {
		out = append(out, fmt.Sprintf("%s (%s %.2f)", r.Word, r.Field, r.Weight))
	}
	return strings.Join(out, ", ")
}

// What is kept of texts as people write them, token by token.
func TestPreparedTexts(t *testing.T) {
	raw, err := os.ReadFile("testdata/texts.txt")
	require.NoError(t, err)
	var out strings.Builder
	for text := range strings.SplitSeq(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n=====\n") {
		head, body, _ := strings.Cut(text, "\n")
		language, title, _ := strings.Cut(head, "|")
		fmt.Fprintf(&out, "== %s\n", head)
		for _, k := range cluster.Prepare(cluster.Text{Title: title, Body: body, Language: language}).Kept() {
			if k.As == "" {
				fmt.Fprintf(&out, "%-5s - %-11s %s\n", k.Field, k.Kind, k.Text)
			} else {
				fmt.Fprintf(&out, "%-5s + %-11s %s: %s\n", k.Field, k.Kind, k.Text, k.As)
			}
		}
		out.WriteByte('\n')
	}
	golden(t, "texts.golden", out.String())
}
