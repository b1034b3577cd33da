package kb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// Advice is what is known that may help with a ticket. Every part says why it is
// there, in words for the agent.
type Advice struct {
	Ticket  tracker.Ticket `json:"ticket"`
	Problem *KnownProblem  `json:"problem,omitempty"` // that the ticket belongs to
	// Candidates are what it may belong to, best first, while it has no problem. What
	// people said it is not is left out.
	Candidates []CandidateAdvice `json:"candidates,omitempty"`
	// Ask is what to find out next to tell the candidates apart, the most telling first,
	// at most three; also while only the machine says which problem it is. Nothing is
	// asked that the ticket, its contacts or the customer's answers say already.
	Ask []Question `json:"ask,omitempty"`
	// Runs are the procedures begun on the ticket, those under way first.
	Runs []RunAdvice `json:"runs,omitempty"`
	// Articles are first those about the problem, then those that the search finds.
	Articles []ArticleAdvice `json:"articles,omitempty"`
	// Procedures apply to the ticket, the most specific first.
	Procedures []ProcedureAdvice `json:"procedures,omitempty"`
	// Similar are solved tickets that speak of the same, best first.
	Similar []SimilarTicket `json:"similar,omitempty"`

	// Behind and Rebuilding are as in [Results], for what the search found.
	Behind     uint64 `json:"behind"`
	Rebuilding bool   `json:"rebuilding"`
}

// KnownProblem is the problem behind a ticket.
type KnownProblem struct {
	Problem tracker.Problem `json:"problem"`
	Why     string          `json:"why"`
	Do      []string        `json:"do,omitempty"` // the fix, the resolution, the workaround, as far as there are
}

// CandidateAdvice is what a ticket may be the same as: a problem, or another ticket.
type CandidateAdvice struct {
	Candidate tracker.Candidate `json:"candidate"`
	Title     string            `json:"title"`
	Do        []string          `json:"do,omitempty"` // if it is that problem
	Why       string            `json:"why"`
}

// ArticleAdvice is an article that may help.
type ArticleAdvice struct {
	Article tracker.Article `json:"article"`
	Snippet Snippet         `json:"snippet"`
	Linked  bool            `json:"linked"` // it is about the problem, else it was found
	Why     string          `json:"why"`
}

// ProcedureAdvice is a procedure that applies.
type ProcedureAdvice struct {
	Procedure *sop.Procedure `json:"-"`
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Why       string         `json:"why"`
	// Run is the newest run of it on the ticket, 0 if it was not begun there.
	Run tracker.RunID `json:"run,omitempty"`
}

// SimilarTicket is a ticket that was solved.
type SimilarTicket struct {
	Ticket tracker.Ticket `json:"ticket"`
	Ended  string         `json:"ended"` // how, in words
	Why    string         `json:"why"`
}

// How much advice there is at most.
const (
	adviceArticles   = 5
	adviceProcedures = 3
	adviceSimilar    = 5
)

// Advise gathers what is known that may help with a ticket. What it finds by search is
// as far behind as Advice.Behind says; the rest is as of now. Another record that is
// damaged is left out. Its errors are [tracker.ErrNotFound], [tracker.ErrErased], the
// store's, ErrClosed and ctx's.
func (b *Base) Advise(ctx context.Context, id tracker.TicketID) (Advice, error) {
	t, err := b.Tracker.Ticket(ctx, id)
	if err != nil {
		return Advice{}, err
	}
	if t.Erased {
		return Advice{}, fmt.Errorf("ticket %d: %w", id, tracker.ErrErased)
	}
	said, err := b.said(ctx, t, tracker.Inbound)
	if err != nil {
		return Advice{}, err
	}
	return b.advise(ctx, t, said)
}

// AdviseContact is Advise for a contact that is not logged: while it is written, or
// for a form that looks for an answer first. Nothing is kept. Best it has From, Title,
// Text and what is known of the product; a Channel that is not said is [tracker.Form].
//
// The advice is for agents: it holds what other customers wrote. What the author of
// the contact may see themselves is what [Advice.ForCustomers] leaves.
//
// Its errors are [tracker.ErrInvalid] for a contact that could not be logged either, the
// store's, ErrClosed and ctx's.
func (b *Base) AdviseContact(ctx context.Context, c tracker.Contact) (Advice, error) {
	if c.Channel == "" {
		c.Channel = tracker.Form
	}
	found, err := b.Tracker.Candidates(ctx, c, 5)
	if err != nil {
		return Advice{}, err
	}
	t := tracker.Ticket{
		Title: show.Line(strings.ToValidUTF8(c.Title, "\uFFFD")), Kind: c.Kind, Channel: c.Channel, Status: tracker.StatusNew, Candidates: found,
		Language: c.Language, Product: c.Product, Components: c.Components, Version: c.Version,
	}
	customer, err := b.Tracker.CustomerByIdentity(ctx, c.From)
	if err != nil && !b.leftOut(err) {
		return Advice{}, err
	}
	t.Customer = customer.ID
	return b.advise(ctx, t, cut(strings.ToValidUTF8(c.Text, "\uFFFD"), maxTicket))
}

