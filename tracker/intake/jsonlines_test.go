package intake_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

// read returns what can be read, the lines that cannot, and what ended it early.
func read(r io.Reader) (got []intake.Line, bad []string, end error) {
	for l, err := range intake.JSONLines(r, "in/box.jsonl") {
		var wrong *intake.LineError
		switch {
		case errors.As(err, &wrong):
			bad = append(bad, err.Error())
		case err != nil:
			end = err
		default:
			got = append(got, l)
		}
	}
	return got, bad, end
}

func TestContact(t *testing.T) {
	at := time.Date(2026, 3, 2, 7, 48, 56, 0, time.UTC)
	for _, row := range []struct {
		promise, line string
		want          tracker.Contact
	}{
		{"all fields arrive", `{"id":"<1@example.org>","time":"2026-03-02T07:48:56Z","title":"T","text":"Hello\n","from":"Ada <ada@example.org>","name":"Ada","organization":"Bakes","channel":"email","direction":"outbound","kind":"question","product":"P","components":["a","b"],"environment":"E","version":"4.2","language":"en","in_reply_to":["x","y"],"reference":"ABC-123"}`,
			tracker.Contact{SourceID: "<1@example.org>", At: at, Title: "T", Text: "Hello\n", From: "Ada <ada@example.org>", Name: "Ada", Organization: "Bakes", Channel: tracker.Email, Direction: tracker.Outbound, Kind: tracker.Question, Product: "P", Components: []string{"a", "b"}, Environment: "E", Version: "4.2", Language: "en", InReplyTo: []string{"x", "y"}, Reference: "ABC-123"}},
		{"the names that help desks use are read", `{"id":"1","author":"u7","project":"TIM"}`,
			tracker.Contact{SourceID: "1", From: "u7", Product: "TIM"}},
		{"from and product win over author and project", `{"id":"1","product":"A","from":"f","author":"u7","project":"TIM"}`,
			tracker.Contact{SourceID: "1", From: "f", Product: "A"}},
		{"an empty from does not hide the author", `{"id":"1","from":"","author":"u7"}`,
			tracker.Contact{SourceID: "1", From: "u7"}},
		{"without an id the line's number names it", `{"text":"x"}`,
			tracker.Contact{SourceID: "line 1", Text: "x"}},
		{"null is missing", `{"id":null,"text":null,"components":null,"time":null,"kind":null}`,
			tracker.Contact{SourceID: "line 1"}},
		{"numbers are taken for strings, one for a list", `{"id":17,"version":4.10,"components":"only","in_reply_to":12}`,
			tracker.Contact{SourceID: "17", Version: "4.10", Components: []string{"only"}, InReplyTo: []string{"12"}}},
		{"what others call our kinds and channels is understood", `{"id":"1","kind":"New Feature","channel":"E-Mail","direction":"Incoming"}`,
			tracker.Contact{SourceID: "1", Kind: tracker.Suggestion, Channel: tracker.Email, Direction: tracker.Inbound}},
		{"unknown kinds and channels are kept in a form that can be logged", `{"id":"1","kind":"Téchnical Debt!","channel":"carrier pigeon (the grey one with the ring)"}`,
			tracker.Contact{SourceID: "1", Kind: "t_chnical_debt", Channel: "carrier_pigeon_the_grey_one_wit"}},
		{"other fields are ignored", `{"id":"1","label":{"a":[1,2]},"Text":"no"}`,
			tracker.Contact{SourceID: "1"}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			got, bad, end := read(strings.NewReader(row.line))
			require.NoError(t, end)
			require.Empty(t, bad)
			require.Len(t, got, 1)
			row.want.Source = "box.jsonl"
			require.Empty(t, cmp.Diff(row.want, got[0].Contact))
		})
	}
}

func TestTimes(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{`"2026-03-02T07:48:56Z"`, "2026-03-02T07:48:56Z"},
		{`"2026-03-02T07:48:56.250+02:00"`, "2026-03-02T05:48:56.25Z"},
		{`"2026-03-02T07:48:56.000+0200"`, "2026-03-02T05:48:56Z"},
		{`"2026-03-02 07:48:56+02:00"`, "2026-03-02T05:48:56Z"},
		{`"2026-03-02 07:48:56 -0500"`, "2026-03-02T12:48:56Z"},
		{`"2026-03-02 07:48:56 UTC"`, "2026-03-02T07:48:56Z"},
		{`"2026-03-02T07:48:56"`, "2026-03-02T07:48:56Z"},
		{`"2026-03-02 07:48"`, "2026-03-02T07:48:00Z"},
		{`" 2026-03-02 "`, "2026-03-02T00:00:00Z"},
		{`"Mon, 2 Mar 2026 07:48:56 +0100"`, "2026-03-02T06:48:56Z"},
		{`"Mon, 2 Mar 2026 07:48:56 GMT"`, "2026-03-02T07:48:56Z"},
		{`1772437736`, "2026-03-02T07:48:56Z"},
		{`1772437736250`, "2026-03-02T07:48:56.25Z"},
		{`""`, "0001-01-01T00:00:00Z"},
	} {
		got, bad, end := read(strings.NewReader(`{"time":` + row.in + `}`))
		require.NoError(t, end)
		require.Empty(t, bad, row.in)
		require.Equal(t, row.want, got[0].Contact.At.Format(time.RFC3339Nano), row.in)
	}
}

