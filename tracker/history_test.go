package tracker_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// history is one random life of a log, on a store in memory and, if there is a path,
// on a file at the same time.
type history struct {
	t        *testing.T
	rnd      *rand.Rand
	also     *rand.Rand // what procedures are followed; nil: none
	articles *rand.Rand // what is done with articles; nil: nothing
	outages  *rand.Rand // what is told of outages; nil: nothing
	clock    *clock
	mem      *memstore.Store
	path     string
	on       []*tracker.Tracker
	model    *model
	said     []tracker.Contact // that were logged
	seen     tracker.DecisionID
	told     []string
}

// TestHistories runs random operations on the stores and on the model. After each of
// them all show the same; at the end both stores export the same bytes.
func TestHistories(t *testing.T) {
	seeds, steps := uint64(8), 120
	if testing.Short() {
		seeds = 2
	}
	if everything {
		seeds, steps = 200, 250
	}
	for seed := range seeds {
		n := steps
		if seed%4 == 0 {
			n = steps * 2 / 3
		}
		runHistory(t, seed, n, seed%4 == 0, true)
	}
}

func runHistory(t *testing.T, seed uint64, steps int, onFile, procedures bool) {
	t.Run(fmt.Sprint(seed), func(t *testing.T) {
		h := &history{t: t, rnd: rand.New(rand.NewPCG(seed, 3)), clock: newClock(), mem: memstore.New(), model: newModel()}
		if procedures {
			h.also, h.articles, h.outages = rand.New(rand.NewPCG(seed, 4)), rand.New(rand.NewPCG(seed, 5)), rand.New(rand.NewPCG(seed, 6))
		}
		if onFile {
			h.path = tempFile(t)
		}
		h.open()
		defer func() {
			if t.Failed() {
				t.Errorf("the history of seed %d:\n\t%s", seed, strings.Join(h.told[max(0, len(h.told)-70):], "\n\t"))
			}
		}()
		for range steps {
			h.step()
			if h.also != nil && len(h.model.tickets) >= 6 && h.also.IntN(2) == 0 {
				h.follow()
			}
			if h.articles != nil && len(h.model.tickets) >= 6 && h.articles.IntN(2) == 0 {
				h.know()
			}
			if h.outages != nil && h.outages.IntN(3) == 0 {
				h.announce()
			}
			h.check()
		}
		h.compareRefusals()
		for _, tr := range h.on {
			h.compareRuns(tr)
			h.compareArticles(tr)
			h.compareOutages(tr)
			checkSound(t, tr)
			require.NoError(t, tr.Close())
		}
	})
}

func (h *history) open() {
	for _, tr := range h.on {
		require.NoError(h.t, tr.Close())
	}
	h.on = []*tracker.Tracker{openStore(h.t, h.mem, h.clock)}
	if h.path != "" {
		h.on = append(h.on, openBolt(h.t, h.path, h.clock))
	}
}

func (h *history) tell(format string, args ...any) {
	h.told = append(h.told, fmt.Sprintf(format, args...))
}

// both does something on every store and returns what came of it, which has to be
// the same.
func both[T any](h *history, do func(*tracker.Tracker) (T, error)) (T, error) {
	first, err := do(h.on[0])
	for _, tr := range h.on[1:] {
		other, oerr := do(tr)
		require.Equal(h.t, fmt.Sprint(err), fmt.Sprint(oerr), "the stores answer otherwise")
		require.Equal(h.t, first, other, "the stores answer otherwise")
	}
	return first, err
}

func (h *history) ticket() tracker.TicketID {
	return tracker.TicketID(1 + h.rnd.IntN(len(h.model.tickets)))
}

func (h *history) problem() tracker.ProblemID {
	return tracker.ProblemID(1 + h.rnd.IntN(len(h.model.problems)))
}

func (h *history) customer() tracker.CustomerID {
	return tracker.CustomerID(1 + h.rnd.IntN(len(h.model.customers)))
}

func (h *history) target(not tracker.TicketID) tracker.Target {
	if h.rnd.IntN(2) == 0 && len(h.model.problems) > 0 {
		return ofProblem(h.problem())
	}
	for {
		if id := h.ticket(); id != not {
			return ofTicket(id)
		}
	}
}

func (h *history) step() {
	h.clock.forward(time.Duration(h.rnd.IntN(3)) * time.Hour)
	if len(h.model.tickets) < 6 {
		h.log()
		return
	}
	switch n := h.rnd.IntN(100); {
	case n < 34:
		h.log()
	case n < 38:
		h.duplicate()
	case n < 46:
		h.followUp()
	case n < 49:
		h.close()
	case n < 53:
		h.reopen()
	case n < 55:
		h.erase()
	case n < 57:
		h.regroup()
	case n < 60:
		h.mergeCustomers()
	case n < 74:
		h.undo()
	case n < 80:
		h.thereAndBack()
	default:
		h.decide()
	}
}

// address n is p<n>, the ones that the fixtures write from.
func address(n int) string { return fmt.Sprintf("p%d@example.org", n) }

