package kb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

func TestForgiven(t *testing.T) {
	ix := newIndex(t, "",
		kb.Document{ID: "password", Text: "Choose a new password for the account."},
		kb.Document{ID: "install", Text: "The installation of the driver fails."},
		kb.Document{ID: "printer", Title: "Printers", Text: "It prints blank labels."},
		kb.Document{ID: "code", Text: "Error PAY-4021 was shown, request abc4d9."},
		kb.Document{ID: "пароль", Text: "Забыли пароль от учётной записи?", Language: "ru"},
		kb.Document{ID: "größe", Text: "Die Größe der Etiketten einstellen", Language: "de"},
		kb.Document{ID: "secret", Text: "Schwarzenegger called.", Fields: map[string]string{"audience": "internal"}},
		kb.Document{ID: "public", Text: "Call us any time.", Fields: map[string]string{"audience": "customers"}},
		kb.Document{ID: "asked", Text: "Share the line.", Asked: "my hotspott", Fields: map[string]string{"audience": "customers"}},
		kb.Document{ID: "shared", Text: "A hotspot.", Fields: map[string]string{"audience": "customers"}},
	)
	for _, test := range []struct {
		promise, text, want string
		notes               []string
		q                   kb.Query
	}{
		{"a letter left out", "pasword ", "password", []string{"searched for “password” instead of “pasword”"}, kb.Query{}},
		{"a letter put in", "passsword.", "password", []string{"searched for “password” instead of “passsword”"}, kb.Query{}},
		{"neighbours swapped", "passwrod.", "password", []string{"searched for “password” instead of “passwrod”"}, kb.Query{}},
		{"the first letter", "oassword.", "password", []string{"searched for “password” instead of “oassword”"}, kb.Query{}},
		{"two mistakes in a long word", "pazzword.", "password", []string{"searched for “password” instead of “pazzword”"}, kb.Query{}},
		{"in the ending that a stem has not", "installaiton.", "install", []string{"searched for “installation” instead of “installaiton”"}, kb.Query{}},
		{"beyond ASCII", "пороль.", "пароль", []string{"searched for “пароль” instead of “пороль”"}, kb.Query{}},
		{"another letter beyond ASCII", "grösse größr.", "größe", []string{"searched for “größe” instead of “größr”"}, kb.Query{}},
		{"three mistakes are another word", "pazzwort.", "", nil, kb.Query{}},
		{"a short word", "nwe.", "", nil, kb.Query{}},
		{"an identifier", "PAY-4022", "code", nil, kb.Query{}},
		{"a code", "abc4d8.", "", nil, kb.Query{}},
		{"a phrase", `"new pasword"`, "", nil, kb.Query{}},
		{"what is left out", "account -pasword", "password", nil, kb.Query{}},
		{"exact", "pasword ", "", nil, kb.Query{Exact: true}},
		{"unfinished", "instal", "install", nil, kb.Query{}},
		{"unfinished, longer than its stem", "fails installat", "install", nil, kb.Query{}},
		{"unfinished, with a mistake", "instla", "install", []string{"searched for “installation” instead of “instla”"}, kb.Query{}},
		{"unfinished beyond ASCII", "учёт", "пароль", nil, kb.Query{}},
		{"a space ends the word", "inst ", "", nil, kb.Query{}},
		{"a quotation mark ends the word", `"inst"`, "", nil, kb.Query{}},
		{"a full stop ends the word", "inst.", "", nil, kb.Query{}},
		{"only the last word is unfinished", "inst account.", "password", nil, kb.Query{}},
		{"what is left out is finished", "account -pass", "password", nil, kb.Query{}},
		{"exact is finished", "instal", "install", nil, kb.Query{Exact: true}},
		{"words of others' documents are not told", "Schwarzeneger ", "", nil, kb.Query{Audience: tracker.Customers}},
		{"nor do they go on", "schwarz", "", nil, kb.Query{Audience: tracker.Customers}},
		{"how customers asked is no mistake", "hotspott.", "asked", nil, kb.Query{Audience: tracker.Customers}},
		{"who may read them is told", "Schwarzeneger ", "secret", []string{"searched for “schwarzenegger” instead of “schwarzeneger”"}, kb.Query{}},
	} {
		t.Run(test.promise, func(t *testing.T) {
			q := test.q
			q.Text = test.text
			r, err := ix.Search(context.Background(), q)
			require.NoError(t, err)
			require.Equal(t, test.want, ids(r))
			require.Equal(t, test.notes, r.Notes)
		})
	}
}

