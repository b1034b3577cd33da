package kb_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// library is what FuzzSearch searches: a few texts in each of several languages and
// scripts, with identifiers, and one word that all of them have.
var library = slices.Concat(shelf, []kb.Document{
	{ID: "en1", Title: "Reset your password", Text: "Don't share the code E-1234; version 2.10.3 won't accept it twice. Mail help@example.org everywhere."},
	{ID: "en2", Title: "The printer's queue is stuck", Text: "Stop the spooler, delete C:\\spool\\*.tmp and start it again. Error 0x80070005 everywhere."},
	{ID: "de1", Language: "de", Title: "Größere Rechnung über Straßenfest", Text: "Die Rechnungen stimmen nicht überein: 1.234,56 € statt 99 €. Überall."},
	{ID: "fr1", Language: "fr", Title: "L'écran reste noir", Text: "Aujourd'hui l'ordinateur ne démarre plus ; qu'est-ce qu'il faut faire ? «Partout»."},
	{ID: "es1", Language: "es", Title: "¿Dónde está mi pedido?", Text: "El envío número A/77-B no ha llegado todavía. En todas partes."},
	{ID: "it1", Language: "it", Title: "L'ordine dell'utente", Text: "Non c'è più l'opzione nell'app."},
	{ID: "ru1", Language: "ru", Title: "Не работает вход", Text: "После обновления пароль не подходит, ошибка 403."},
	{ID: "tr1", Language: "tr", Title: "İade ne zaman gelir", Text: "Iğdır'dan gönderdiğim ürünün iadesi gelmedi."},
	{ID: "ar1", Language: "ar", Title: "لا يعمل التطبيق", Text: "التطبيق يتوقف بعد التحديث."},
	{ID: "zh1", Language: "zh", Title: "退款什么时候到账", Text: "我的订单被重复扣款，请尽快退款。"},
	{ID: "ko1", Language: "ko", Title: "결제가 두 번 되었습니다", Text: "환불을 요청합니다. 주문번호 KR-2024-0001."},
	{ID: "th1", Language: "th", Title: "เข้าสู่ระบบไม่ได้", Text: "รหัสผ่านไม่ถูกต้อง"},
	{ID: "hi1", Language: "hi", Title: "पासवर्ड काम नहीं करता", Text: "कृपया मदद करें।"},
	{ID: "odd", Title: "ﬁne print ①②③ Ǻ", Text: "a_b __init__ x1y2 naïve NAÏVE nai\u0308ve co-op c++ c# .net 𝔘𝔫𝔦 👍🏽 \u200bzero\u200bwidth"},
	{ID: "long", Title: strings.Repeat("long ", 300), Text: strings.Repeat("everywhere again and again ", 200)},
	{ID: "empty", Title: "", Text: ""},
})

var openLibrary = sync.OnceValues(func() (*kb.Index, error) {
	ix, err := kb.NewIndex("", nil)
	if err == nil {
		err = ix.Put(context.Background(), library...)
	}
	return ix, err
})

// plain are words that no syntax and no two opinions are about: letters and marks of one
// script, set off by spaces, commas or full stops.
var plain = regexp.MustCompile(`^[\p{L}\p{M}]+$`)

// wordsOf are the different plain words of a text.
func wordsOf(text string) (words []string) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' }) {
		w = strings.ToLower(w)
		if !plain.MatchString(w) || !strings.EqualFold(w, strings.ToUpper(w)) || len(w) > 60 {
			continue
		}
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// libraryWords are the plain words of each document.
var libraryWords = sync.OnceValue(func() (of [][]string) {
	for _, d := range library {
		words := wordsOf(d.Title + " " + d.Text)
		of = append(of, words)
	}
	return of
})

