package sop

import "fmt"

// Finding is something in a sound procedure that deserves a second look.
type Finding struct {
	Code    string // names the kind of finding for ever
	File    string
	Pos     Position
	Path    string // where that is, in words
	Message string // what is the matter, a sentence without a full stop
	Fix     string // what to do, a sentence without a full stop
}

// ActWithoutLimit is the code of an act that costs money no limit speaks of.
const ActWithoutLimit = "act-without-limit"

// String returns the whole finding in one line.
func (f Finding) String() string {
	e := SyntaxError{f.File, f.Pos.Line, f.Pos.Column, f.Path, f.Message, f.Fix}
	return e.Error() + " [" + f.Code + "]"
}

// Check returns what deserves a second look, in file order. A finding keeps
// nobody from following the procedure.
func (p *Procedure) Check() []Finding {
	limited := map[Remedy]bool{}
	for _, l := range p.Limits {
		limited[l.Remedy] = true
	}
	var out []Finding
	for i, s := range p.Steps {
		act, ok := s.Action.(Act)
		if !ok || !act.Remedy.CostsMoney() || limited[act.Remedy] {
			continue
		}
		where := fmt.Sprintf("step %d", i+1)
		if s.ID != "" {
			where += fmt.Sprintf(" %q", s.ID)
		}
		out = append(out, Finding{
			ActWithoutLimit, p.File, s.Pos, where + ", remedy",
			fmt.Sprintf("this step gives a %s and no limit says who may give how much", act.Remedy),
			fmt.Sprintf("Add a limit with remedy: %s", act.Remedy),
		})
	}
	return out
}
