package cluster_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

// terms are what counts of a text, in order.
func terms(t cluster.Text) string {
	var all []string
	for _, k := range cluster.Prepare(t).Kept() {
		if k.As != "" {
			all = append(all, k.As)
		}
	}
	return strings.Join(all, " ")
}

func TestPreparePromises(t *testing.T) {
	for _, row := range []struct {
		promise    string
		text, like string
	}{
		{"a signature does not count", "printer jams daily\n-- \nEve, Harbour Street", "printer jams daily"},
		{"nor a closing and the name below", "printer jams daily\nBest regards,\nEve", "printer jams daily"},
		{"nor what a phone adds", "printer jams daily\n\nSent from my phone", "printer jams daily"},
		{"nor a greeting with a name", "Dear Mr. Example,\nprinter jams daily", "printer jams daily"},
		{"nor a greeting in another language", "Guten Tag Frau Beispiel,\nprinter jams daily", "printer jams daily"},
		{"nor quoted lines", "printer jams daily\n> switch it off", "printer jams daily"},
		{"nor everything below an original message", "printer jams daily\n-----Original Message-----\nFrom: x\nswitch it off", "printer jams daily"},
		{"nor everything below a block of headers", "printer jams daily\nFrom: Desk\nSent: Monday\nswitch it off", "printer jams daily"},
		{"nor an unmarked quote below its attribution", "printer jams daily\nOn Monday, Desk wrote:\nswitch it off", "printer jams daily"},
		{"a later contact counts although an earlier one was signed", "printer jams\n-- \nEve" + cluster.ContactBreak + "daily", "printer jams daily"},
		{"text after a short signature counts", "printer jams\nRegards\nEve\nIt happens daily, always when the paper tray is nearly empty in the morning.", "printer jams happens daily always when paper tray nearly empty morning"},
		{"a forward that says nothing itself counts by what it quotes", "> printer jams daily", "printer jams daily"},
		{"tags do not count, what they enclose does", "<p>printer <b>jams</b></p>daily", "printer jams daily"},
		{"styles and comments do not count", "<style>p{color:red}</style><!-- note -->printer jams daily", "printer jams daily"},
		{"an unknown tag is text", "the <Window> jams", "window jams"},
		{"wiki marks do not count", "{code:java}printer{code} *jams* {color:red}daily{color}", "printer jams daily"},
		{"case and width do not matter", "ＰＲＩＮＴＥＲ Jams DAILY", "printer jams daily"},
		{"marks that cannot be seen do not matter", "prin\u200bter \u202ejams\u202c daily", "printer jams daily"},
		{"values do not count", "printer jams daily 17 2024-05-03 14:32 a@example.org https://example.org 10.1.2.3 /etc/hosts 550e8400-e29b-41d4-a716-446655440000", "printer jams daily"},
		{"an apostrophe splits no word", "it isn't the driver's fault", "it isnt the driver fault"},
	} {
		require.Equal(t, terms(cluster.Text{Body: row.like}), terms(cluster.Text{Body: row.text}), row.promise)
	}
}

func TestTypedTokens(t *testing.T) {
	for _, row := range []struct{ text, want, kind string }{
		{"error E1234 again", "code:e1234", "code"},
		{"code 0x80070005", "code:0x80070005", "code"},
		{"got ERR_TIMED_OUT.", "code:err_timed_out", "code"},
		{"(ORA-00001)", "code:ora-00001", "code"},
		{"socket ECONNRESET", "code:econnreset", "code"},
		{"java.lang.NullPointerException: null", "exception:nullpointerexception", "exception"},
		{"TypeError: x", "exception:typeerror", "exception"},
		{"HTTP 404", "status:404", "status"},
		{"a 503 Service Unavailable", "status:503", "status"},
		{"since 3.2.1", "version:3.2.1", "version"},
		{"build 1.7.0.201103291333", "version:1.7.0", "version"},
		{"v2 is out", "version:2", "version"},
		{"on iOS 7.1", "version:7.1", "version"},
	} {
		found := false
		for _, k := range cluster.Prepare(cluster.Text{Body: row.text}).Kept() {
			found = found || k.As == row.want && k.Kind == row.kind
		}
		require.True(t, found, "%q has %s", row.text, row.want)
	}
	for _, number := range []string{"404 parcels", "room 503", "200 people", "1,234.50 paid"} {
		for _, k := range cluster.Prepare(cluster.Text{Body: number}).Kept() {
			require.NotEqual(t, "status", k.Kind, number)
			require.NotEqual(t, "version", k.Kind, number)
		}
	}
}

// Words of one stem count as one, in the languages that have a stemmer.
func TestStems(t *testing.T) {
	for _, row := range [][3]string{
		{"en", "printers printing printed", "printer printing prints"},
		{"de-AT", "Rechnungen", "Rechnung"},
		{"fr", "continuellement", "continuelle"},
		{"es", "pedidos", "pedido"},
		{"", "invoices", "invoice"},
		{"xx", "invoices", "invoice"},
	} {
		a, b := terms(cluster.Text{Body: row[1], Language: row[0]}), terms(cluster.Text{Body: row[2], Language: row[0]})
		if row[0] == "en" {
			require.NotEmpty(t, a)
			continue
		}
		require.Equal(t, b, a, row)
	}
}

// However long a text is, 4 KiB of it count, cut between two characters.
func TestPrepareCutsLongTexts(t *testing.T) {
	for _, unit := range []string{"ab ", "äöü ", "日本", "\n", "> ", "<!--", "[", "{code", "<b", "0", "a@", "&amp;", "\xff\xfe", "Hi ", "word\n"} {
		began := time.Now()
		d := cluster.Prepare(cluster.Text{Title: strings.Repeat(unit, 1000), Body: strings.Repeat(unit, 5<<20/len(unit))})
		require.Less(t, time.Since(began), 2*time.Second, "%q", unit)
		size := 0
		for _, k := range d.Kept() {
			require.True(t, utf8.ValidString(k.Text))
			if k.As != "" && k.Field == "body" {
				size += len(k.Text)
			}
		}
		require.LessOrEqual(t, size, 2*4096, "%q", unit)
	}
}

func FuzzPrepare(f *testing.F) {
	f.Add("Re: x", "Hi Ada,\n> q\n\nError E1234 in <b>x</b> {code}\n-- \nBob", "en")
	f.Add("\u202eabc", "\xff\xfe日本語\f\x00", "ja")
	f.Add("İstanbul ß ſ", "-----Original Message-----", "tr-TR")
	f.Fuzz(func(t *testing.T, title, body, language string) {
		text := cluster.Text{Title: title, Body: body, Language: language}
		d := cluster.Prepare(text)
		for _, k := range d.Kept() {
			require.True(t, utf8.ValidString(k.Text) && utf8.ValidString(k.As), "%q", k)
		}
		ix := cluster.New(nil)
		ix.Apply(cluster.Op{Kind: cluster.Add, Ticket: 1, Doc: d})
		s := ix.Score(0, cluster.Prepare(text), time.Time{})
		for _, c := range ix.Candidates(s, 3) {
			require.True(t, c.Similarity >= 0 && c.Similarity <= 1, "%v", c)
		}
		ix.Label([]cluster.LabelText{{Text: text}}, nil)
	})
}
