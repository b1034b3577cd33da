// Command promise asks whether the machine makes as many wrong joins as it promises. It
// back-tests Cautions over logs of real texts, and counts what can be known to be wrong:
//
//   - by chance: in a log whose texts have had their words dealt anew, so that no two
//     are about anything, every join is one;
//   - strangers: in a log of two sets that have nothing to do with each other, every join
//     of a ticket of the one with a ticket of the other;
//   - by label: every join of two tickets to which people gave different labels.
//
// It says how many each are in 1,000 contacts. Copies (texts that are the same but for
// numbers, or nearly so) are counted apart: chance has nothing to do with them.
//
//	go run ./promise [-n 16000] [-cautions 1,2,5,10] [-sets titanium,…] DATA
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func main() {
	n := flag.Int("n", 16000, "contacts of a set, at most")
	cautions := flag.String("cautions", "1,2,5,10", "what to try")
	only := flag.String("sets", "titanium,it-tickets,banking77,clinc150,dstc11-insurance,multidogo", "which sets")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), *n, strings.Split(*only, ","), strings.Split(*cautions, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "promise:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, data string, n int, names, cautions []string) error {
	fmt.Printf("In 1,000 contacts; joins that are no copies, and behind + the copies.\n\n")
	fmt.Println("| set | Caution | joins | promised by chance | by chance, words dealt anew | promised wrong | with strangers | other label |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, name := range names {
		set, err := read(data, name, n)
		if err != nil {
			return err
		}
		other, err := read(data, stranger(name), len(set))
		if err != nil {
			return err
		}
		own, err := logOf(ctx, set)
		if err != nil {
			return err
		}
		dealt, err := logOf(ctx, deal(set))
		if err != nil {
			return err
		}
		mixed, err := logOf(ctx, mix(set, other))
		if err != nil {
			return err
		}
		for _, s := range cautions {
			c, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return err
			}
			var counts [3]count
			for i, l := range []*logged{own, dealt, mixed} {
				if counts[i], err = l.test(ctx, c); err != nil {
					return err
				}
			}
			o, d, m := counts[0], counts[1], counts[2]
			fmt.Printf("| %s, %d | %g | %s | %.2f | %s | %g | %s | %s |\n", name, len(set), c,
				o.in1000(o.joins), 1000*o.chance/float64(o.contacts), d.in1000(d.joins), c, m.in1000(m.strangers), o.in1000(o.labels))
		}
	}
	return nil
}

// logged is a log of texts that only waits to be back-tested.
type logged struct {
	tracker *tracker.Tracker
	texts   map[tracker.TicketID]text
}

// logOf logs texts, a minute apart where they have no time.
func logOf(ctx context.Context, texts []text) (*logged, error) {
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	tr, err := tracker.New(ctx, memstore.New(), &tracker.Options{NoGrouping: true, Key: []byte("promise"), Now: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	l := &logged{tr, map[tracker.TicketID]text{}}
	contacts := func(yield func(tracker.Contact, error) bool) {
		for _, t := range texts {
			if now = now.Add(time.Minute); t.contact.At.After(now) {
				now = t.contact.At
			}
			if !yield(t.contact, nil) {
				return
			}
		}
	}
	i := 0
	_, err = tr.Import(ctx, contacts, func(_ tracker.Contact, r tracker.Receipt, err error) {
		if err == nil {
			l.texts[r.Ticket] = texts[i]
		}
		i++
	})
	return l, err
}

// split is a number of joins, and of copies.
type split struct{ model, copies int }

func (s *split) add(j tracker.CautionJoin) {
	if j.Rule == "model" {
		s.model++
	} else {
		s.copies++
	}
}

type count struct {
	contacts                 int
	joins, strangers, labels split
	chance                   float64
}

func (c count) in1000(s split) string {
	return fmt.Sprintf("%.2f + %.2f", 1000*float64(s.model)/float64(c.contacts), 1000*float64(s.copies)/float64(c.contacts))
}

func (l *logged) test(ctx context.Context, caution float64) (c count, err error) {
	h, err := l.tracker.BacktestCaution(ctx, tracker.CautionTest{Caution: caution}, func(j tracker.CautionJoin) {
		c.joins.add(j)
		a, b := l.texts[j.Ticket], l.texts[j.With]
		if a.set != b.set {
			c.strangers.add(j)
		}
		if a.label != b.label || a.label == "" {
			c.labels.add(j)
		}
	})
	c.contacts, c.chance = h.Contacts, h.Chance
	if err == nil && h.Contacts == 0 {
		err = errors.New("nothing to compare")
	}
	return c, err
}
