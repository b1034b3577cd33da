// Package titanium reads the tickets of the tracker of that name, and which of them
// somebody marked as a duplicate of an older one.
package titanium

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Ticket is a ticket as it stood in the end.
type Ticket struct {
	ID, Title, Text         string
	Time                    time.Time
	Project, Kind, Priority string
	Components              []string
	Group                   string `json:"dup_group"` // what its duplicates share
}

// Tickets returns all tickets of the set in the folder data, the oldest first.
func Tickets(data string) ([]*Ticket, error) {
	f, err := os.Open(filepath.Join(data, "titanium", "tickets.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var all []*Ticket
	for dec := json.NewDecoder(z); dec.More(); {
		t := &Ticket{}
		if err := dec.Decode(t); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b *Ticket) int { return a.Time.Compare(b.Time) })
	return all, nil
}

// Queries returns those of the tickets for which an older duplicate is known, in the
// order in which evaluate.py halves them.
func Queries(data string, tickets []*Ticket) ([]*Ticket, error) {
	f, err := os.Open(filepath.Join(data, "titanium", "dup.qrels.tsv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	asked := map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if col := strings.Fields(lines.Text()); len(col) == 3 {
			asked[col[0]] = true
		}
	}
	queries := slices.DeleteFunc(slices.Clone(tickets), func(t *Ticket) bool { return !asked[t.ID] })
	slices.SortFunc(queries, func(a, b *Ticket) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
	if len(queries) == 0 {
		return nil, fmt.Errorf("%s asks for no ticket", f.Name())
	}
	return queries, lines.Err()
}