// advise is Advise for a ticket on which customers said something.
func (b *Base) advise(ctx context.Context, t tracker.Ticket, said string) (Advice, error) {
	a := Advice{Ticket: t}
	facts := factsOf(t, said)
	if t.Problem != 0 {
		p, err := b.Tracker.Problem(ctx, t.Problem)
		switch {
		case err == nil:
			a.Problem = knownProblem(t, p)
			facts.Problem, facts.ProblemTitle = uint64(p.ID), p.Title
		case !b.leftOut(err):
			return Advice{}, err
		}
	}
	if t.Problem == 0 || !t.Link.Person {
		candidates, err := b.candidates(ctx, t)
		if err != nil {
			return Advice{}, err
		}
		if a.Ask, err = b.ask(ctx, t, said, rivals(a.Problem, candidates)); err != nil {
			return Advice{}, err
		}
		if t.Problem == 0 {
			a.Candidates = candidates
		}
	}
	if t.Topic != 0 {
		topic, err := b.Tracker.Topic(ctx, t.Topic)
		if err != nil && !b.leftOut(err) {
			return Advice{}, err
		}
		facts.Words = append(facts.Words, topic.Title)
	}
	a.Procedures = b.procedures(facts)
	if err := b.findRuns(ctx, &a); err != nil {
		return Advice{}, err
	}
	if err := b.findArticles(ctx, &a, t, said); err != nil {
		return Advice{}, err
	}
	return a, b.findSimilar(ctx, &a, t, said)
}

// ForCustomers is the part of the advice that anybody may see: the articles for
// customers, and nothing of any ticket, problem or procedure.
func (a Advice) ForCustomers() Advice {
	open := Advice{Behind: a.Behind, Rebuilding: a.Rebuilding}
	for _, art := range a.Articles {
		if art.Article.Audience == tracker.Customers {
			art.Why = strings.TrimSuffix(art.Why, doubt(art.Article))
			if art.Linked {
				art.Linked, art.Why = false, "it is about the same"
			}
			x := art.Article
			art.Article = tracker.Article{ // what else it has, or will have, is ours
				ID: x.ID, Slug: x.Slug, Title: x.Title, Issue: x.Issue, Environment: x.Environment, Cause: x.Cause, Resolution: x.Resolution,
				Workaround: x.Workaround, Body: x.Body, Products: x.Products, Versions: x.Versions, Language: x.Language,
				Audience: x.Audience, Confidence: x.Confidence, Revision: x.Revision, Updated: x.Updated,
			}
			open.Articles = append(open.Articles, art)
		}
	}
	return open
}

func factsOf(t tracker.Ticket, said string) sop.Facts {
	return sop.Facts{
		Kind: string(t.Kind), Channel: string(t.Channel), Product: t.Product, Version: t.Version,
		Language: t.Language, Status: string(t.Status), Title: t.Title, Text: said,
	}
}

func knownProblem(t tracker.Ticket, p tracker.Problem) *KnownProblem {
	k := &KnownProblem{Problem: p, Do: whatHelps(p, t.Version), Why: "likely: the machine linked the ticket to it, and nobody has confirmed that"}
	if t.Link.Person {
		k.Why = "a person linked the ticket to it"
	}
	if p.FixedIn != "" && t.Version != "" {
		k.Why += fmt.Sprintf("; the ticket speaks of version %s, and it was fixed in %s", t.Version, p.FixedIn)
	}
	return k
}

// whatHelps is what is known to help somebody who has version, the final before the
// temporary. Nobody who has the fix, or has what came back after it, is told to update.
func whatHelps(p tracker.Problem, version string) []string {
	var do []string
	helps, known := p.Fixes(version)
	switch {
	case p.FixedIn == "":
	case helps, !known && p.Regressed.IsZero():
		do = append(do, "Update to version "+p.FixedIn+" or later.")
	case known:
		do = append(do, "It was fixed in "+p.FixedIn+" and is back in "+version+": tell the developers, and do not ask for an update.")
	default:
		do = append(do, "It was fixed in "+p.FixedIn+" and has come back since: ask which version it is.")
	}
	if p.Resolution != "" {
		do = append(do, "Resolution: "+p.Resolution)
	}
	if p.Workaround != "" {
		do = append(do, "Workaround: "+p.Workaround)
	}
	return do
}

// wordsOf are the words that count most, at most five.
func wordsOf(why []tracker.Reason) []string {
	var words []string
	for _, r := range why {
		if r.Word != "" && !slices.Contains(words, r.Word) && len(words) < 5 {
			words = append(words, r.Word)
		}
	}
	return words
}

