package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// An outage is read whole, by everybody, so it is bounded.
const (
	maxOutageText     = 4000 // bytes of a text and of Prevention
	maxOutageUpdates  = 500
	maxOutageProducts = 100
)

// PostOutage tells everybody that a service is interrupted. Title and text are required;
// best also Products, Problem and Expected. Phase defaults to [OutageInvestigating], Began
// to now; one that is over already is posted as [OutageResolved], with Ended. A text has
// at most 4,000 bytes, in lines, without markup.
//
// Errors: [ErrInvalid], [ErrNotFound] for a problem that is not there.
func (t *Tracker) PostOutage(ctx context.Context, o Outage, text string) (Outage, error) {
	var out Outage
	err := t.write(ctx, "post_outage", "", len(text)+2048, func(x *tx) error {
		x.head.Outages++
		o := o
		o.ID, o.Updates = x.head.Outages, nil
		if o.Phase == "" {
			o.Phase = OutageInvestigating
		}
		if o.Began.IsZero() {
			o.Began = x.now
		}
		var err error
		out, err = x.saveOutage(nil, o, text)
		return err
	})
	return out, err
}

// UpdateOutage tells everybody how an outage goes on: text is told, and fn changes what is
// so from now on: Title, Products, Problem, Phase, Began, Expected, Ended, and once it is
// resolved Prevention. Either may be left out, as "" and nil: what changes without a text
// is told by no update. A phase is told with a text and only goes forward, but for an
// outage that was resolved: one that is back is opened again in any phase, the update says
// so, and the end it had and the one that was expected are taken off it. It ends when it is
// said to be resolved, unless Ended is another time. What was told already stays; fn may
// correct a Text of it, as where it names a customer.
//
// fn may run on another caller's goroutine and must not call the tracker.
//
// Errors: fn's, [ErrNotFound], [ErrInvalid].
func (t *Tracker) UpdateOutage(ctx context.Context, id OutageID, text string, fn func(*Outage) error) (Outage, error) {
	var out Outage
	err := t.write(ctx, "update_outage", fmt.Sprintf("outage %d", id), len(text)+8192, func(x *tx) error {
		was, err := must[Outage](x, bOutages, id, "outage")
		if err != nil {
			return err
		}
		edited, err := must[Outage](x, bOutages, id, "outage")
		if err != nil {
			return err
		}
		switch {
		case fn != nil:
			if err := fn(edited); err != nil {
				return err
			}
		case paragraphs(text) == "":
			return fmt.Errorf("%w: an update of outage %d tells something, or changes something", ErrInvalid, id)
		}
		if err := x.corrected(was, edited); err != nil {
			return err
		}
		out, err = x.saveOutage(was, *edited, text)
		return err
	})
	return out, err
}

// corrected checks what was made of the updates that were told already, and dates those
// whose text is another now.
func (x *tx) corrected(was, o *Outage) error {
	if o.ID != was.ID || len(o.Updates) != len(was.Updates) {
		return fmt.Errorf("%w: the number of outage %d stays, and so do its updates; what is new is told as the text of one", ErrInvalid, was.ID)
	}
	for i := range o.Updates {
		u, old := &o.Updates[i], was.Updates[i]
		if u.Text != old.Text {
			u.Text = paragraphs(u.Text)
			if err := outageText(u.Text, fmt.Sprintf("update %d of outage %d", i+1, was.ID)); err != nil {
				return err
			}
			old.Text, old.Corrected = u.Text, x.now
			u.Corrected = x.now
		}
		if !same(*u, old) {
			return fmt.Errorf("%w: of update %d of outage %d only the text is corrected", ErrInvalid, i+1, was.ID)
		}
	}
	return nil
}

// saveOutage checks and writes what an outage is now, nil being what a new one was, with
// what is told of it.
func (x *tx) saveOutage(was *Outage, o Outage, text string) (Outage, error) {
	if was == nil {
		was = &Outage{ID: o.ID}
	}
	text, o.Prevention = paragraphs(text), paragraphs(o.Prevention)
	if o.Title = cut(clean(o.Title), x.c.opts.Limits.Title); o.Title == "" {
		return o, fmt.Errorf("%w: an outage needs a title", ErrInvalid)
	}
	err := x.tellOutage(was, &o, text)
	if err == nil {
		err = x.timesOfOutage(was, &o)
	}
	if err == nil {
		err = x.causeOfOutage(was, &o)
	}
	if err != nil {
		return o, err
	}
	return o, errors.Join(save(x, bOutages, key(o.ID), o), x.change(Change{Action: OutageChanged, Outage: o.ID}))
}