func TestBadLines(t *testing.T) {
	for _, row := range []struct{ line, want string }{
		{`{"id":"1","time":"03/02/2026"}`, `in/box.jsonl:2: "time": "03/02/2026" is not a time that can be read; write it like 2026-03-02T07:48:56Z`},
		{`{"time":-5}`, `in/box.jsonl:2: "time": "-5" is not a time that can be read; write it like 2026-03-02T07:48:56Z`},
		{`{"time":{}}`, `in/box.jsonl:2: "time": want a string`},
		{`{"text":["a"]}`, `in/box.jsonl:2: "text": want a string`},
		{`{"title":true}`, `in/box.jsonl:2: "title": want a string`},
		{`{"components":["a",{}]}`, `in/box.jsonl:2: "components": want a string, or a list of them`},
		{`{"direction":"sideways"}`, `in/box.jsonl:2: "direction": "sideways" is none; want inbound, outbound or note`},
		{`hello`, `in/box.jsonl:2: want an object, like {"id": "1", "text": "…"}`},
		{`"a"`, `in/box.jsonl:2: want an object, like {"id": "1", "text": "…"}`},
		{`{"id":"1",}`, `in/box.jsonl:2: not JSON at column 11: invalid character '}' looking for beginning of object key string`},
		{`{"id":"1"`, `in/box.jsonl:2: not JSON at column 9: unexpected end of JSON input`},
		{`{"id":"1"} {"id":"2"}`, `in/box.jsonl:2: not JSON at column 12: invalid character '{' after top-level value`},
		{`{"text":"` + strings.Repeat("x", intake.MaxLine) + `"}`, `in/box.jsonl:2: longer than 16 MiB; a contact's files belong elsewhere`},
	} {
		t.Run(row.want, func(t *testing.T) {
			got, bad, end := read(strings.NewReader(`{"id":"before"}` + "\n" + row.line + "\r\n\n  \n" + `{"id":"after"}`))
			require.NoError(t, end)
			require.Equal(t, []string{row.want}, bad)
			require.Len(t, got, 2, "the lines around it are read")
			require.Equal(t, 5, got[1].Number)
		})
	}
	_, bad, _ := read(strings.NewReader("[\n"))
	require.Equal(t, []string{`in/box.jsonl:1: want an object a line, this begins a list; turn it into lines, for example with: jq -c '.[]'`}, bad)
}

func TestLongLineWithoutEnd(t *testing.T) {
	got, bad, end := read(strings.NewReader("{}\n" + strings.Repeat("x", intake.MaxLine+1)))
	require.NoError(t, end)
	require.Len(t, bad, 1)
	require.Len(t, got, 1)
}

func TestLongestLine(t *testing.T) {
	line := `{"text":"` + strings.Repeat("x", intake.MaxLine-11) + `"}`
	require.Len(t, line, intake.MaxLine)
	got, bad, end := read(strings.NewReader(line + "\r\n"))
	require.NoError(t, end)
	require.Empty(t, bad)
	require.Len(t, got, 1)
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(strings.Repeat(`{"text":"hello"}`+"\n", 5000)))
	require.NoError(t, err)
	require.NoError(t, z.Close())

	got, bad, end := read(bytes.NewReader(b.Bytes()))
	require.NoError(t, end)
	require.Empty(t, bad)
	require.Len(t, got, 5000)

	_, _, end = read(bytes.NewReader(b.Bytes()[:b.Len()-12]))
	require.ErrorIs(t, end, io.ErrUnexpectedEOF, "a file that is cut short is not taken for whole")
	require.ErrorContains(t, end, "in/box.jsonl: reading line ")
	require.ErrorContains(t, end, "it is cut off; get the whole file")

	damaged := bytes.Clone(b.Bytes())
	damaged[b.Len()/2] ^= 0xff
	for promise, data := range map[string][]byte{
		"a header": append([]byte{0x1f, 0x8b, 7}, make([]byte, 20)...), "what follows": damaged,
	} {
		_, _, end = read(bytes.NewReader(data))
		require.ErrorContains(t, end, "cannot be unpacked; get the file once more", promise)
	}
}

