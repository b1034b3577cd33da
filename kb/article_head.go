package kb

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/supportloop/supportloop/tracker"
)

// readHead reads the keys that are ours.
func (t *articleText) readHead(wrong func(int, string)) {
	a := &t.article
	get := func(key string, list bool) []string {
		e := t.head.get(key)
		switch {
		case e == nil:
			return nil
		case e.wrong != "":
			wrong(e.at+2, key+": "+e.wrong)
			return nil
		case e.list && !list:
			wrong(e.from+2, key+": want one text, not a list")
			return nil
		}
		return e.values
	}
	text := func(key string) string { return strings.Join(get(key, false), "") }
	at := func(key string) int { return t.head.get(key).from + 2 }
	number := func(key, s string) uint64 {
		n, err := strconv.ParseUint(s, 10, 64)
		if s != "" && (err != nil || n == 0) {
			wrong(at(key), fmt.Sprintf("%s: %q is not a number of a record", key, clip(s, 40)))
			return 0
		}
		return n
	}
	a.ID = tracker.ArticleID(number("id", text("id")))
	a.Slug, a.Language, a.Owner = text("slug"), text("language"), text("owner")
	a.Title = strings.Join(strings.Fields(text("title")), " ")
	switch e := t.head.get("title"); {
	case e == nil:
		wrong(1, "the article has no title: write one like title: Pairing a lamp")
	case e.wrong == "" && !e.list && a.Title == "":
		wrong(at("title"), "title: is empty")
	case strings.ContainsFunc(a.Title, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF' }):
		wrong(at("title"), "title: holds a character that cannot be seen: type it anew")
	case len(a.Title) > maxArticleName:
		wrong(at("title"), fmt.Sprintf("title: is longer than %d bytes", maxArticleName))
	}
	a.Audience = tracker.Audience(cmp.Or(text("audience"), string(tracker.Internal)))
	if a.Audience != tracker.Internal && a.Audience != tracker.Customers {
		wrong(at("audience"), fmt.Sprintf("audience: %q: want internal or customers", clip(string(a.Audience), 40)))
	}
	a.Confidence = tracker.Confidence(cmp.Or(text("confidence"), string(tracker.WorkInProgress)))
	if !slices.Contains([]tracker.Confidence{tracker.WorkInProgress, tracker.NotValidated, tracker.Validated, tracker.Archived}, a.Confidence) {
		wrong(at("confidence"), fmt.Sprintf("confidence: %q: want work_in_progress, not_validated, validated or archived", clip(string(a.Confidence), 40)))
	}
	if s := text("review_by"); s != "" {
		var err error
		if a.ReviewBy, err = time.Parse(time.DateOnly, s); err != nil {
			if a.ReviewBy, err = time.Parse(time.RFC3339, s); err != nil {
				wrong(at("review_by"), fmt.Sprintf("review_by: %q is not a date like 2026-09-01", clip(s, 40)))
			}
		}
		a.ReviewBy = a.ReviewBy.UTC()
	}
	a.Products, a.Versions, a.Procedures = get("products", true), get("versions", true), get("procedures", true)
	for _, s := range get("problems", true) {
		if n := number("problems", s); n != 0 {
			a.Problems = append(a.Problems, tracker.ProblemID(n))
		}
	}
	a.ReplacedBy = tracker.ArticleID(number("replaced_by", text("replaced_by")))
	if a.ReplacedBy != 0 && a.Confidence != tracker.Archived {
		wrong(at("replaced_by"), "replaced_by: only an archived article is replaced: write confidence: archived, or take this out")
	}
}

// settings are what the head says of an article, in the order in which it is written.
func settings(a tracker.Article) []setting {
	one := func(key, v string, plain bool) setting {
		s := setting{key: key, plain: plain}
		if v != "" {
			s.values = []string{v}
		}
		return s
	}
	many := func(key string, v []string) setting { return setting{key: key, values: v, list: true} }
	review := ""
	if at := a.ReviewBy.UTC(); !at.IsZero() {
		if review = at.Format(time.RFC3339Nano); at.Equal(at.Truncate(24 * time.Hour)) {
			review = at.Format(time.DateOnly)
		}
	}
	return []setting{
		one("id", digits(a.ID), true), one("slug", a.Slug, false), one("title", a.Title, false), one("language", a.Language, false),
		one("audience", string(a.Audience), true), one("confidence", string(a.Confidence), true), one("replaced_by", digits(a.ReplacedBy), true),
		one("owner", a.Owner, false), one("review_by", review, true), many("products", a.Products), many("versions", a.Versions),
		{key: "problems", values: strings.Fields(list(a.Problems)), list: true, plain: true}, many("procedures", a.Procedures),
	}
}

func digits(id tracker.ArticleID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(id), 10)
}

// says reports whether an entry of the head says what it is to say.
func (t *articleText) says(s setting) bool {
	for _, is := range settings(t.article) {
		if is.key == s.key {
			return slices.Equal(is.values, s.values)
		}
	}
	return false
}