// Whatever is typed is answered at once, within the limits, the same each time. And a
// document that has all the plain words of a query is found.
func FuzzSearch(f *testing.F) {
	for i, text := range []string{
		"reset password", `"share the code" -printer kind:article`, `-"two weeks" -kind:ticket`, "E-1234 e1234 pay-4021", "überein rechnungen", "aujourd'hui écran",
		"重复扣款 二重請求", "İade IĞDIR ığdır", "everywhere again", "product:\"big box\" status:open", "a* b? c~2 (d OR e) +f", "\x00\xff\u202e\"„“", "kind: -kind: -\"\" --- \"",
		"결제가 환불", "passwort recieve prnter", "long l lo lon", strings.Repeat("again ", 70), strings.Repeat("é", 3000), "naïve naive ﬁne fine ①", "updated:>2026-01-01 since:yesterday",
	} {
		f.Add(text, uint16(i*31), uint16(i))
	}
	f.Fuzz(func(t *testing.T, text string, pick, how uint16) {
		ix, err := openLibrary()
		require.NoError(t, err)
		q := kb.Query{Text: text, Limit: int(how>>8)%50 + 1}
		if how&1 != 0 {
			q.Audience = tracker.Customers
		}
		if how&2 != 0 {
			q.Language = []string{"en", "de", "ja", "xx", "tr-TR"}[int(pick)%5]
		}
		if how&4 != 0 {
			q.Kinds = []kb.Kind{"article", "document"}
		}
		soundly(t, ix, q)

		ask := func(words []string) {
			if len(words) == 0 {
				return
			}
			found := soundly(t, ix, kb.Query{Text: strings.Join(words, " "), Limit: len(library)})
			for i, d := range library {
				has := libraryWords()[i]
				if lacks := slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(has, w) }); !lacks && !slices.Contains(found, d.ID) {
					t.Fatalf("document %s has every word of %q and is not found: %q", d.ID, words, found)
				}
			}
		}
		words := wordsOf(text)
		ask(words[:min(len(words), 20)])
		// Words of one document, so that there is something to be found.
		have := libraryWords()[int(pick)%len(library)]
		var some []string
		for i, w := range have {
			if how>>(i%16)&1 != 0 {
				some = append(some, w)
			}
		}
		ask(some[:min(len(some), 20)])
		ask(slices.Concat(some[:min(len(some), 10)], words[:min(len(words), 10)]))
	})
}

// soundly searches, and holds what every answer has to keep to. It returns the ids.
func soundly(t *testing.T, ix *kb.Index, q kb.Query) (ids []string) {
	var r kb.Results
	for tries, slow := 0, true; slow; tries++ { // a busy machine is slow once
		var err error
		began := time.Now()
		if r, err = ix.Search(context.Background(), q); err != nil {
			t.Fatalf("%q: %v", q.Text, err)
		}
		took := time.Since(began)
		if slow = took > time.Second; slow && tries == 3 {
			t.Fatalf("%q took %v, and as long before", q.Text, took)
		}
	}
	if err := ix.Damage(); err != nil || r.Rebuilding {
		t.Fatalf("%q gave the index up: %v", q.Text, err)
	}
	if len(r.Hits) > q.Limit || r.Total < len(r.Hits) {
		t.Fatalf("%q: %d hits of %d, asked for %d", q.Text, len(r.Hits), r.Total, q.Limit)
	}
	for _, n := range r.Notes {
		if !utf8.ValidString(n) {
			t.Fatalf("%q: note %q", q.Text, n)
		}
	}
	seen := map[string]bool{}
	for i, h := range r.Hits {
		name := fmt.Sprint(h.Kind, "/", h.ID)
		if seen[name] {
			t.Fatalf("%q finds %s twice", q.Text, name)
		}
		seen[name] = true
		if i > 0 && h.Score > r.Hits[i-1].Score {
			t.Fatalf("%q: %s stands below what is worse", q.Text, name)
		}
		if !utf8.ValidString(h.Title) || !utf8.ValidString(h.Snippet.Text) {
			t.Fatalf("%q: %s shows %q %q", q.Text, name, h.Title, h.Snippet.Text)
		}
		ids = append(ids, h.ID)
	}
	return ids
}