func TestEncodings(t *testing.T) {
	got, _, _ := read(strings.NewReader("\ufeff{\"id\":\"1\",\"text\":\"a\xffb\"}\n{\"text\":\"ü\"}"))
	require.Equal(t, "a\ufffdb", got[0].Contact.Text)
	require.True(t, got[0].Repaired, "a line that was not UTF-8 is marked")
	require.False(t, got[1].Repaired)

	_, _, end := read(strings.NewReader("\xff\xfe{\x00"))
	require.ErrorContains(t, end, "in/box.jsonl: this is UTF-16; save it as UTF-8")
}

func TestReaderFails(t *testing.T) {
	broken := errors.New("the cable came off")
	got, _, end := read(io.MultiReader(strings.NewReader("{}\n{"), iotest.ErrReader(broken)))
	require.ErrorIs(t, end, broken)
	require.Len(t, got, 1, "half a line is not a line")

	got, _, end = read(&failsOnce{err: broken})
	require.ErrorIs(t, end, broken, "an error that is told once is not an empty file")
	require.Empty(t, got)
}

// failsOnce is a reader that fails, and has nothing more to say then.
type failsOnce struct{ err error }

func (r *failsOnce) Read([]byte) (int, error) {
	err := r.err
	r.err = io.EOF
	return 0, err
}

func TestLinesThatAreTooLongHaveANumber(t *testing.T) {
	for l, err := range intake.JSONLines(strings.NewReader("\n"+strings.Repeat("x", intake.MaxLine+1)), "box") {
		require.ErrorContains(t, err, "box:2: longer than 16 MiB")
		require.Equal(t, 2, l.Number)
	}
}

func TestValues(t *testing.T) {
	got, _, _ := read(strings.NewReader(`{"s":"a","n":7,"b":true,"l":["x","",null,3,{}],"e":"","z":null,"o":{"a":1}}`))
	for field, want := range map[string][]string{
		"s": {"a"}, "n": {"7"}, "b": {"true"}, "l": {"x", "3"}, "e": nil, "z": nil, "o": nil, "missing": nil,
	} {
		require.Equal(t, want, got[0].Values(field), field)
	}
}

func TestFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "desk.jsonl")
	require.NoError(t, os.WriteFile(name, []byte("{\"id\":\"1\"}\nx\n"), 0o600))
	var sources, errs []string
	for c, err := range intake.Contacts(intake.File(name)) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		sources = append(sources, c.Source)
	}
	require.Equal(t, []string{"desk.jsonl"}, sources, "the folder is no part of the source")
	require.Len(t, errs, 1)

	for _, err := range intake.File(name + ".missing") {
		require.ErrorIs(t, err, os.ErrNotExist)
		require.ErrorContains(t, err, "check how the name is written")
	}
	for _, err := range intake.File(filepath.Dir(name)) {
		require.ErrorContains(t, err, "is a folder; name a file in it")
	}
	for range intake.File(name) {
		break // who has enough stops
	}
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte(`{"id":"1","time":"2026-03-02","components":["a"],"in_reply_to":"x"}` + "\n{}"))
	f.Add([]byte("\ufeff{\"text\":\"a\xffb\",\"kind\":\"New Feature\"}\r\n[\n"))
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0, 0xff, 0xff})
	f.Add([]byte(`{"time":1e308,"id":-0,"text":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		last := 0
		for l, err := range intake.JSONLines(bytes.NewReader(data), "f") {
			var bad *intake.LineError
			if err != nil {
				if errors.As(err, &bad) && bad.Line <= last {
					t.Fatalf("line %d after line %d", bad.Line, last)
				}
				if bad != nil {
					last = bad.Line
				}
				continue
			}
			if l.Number <= last {
				t.Fatalf("line %d after line %d", l.Number, last)
			}
			last = l.Number
			if l.Contact.SourceID == "" || l.Contact.Source != "f" {
				t.Fatal("a contact without its name in the file")
			}
			for _, word := range []string{string(l.Contact.Kind), string(l.Contact.Channel)} {
				if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || len(word) > 32 {
					t.Fatalf("%q cannot be logged", word)
				}
			}
			for name := range l.Fields {
				l.Values(name)
			}
		}
	})
}