// What was forgiven is marked in the snippet.
func TestForgivenIsMarked(t *testing.T) {
	ix := newIndex(t, "", kb.Document{ID: "1", Text: "Choose a new password."})
	r, err := ix.Search(context.Background(), kb.Query{Text: "pasword "})
	require.NoError(t, err)
	require.Len(t, r.Hits, 1)
	s := r.Hits[0].Snippet
	require.Len(t, s.Marks, 1)
	require.Equal(t, "password", s.Text[s.Marks[0].Start:s.Marks[0].End])
}

// What was deleted is no correction any more, merged or not.
func TestDeletedWordsAreNotMeant(t *testing.T) {
	ctx := context.Background()
	ix := newIndex(t, "", kb.Document{ID: "1", Text: "password"}, kb.Document{ID: "2", Text: "passwort"})
	require.NoError(t, ix.Delete(ctx, "", "1"))
	for _, text := range []string{"passwor", "passworx."} {
		r, err := ix.Search(ctx, kb.Query{Text: text})
		require.NoError(t, err)
		require.Equal(t, "2", ids(r))
	}
}

// Whatever is forgiven: a document with all words of a query is found, and of two
// documents that differ in one word, the one with the word as it was typed is first.
func TestForgivingKeepsWhatIsExact(t *testing.T) {
	draw := rand.New(rand.NewPCG(5, 5))
	letters := []rune("abcdeé")
	word := func() string {
		w := make([]rune, 2+draw.IntN(8))
		for i := range w {
			w[i] = letters[draw.IntN(len(letters))]
		}
		return string(w)
	}
	for range 60 {
		var docs []kb.Document
		var words []string
		for i := range 12 {
			var of []string
			for range 6 {
				w := word()
				if len(words) > 0 && draw.IntN(3) == 0 {
					w = words[draw.IntN(len(words))]
				}
				if draw.IntN(3) == 0 {
					w += string(letters[draw.IntN(len(letters))]) // a neighbour
				}
				of = append(of, w)
			}
			words = append(words, of...)
			docs = append(docs, kb.Document{ID: fmt.Sprint(i), Text: strings.Join(of, " ")})
		}
		typed := words[draw.IntN(len(words))]
		other := typed + "a"
		docs = append(docs, kb.Document{ID: "y", Text: "xyzzy " + typed + " xyzzy"}, kb.Document{ID: "x", Text: "xyzzy " + other + " xyzzy"})
		ix := newIndex(t, "", docs...)
		for _, text := range []string{typed, typed + " " + docs[3].Text, docs[5].Text} {
			r, err := ix.Search(context.Background(), kb.Query{Text: text, Limit: 100})
			require.NoError(t, err)
			place := map[string]int{}
			for i, h := range r.Hits {
				place[h.ID] = i + 1
			}
			for _, d := range docs {
				has := strings.Fields(d.Text)
				all := true
				for _, w := range strings.Fields(text) {
					all = all && strings.Contains(" "+strings.Join(has, " ")+" ", " "+w+" ")
				}
				require.True(t, !all || place[d.ID] > 0, "%s is not found by %q", d.ID, text)
			}
			if place["x"] > 0 && strings.Contains(" "+text+" ", " "+typed+" ") && !strings.Contains(" "+text+" ", " "+other+" ") {
				require.Less(t, place["y"], place["x"], "%q", text)
			}
		}
	}
}
