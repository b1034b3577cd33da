package kb

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
)

// What was seen stands before the long list of what was looked for.
func TestWhyAProcedureApplies(t *testing.T) {
	for when, want := range map[string]string{
		`{field: words, contains: [two charges, charged twice]}`:                   `it says "charged twice" (words has "two charges" or "charged twice")`,
		`{all: [{field: kind, equals: incident}, {field: version, exists: true}]}`: `it says "incident" (kind is "incident"), it says "4.2" (version is known)`,
		`{none: [{field: kind, equals: praise}]}`:                                  "nothing speaks against it",
		`{field: problem, exists: false}`:                                          "nothing speaks against it",
	} {
		l, err := sop.Load(fstest.MapFS{"p.yaml": {Data: []byte("format: 1\nid: p\nversion: 1\ntitle: T\npurpose: P\nowner: O\nstatus: active\ndone_when: D\nsteps:\n  - act: A\nwhen: " + when + "\n")}})
		require.NoError(t, err)
		got := (&Base{Procedures: l}).procedures(sop.Facts{Kind: "incident", Version: "4.2", Text: "I was charged twice."})
		require.Len(t, got, 1)
		require.Equal(t, want, got[0].Why)
	}
}

// Nobody is told to update to what they have, or to a fix that did not hold.
func TestWhatHelps(t *testing.T) {
	back := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		promise, version string
		regressed        time.Time
		want             string
	}{
		{"an older version is told to update", "4.2.1", time.Time{}, "Update to version 4.3 or later."},
		{"also when the problem came back in a later one", "4.2.1", back, "Update to version 4.3 or later."},
		{"so is one that is not known", "", time.Time{}, "Update to version 4.3 or later."},
		{"unless the problem came back", "", back, "It was fixed in 4.3 and has come back since: ask which version it is."},
		{"the fixed version is not", "4.3", back, "It was fixed in 4.3 and is back in 4.3: tell the developers, and do not ask for an update."},
	} {
		got := whatHelps(tracker.Problem{FixedIn: "4.3", Regressed: row.regressed}, row.version)
		require.Equal(t, []string{row.want}, got, row.promise)
	}
}
