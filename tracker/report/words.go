package report

import (
	"fmt"
	"strings"
)

// sparkline draws counts as a line of small bars, the highest of them full; a dot is 0.
func sparkline(counts []int) string {
	top := 0
	for _, n := range counts {
		top = max(top, n)
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	var s strings.Builder
	for _, n := range counts {
		if n <= 0 {
			s.WriteRune('·')
			continue
		}
		s.WriteRune(bars[(n*len(bars)-1)/top])
	}
	return s.String()
}

// String is the impact in words.
func (i Impact) String() string {
	return fmt.Sprintf("%s, %s, %s, %s", count(i.Customers, "customer"), count(i.Complaints, "complaint"),
		count(i.Tickets, "new ticket"), count(i.Contacts, "contact"))
}

// impact is String with what it is compared with, if there is anything.
func (p Period) impact(i Impact) string {
	if p.Previous.IsZero() {
		return i.String()
	}
	return fmt.Sprintf("%s (%d in the time before)", i, i.Before)
}

// earlier is a number from the time before; "" if there was none.
func (p Period) earlier(n int) string {
	if p.Previous.IsZero() {
		return ""
	}
	return fmt.Sprint(n)
}

// String is the rule's record in words.
func (r Rule) String() string {
	return fmt.Sprintf("%s, similarity %.2f to %.2f, median %.2f, to beat %.2f",
		count(r.Decisions, "decision"), r.Lowest, r.Highest, r.Median, r.Threshold)
}

func (p Problem) articles() string {
	var s []string
	for _, id := range p.Articles {
		s = append(s, fmt.Sprintf("A%d", id))
	}
	return strings.Join(s, ", ")
}

func (s Suggestion) name() string {
	if s.Problem != 0 {
		return fmt.Sprintf("P%d", s.Problem)
	}
	return fmt.Sprintf("T%d", s.Ticket)
}

func (u Unwritten) known() string {
	if u.KnownError {
		return ", what to answer is known"
	}
	return ""
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// share is n with its part of all, in whole percents rounded down.
func share(n, all int) string {
	if all == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d of %d (%d %%)", n, all, n*100/all)
}