func (h *history) log() {
	n := h.rnd.IntN(40)
	c := about(h.rnd.IntN(4), n)
	if h.rnd.IntN(4) == 0 {
		c = alone(n)
		c.Title += fmt.Sprint(" ", len(h.said))
	}
	c = from(c, "model", len(h.said))
	h.take(c, address(n), 0)
}

// take logs a contact and holds its receipt against the model.
func (h *history) take(c tracker.Contact, from string, names tracker.TicketID) {
	id, fresh := h.model.logged(from, names)
	h.said = append(h.said, c)
	r, err := both(h, func(tr *tracker.Tracker) (tracker.Receipt, error) { return tr.Log(ctx, c) })
	require.NoError(h.t, err)
	h.tell("contact %d from %s %q, naming ticket %d: ticket %d, problem %d %s", r.Contact, from, c.Title, names, r.Ticket, r.Problem, r.Rule)
	require.Equal(h.t, id, r.Ticket)
	require.Equal(h.t, fresh, r.NewTicket)
	require.False(h.t, r.Duplicate)
	require.Equal(h.t, tracker.ContactID(h.model.contacts), r.Contact)
}

func (h *history) duplicate() {
	n := h.rnd.IntN(len(h.said))
	head, err := h.on[0].Head(ctx)
	require.NoError(h.t, err)
	r, err := both(h, func(tr *tracker.Tracker) (tracker.Receipt, error) { return tr.Log(ctx, h.said[n]) })
	h.tell("contact %d again", r.Contact)
	require.NoError(h.t, err)
	require.True(h.t, r.Duplicate)
	require.Equal(h.t, tracker.ContactID(n+1), r.Contact)
	now, err := h.on[0].Head(ctx)
	require.NoError(h.t, err)
	require.Equal(h.t, head, now)
}

func (h *history) followUp() {
	id := h.ticket()
	tk, err := h.on[0].Ticket(ctx, id)
	require.NoError(h.t, err)
	n := h.rnd.IntN(40)
	for address, owner := range h.model.identities { // mostly of whose it is
		if owner == tk.Customer && h.rnd.IntN(5) > 0 {
			_, err := fmt.Sscanf(address, "p%d@", &n)
			require.NoError(h.t, err)
			break
		}
	}
	c := from(about(h.rnd.IntN(4), n), "model", len(h.said))
	c.Title = "Re: [" + tk.Reference + "] " + c.Title
	h.take(c, address(n), id)
}

func (h *history) close() {
	id := h.ticket()
	_, err := both(h, func(tr *tracker.Tracker) (tracker.Ticket, error) {
		return tr.CloseTicket(ctx, id, tracker.SolvedAnew, "")
	})
	h.tell("close ticket %d: %v", id, err)
	switch tk := h.model.tickets[id]; {
	case tk.erased:
		require.ErrorIs(h.t, err, tracker.ErrErased)
	case tk.closed:
		require.ErrorIs(h.t, err, tracker.ErrConflict)
	case h.model.promised(id):
		require.ErrorIs(h.t, err, tracker.ErrConflict)
	default:
		require.NoError(h.t, err)
		tk.closed = true
	}
}

func (h *history) reopen() {
	if h.path != "" && h.rnd.IntN(2) == 0 {
		h.tell("reopen, with the index made anew")
		if err := os.Remove(h.path + ".cache"); err != nil {
			require.ErrorIs(h.t, err, os.ErrNotExist)
		}
	}
	h.tell("reopen")
	h.open()
}

func (h *history) erase() {
	id := h.customer()
	h.tell("erase customer %d", id)
	for _, tr := range h.on { // what they tell of compaction differs
		_, err := tr.Erase(ctx, id)
		require.NoError(h.t, err)
	}
	h.model.erase(id)
}

func (h *history) regroup() {
	sum, err := both(h, func(tr *tracker.Tracker) (tracker.Regrouped, error) { return tr.Regroup(ctx) })
	require.NoError(h.t, err)
	h.tell("regroup: %+v", sum)
}

func (h *history) mergeCustomers() {
	into, from := h.customer(), h.customer()
	h.made(fmt.Sprintf("merge customer %d into %d", from, into),
		func(tracker.DecisionID) (*modelDecision, error) { return h.model.mergeCustomers(into, from) },
		func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.MergeCustomers(ctx, into, from) })
}

// made makes a decision on the model and on the stores, and holds one against the
// other. It returns the decision's number, 0 for none.
func (h *history) made(what string, model func(tracker.DecisionID) (*modelDecision, error), do func(*tracker.Tracker) (tracker.Decision, error)) tracker.DecisionID {
	st, err := h.on[0].Stats(ctx)
	require.NoError(h.t, err)
	id := tracker.DecisionID(st.Decisions + 1)
	want, werr := model(id)
	got, err := both(h, do)
	h.tell("decision %d: %s: %v", id, what, err)
	if werr != nil {
		require.ErrorIs(h.t, err, werr, what)
		return 0
	}
	require.NoError(h.t, err, what)
	require.Equal(h.t, id, got.ID)
	h.model.take(id, want)
	return id
}