// tellOutage adds the update of a text, and of the phase that begins with it.
func (x *tx) tellOutage(was, o *Outage, text string) error {
	to, from := slices.Index(outagePhases, o.Phase), slices.Index(outagePhases, was.Phase)
	reopened := was.Phase == OutageResolved && o.Open()
	switch {
	case to < 0:
		return fmt.Errorf("%w: outage phase %q: want one of %v", ErrInvalid, o.Phase, outagePhases)
	case to < from && !reopened:
		return fmt.Errorf("%w: outage %d is %s already and does not go back to %s: say in a text what turned out to be otherwise", ErrInvalid, o.ID, was.Phase, o.Phase)
	case o.Prevention != was.Prevention && o.Prevention != "" && o.Open():
		return fmt.Errorf("%w: what is done so that it does not happen again is told once the outage is resolved; this one is %s", ErrInvalid, o.Phase)
	case len(o.Prevention) > maxOutageText:
		return fmt.Errorf("%w: Prevention has %d bytes, at most %d are read: shorten it", ErrInvalid, len(o.Prevention), maxOutageText)
	case text == "" && o.Phase == was.Phase:
		return nil
	}
	if err := outageText(text, fmt.Sprintf("the update that an outage is %s", o.Phase)); err != nil {
		return err
	}
	if ends := o.Phase == OutageResolved && was.Open(); len(o.Updates) >= maxOutageUpdates && !ends {
		return fmt.Errorf("%w: outage %d has %d updates, nobody reads more: resolve it, and post another if it goes on", ErrInvalid, o.ID, len(o.Updates))
	}
	if reopened {
		if o.Ended.Equal(was.Ended) {
			o.Ended = time.Time{}
		}
		if o.Expected.Equal(was.Expected) {
			o.Expected = time.Time{}
		}
	}
	o.Updates = append(o.Updates, OutageUpdate{Phase: o.Phase, At: x.now, By: x.actor, Text: text, Reopened: reopened})
	return nil
}

func outageText(text, of string) error {
	switch {
	case text == "":
		return fmt.Errorf("%w: %s has no text: say what everybody is told", ErrInvalid, of)
	case len(text) > maxOutageText:
		return fmt.Errorf("%w: %s has %d bytes of text, at most %d are read: shorten it", ErrInvalid, of, len(text), maxOutageText)
	}
	return nil
}

// timesOfOutage checks when an outage began, ended and is expected to end.
func (x *tx) timesOfOutage(was, o *Outage) error {
	for _, at := range []*time.Time{&o.Began, &o.Expected, &o.Ended} {
		*at = at.UTC().Truncate(time.Millisecond)
	}
	ends := !o.Open() && was.Open()
	if ends && o.Ended.IsZero() {
		o.Ended = x.now
		if o.Ended.Before(o.Began) { // clocks go back
			o.Ended = o.Began
		}
	}
	began, ended := !o.Began.Equal(was.Began), !o.Ended.Equal(was.Ended)
	switch {
	case o.Began.IsZero(), began && (o.Began.After(x.now) || o.Began.Year() < 1):
		return fmt.Errorf("%w: an outage is posted when it has begun: Began is a time past, not %v", ErrInvalid, o.Began)
	case !o.Expected.IsZero() && !o.Expected.Equal(was.Expected) && (!o.Open() || !o.Expected.After(x.now) || o.Expected.Year() > 9999):
		return fmt.Errorf("%w: Expected is a time ahead, of an outage that is not over; not %v of one that is %s", ErrInvalid, o.Expected, o.Phase)
	case o.Open() && !o.Ended.IsZero():
		return fmt.Errorf("%w: an outage that is %s has not ended: leave Ended out, or resolve it", ErrInvalid, o.Phase)
	case !o.Open() && o.Ended.IsZero():
		return fmt.Errorf("%w: outage %d is resolved and has an end: to say that it goes on, open it again in another phase", ErrInvalid, o.ID)
	case !o.Open() && (began || ended) && o.Ended.Before(o.Began), ended && o.Ended.After(x.now) && !o.Ended.Equal(o.Began):
		return fmt.Errorf("%w: an outage that began at %v ended after that and before now, not at %v", ErrInvalid, o.Began, o.Ended)
	}
	return nil
}

// causeOfOutage brings into order what an outage affects and what is behind it.
func (x *tx) causeOfOutage(was, o *Outage) error {
	var products []string
	for _, p := range o.Products {
		if p = cut(clean(p), x.c.opts.Limits.Field); p != "" && !slices.Contains(products, p) {
			products = append(products, p)
		}
	}
	if len(products) > maxOutageProducts {
		return fmt.Errorf("%w: an outage of %d products, at most %d are told: leave them out where all are affected", ErrInvalid, len(products), maxOutageProducts)
	}
	o.Products = products
	if o.Problem == 0 || o.Problem == was.Problem {
		return nil
	}
	p, err := x.problem(o.Problem)
	if err == nil {
		o.Problem = p.ID
	}
	return err
}

// paragraphs cleans a text for people line by line.
func paragraphs(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = clean(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