func (b *Base) procedures(facts sop.Facts) []ProcedureAdvice {
	var all []ProcedureAdvice
	for _, m := range b.Procedures.Match(facts) {
		if len(all) == adviceProcedures {
			break
		}
		var why []string
		for _, r := range m.Why {
			if r.Held && r.Seen != "" {
				why = append(why, fmt.Sprintf("it says %q (%s)", r.Seen, r.Text))
			}
		}
		p := ProcedureAdvice{Procedure: m.Procedure, ID: m.Procedure.ID, Title: m.Procedure.Title, Why: "nothing speaks against it"}
		if len(why) > 0 {
			p.Why = strings.Join(why, ", ")
		}
		all = append(all, p)
	}
	return all
}

func (b *Base) findArticles(ctx context.Context, a *Advice, t tracker.Ticket, said string) error {
	seen := map[tracker.ArticleID]bool{}
	if a.Problem != nil {
		for art, err := range b.Tracker.Articles(ctx, tracker.ArticleQuery{Problem: a.Problem.Problem.ID}) {
			if b.leftOut(err) {
				continue
			}
			if err != nil {
				return err
			}
			if art.Confidence == tracker.Archived || len(a.Articles) == adviceArticles {
				continue
			}
			seen[art.ID] = true
			text := paragraphs(art.Resolution, art.Workaround, art.Issue, art.Body)
			a.Articles = append(a.Articles, ArticleAdvice{
				Article: art, Linked: true, Snippet: snippet(text, primary(art.Language), nil),
				Why: fmt.Sprintf("it is about the problem %q", a.Problem.Problem.Title) + doubt(art),
			})
		}
	}
	found, err := b.like(ctx, a, t, said, Query{Kinds: []Kind{Article}, Limit: 2 * adviceArticles}, nil)
	if err != nil {
		return err
	}
	for _, h := range found {
		n, err := strconv.ParseUint(h.ID, 10, 64)
		if err != nil || seen[tracker.ArticleID(n)] || len(a.Articles) >= adviceArticles {
			continue
		}
		art, err := b.Tracker.Article(ctx, tracker.ArticleID(n))
		if art.Confidence == tracker.Archived || b.leftOut(err) {
			continue // the index is behind
		}
		if err != nil {
			return err
		}
		a.Articles = append(a.Articles, ArticleAdvice{Article: art, Snippet: h.Snippet, Why: because(h) + doubt(art)})
	}
	return nil
}

func (b *Base) findSimilar(ctx context.Context, a *Advice, t tracker.Ticket, said string) error {
	solved := map[string][]string{"status": {string(tracker.StatusSolved), string(tracker.StatusClosed)}}
	found, err := b.like(ctx, a, t, said, Query{Kinds: []Kind{Ticket}, Limit: 2 * adviceSimilar}, solved)
	if err != nil {
		return err
	}
	for _, h := range found {
		n, err := strconv.ParseUint(h.ID, 10, 64)
		if err != nil || tracker.TicketID(n) == t.ID || len(a.Similar) == adviceSimilar {
			continue
		}
		other, err := b.Tracker.Ticket(ctx, tracker.TicketID(n))
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return err
		}
		if other.Erased || other.Status != tracker.StatusSolved && other.Status != tracker.StatusClosed {
			continue // the index is behind
		}
		a.Similar = append(a.Similar, SimilarTicket{Ticket: other, Ended: ended(other), Why: because(h)})
	}
	return nil
}

// like searches for what speaks of the same as the ticket.
func (b *Base) like(ctx context.Context, a *Advice, t tracker.Ticket, said string, q Query, only map[string][]string) ([]Hit, error) {
	found, err := b.search(ctx, q, &likeness{text: paragraphs(t.Title, said), only: only})
	a.Behind, a.Rebuilding = found.Behind, found.Rebuilding
	return found.Hits, err
}

// doubt is what agents are told of an article that somebody says is wrong.
func doubt(a tracker.Article) string {
	if a.Flags == 0 {
		return ""
	}
	return "; take care: " + count(a.Flags, "open flag") + have(a.Flags, " says", " say") + " that it is wrong or says too little"
}

// because says what a hit has in common with what was searched for.
func because(h Hit) string {
	if len(h.words) == 0 {
		return "it speaks of the same"
	}
	return "both say " + strings.Join(h.words, ", ")
}

// ended says how a ticket ended.
func ended(t tracker.Ticket) string {
	how, ok := map[tracker.Outcome]string{
		tracker.SolvedByKnown: "solved by something known",
		tracker.SolvedAnew:    "solved anew",
		tracker.TiedToProblem: "tied to a problem that developers own",
		tracker.Refunded:      "refunded",
		tracker.Declined:      "declined",
		tracker.Referred:      "referred elsewhere",
		tracker.Withdrawn:     "withdrawn",
		tracker.NoReply:       "closed without a reply",
		tracker.NothingAsked:  "closed: nothing was asked",
	}[t.Outcome]
	if !ok {
		how = string(t.Status)
	}
	if len(t.Articles) > 0 {
		ids := make([]string, len(t.Articles))
		for i, id := range t.Articles {
			ids[i] = fmt.Sprint(id)
		}
		how += ", with article " + strings.Join(ids, ", ")
	}
	if t.Reason != "" {
		how += ": " + show.Line(t.Reason)
	}
	return how
}