func (h *history) undo() {
	ids := slices.Sorted(maps.Keys(h.model.decisions))
	if len(ids) == 0 {
		return
	}
	of := ids[max(h.rnd.IntN(len(ids)), h.rnd.IntN(len(ids)))]
	id := h.made(fmt.Sprintf("undo %d", of),
		func(id tracker.DecisionID) (*modelDecision, error) { return h.model.undo(id, of) },
		func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Undo(ctx, of) })
	if id != 0 {
		h.model.undone(id, of)
	}
}

// thereAndBack makes a decision and takes it back at once: everything is as it was.
func (h *history) thereAndBack() {
	before := belongings(h.t, h.on[0])
	of := h.decide()
	if of == 0 {
		return
	}
	id := h.made(fmt.Sprintf("undo %d at once", of),
		func(id tracker.DecisionID) (*modelDecision, error) { return h.model.undo(id, of) },
		func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Undo(ctx, of) })
	require.NotZero(h.t, id)
	h.model.undone(id, of)
	require.Equal(h.t, before, belongings(h.t, h.on[0]))
}

func (h *history) decide() tracker.DecisionID {
	m, id := h.model, h.ticket()
	some := []tracker.TicketID{id}
	for range h.rnd.IntN(3) {
		if t := h.ticket(); !slices.Contains(some, t) {
			some = append(some, t)
		}
	}
	n := h.rnd.IntN(10)
	if len(m.problems) < 2 {
		n %= 6
	}
	switch {
	case n < 3:
		target := h.target(id)
		return h.made(fmt.Sprintf("confirm ticket %d as %+v", id, target),
			func(d tracker.DecisionID) (*modelDecision, error) { return m.confirm(d, id, target) },
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Confirm(ctx, id, target) })
	case n < 6:
		target := h.target(id)
		return h.made(fmt.Sprintf("reject ticket %d as %+v", id, target),
			func(d tracker.DecisionID) (*modelDecision, error) { return m.reject(d, id, target) },
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Reject(ctx, id, target) })
	case n < 7:
		to := tracker.ProblemID(0)
		if h.rnd.IntN(3) > 0 {
			to = h.problem()
		}
		return h.made(fmt.Sprintf("move tickets %v to problem %d", some, to),
			func(d tracker.DecisionID) (*modelDecision, error) { return m.move(d, to, some) },
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Move(ctx, to, some...) })
	case n < 8:
		p := h.problem()
		if in := m.in(m.resolve(p)); len(in) > 1 {
			some = in[:1+h.rnd.IntN(len(in)-1)]
		}
		return h.made(fmt.Sprintf("split tickets %v off problem %d", some, p),
			func(d tracker.DecisionID) (*modelDecision, error) { return m.split(d, p, some) },
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Split(ctx, p, some...) })
	default:
		into, from := h.problem(), h.problem()
		return h.made(fmt.Sprintf("merge problem %d into %d", from, into),
			func(d tracker.DecisionID) (*modelDecision, error) { return m.merge(d, into, from) },
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Merge(ctx, into, from) })
	}
}

// check takes over what the machine decided, and compares.
func (h *history) check() {
	for d, err := range h.on[0].Decisions(ctx, tracker.DecisionQuery{After: h.seen}) {
		require.NoError(h.t, err)
		if h.seen = d.ID; d.Rule != "" {
			h.tell("the machine: decision %d, %s by %s: ticket %d with %d, problem %d from %d", d.ID, d.Verb, d.Rule, d.Ticket, d.With, d.Problem, d.From)
			require.NoError(h.t, h.model.takeMachine(d))
		}
	}
	require.NoError(h.t, h.model.compare(h.on[0]))
	require.NoError(h.t, titlesDiffer(h.on[0]))
	if len(h.told)%10 == 0 {
		h.compareRefusals()
	}
	if len(h.on) > 1 && h.rnd.IntN(4) == 0 {
		require.Equal(h.t, export(h.t, h.on[0]), export(h.t, h.on[1]), "both stores export the same")
	}
}

func (h *history) compareRefusals() {
	got := map[refusal]bool{}
	for line := range strings.Lines(export(h.t, h.on[0])) {
		var l struct{ Bucket, Key string }
		require.NoError(h.t, json.Unmarshal([]byte(line), &l))
		if l.Bucket != "refusals" {
			continue
		}
		k, err := hex.DecodeString(l.Key)
		require.NoError(h.t, err)
		r := refusal{kind: k[8]}
		for i := range 8 {
			r.ticket = r.ticket<<8 | tracker.TicketID(k[i])
			r.other = r.other<<8 | uint64(k[9+i])
		}
		got[r] = true
	}
	want := map[refusal]bool{}
	for r := range h.model.refusals {
		want[r] = true
	}
	require.Equal(h.t, want, got, "what people refused")
}

// TestHistoriesThatFailedOnce: each of these found a mistake.
func TestHistoriesThatFailedOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	for _, seed := range []uint64{19, 23, 94} {
		runHistory(t, seed, 120, false, false)
	}
}
