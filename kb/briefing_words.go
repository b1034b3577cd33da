package kb

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker"
)

// clock is a time as people write it at a moment, in the moment's zone: without the day
// where that is today.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.Year() != now.Year():
		return t.Format("2 Jan 2006")
	case t.YearDay() != now.YearDay():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("15:04")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func have(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// brief shortens a line to at most n characters, between words where there are any.
func brief(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	s = string(r[:n-2])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:") + " …"
}

// hidden stands where something that may identify a customer was.
const hidden = "[…]"

var (
	addresses = regexp.MustCompile(`\S+@[^\s@]*[^\s@.,;:!?)\]]|@[\pL\pN_.-]*[\pL\pN_]`)
	numbers   = regexp.MustCompile(`\+?\(?\b\pN[\pN().\-/ ]{5,}\pN`)
	harmless  = regexp.MustCompile(`^(?:\(?\pN{1,4}(?:\.\pN{1,5}){1,3}\)?[ /-]*)+$|^(?:19|20)\pN\pN-\pN\pN-\pN\pN$`) // versions, dates
	oneWord   = regexp.MustCompile(`[\pL\pM\pN_]+`)
)

// hideNames takes out of a line addresses and long numbers, and what else identifies the
// customers of its problem.
func (b *Base) hideNames(ctx context.Context, l *BriefingLine) error {
	n := newNames()
	if l.Problem == 0 {
		l.Title = n.hide(l.Title)
		return nil
	}
	seen := map[tracker.CustomerID]bool{}
	for t, err := range b.Tracker.Tickets(ctx, tracker.TicketQuery{Problem: l.Problem}) {
		if b.leftOut(err) || err == nil && (t.Customer == 0 || seen[t.Customer]) {
			continue
		}
		if err != nil {
			return err
		}
		seen[t.Customer] = true
		c, err := b.Tracker.Customer(ctx, t.Customer)
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return err
		}
		n.add(c)
	}
	l.Title = n.hide(l.Title)
	for i := range l.Do {
		l.Do[i] = n.hide(l.Do[i])
	}
	return nil
}

// names are what customers are called, folded.
type names struct {
	cased map[string]bool // words of names, which are other words too where they have no capital
	any   map[string]bool // handles
	whole []string        // in scripts without capitals and spaces
}

func newNames() *names { return &names{cased: map[string]bool{}, any: map[string]bool{}} }

func (n *names) add(c tracker.Customer) {
	for _, name := range []string{c.Name, c.Organization} {
		for _, w := range oneWord.FindAllString(name, -1) {
			switch r := []rune(w); {
			case strings.ToUpper(w) != strings.ToLower(w):
				if len(r) > 1 {
					n.cased[fold(w)] = true
				}
			case len(r) > 1:
				n.whole = append(n.whole, w)
			}
		}
	}
	for _, id := range c.Identities {
		if id.Kind == tracker.IdentityHandle {
			n.any[fold(id.Value)] = true
		}
	}
}

// hide replaces addresses, long numbers and the names in a line.
func (n *names) hide(s string) string {
	s = addresses.ReplaceAllString(s, hidden)
	s = numbers.ReplaceAllStringFunc(s, func(m string) string {
		digits := 0
		for _, r := range m {
			if unicode.IsNumber(r) {
				digits++
			}
		}
		if digits < 7 || harmless.MatchString(m) {
			return m
		}
		return hidden
	})
	for _, name := range n.whole {
		s = strings.ReplaceAll(s, name, hidden)
	}
	s = oneWord.ReplaceAllStringFunc(s, func(w string) string {
		first, _ := utf8.DecodeRuneInString(w)
		if n.any[fold(w)] || n.cased[fold(w)] && !unicode.IsLower(first) {
			return hidden
		}
		return w
	})
	return strings.ReplaceAll(s, hidden+" "+hidden, hidden)
}
