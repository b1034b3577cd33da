package sop

import (
	"fmt"
	"slices"
	"strings"
)

// Finding is something in a sound procedure that deserves a second look. It keeps
// nobody from following the procedure.
type Finding struct {
	Code    string // names the kind of finding for ever
	Level   Level
	File    string
	Pos     Position
	Path    string // where that is, in words
	Message string // what is the matter and why it matters, a sentence without a full stop
	Fix     string // what to do, a sentence without a full stop

	step string // id of the step it is about
}

// Level is how much a finding weighs.
type Level string

const (
	Warning Level = "warning" // somebody will be stuck, surprised or out of pocket
	Hint    Level = "hint"    // a matter of wording; never a reason to refuse a file
)

// The codes of findings. What each looks for stands in [Codes]' order.
const (
	UnreachableStep     = "unreachable-step"      // no way leads to a step
	NoWayOut            = "no-way-out"            // from a step the end cannot be reached
	LoopWithoutQuestion = "loop-without-question" // steps come round again and nothing new is learned on the way
	ActWithoutLimit     = "act-without-limit"     // money is given and no limit says how much
	AmountOverLimits    = "amount-over-limits"    // a step gives more than anybody may
	RoleWithoutLimit    = "role-without-limit"    // a step has a role give money that it has no limit for
	NeedNeverAsked      = "need-never-asked"      // a question stands under needs and in no step
	AnswerNeverUsed     = "answer-never-used"     // a question is asked and nothing depends on it
	UsedBeforeAsked     = "used-before-asked"     // a way leads past the question to the step that uses its answer
	UnknownPlaceholder  = "unknown-placeholder"   // a text names an answer in braces that no question gives
	ReviewOverdue       = "review-overdue"        // review_by is past
	VersionNotRaised    = "version-not-raised"    // the content changed and the version did not
	LimitsDiffer        = "limits-differ"         // two procedures allow a role different sums of one remedy
	SameTrigger         = "same-trigger"          // two procedures apply to exactly the same
	NeedsDiffer         = "needs-differ"          // two procedures ask different things under one id
	RetiredInUse        = "retired-in-use"        // a retired procedure is included or linked
	DeadArticle         = "dead-article"          // a link leads to an article that is not there
	DeadProblem         = "dead-problem"          // a link or a test names a problem that is not there
	SilenceUnused       = "silence-unused"        // a finding is silenced that there is not
	WordingScript       = "wording-script"        // it reads like sentences to be spoken word for word
	WordingSales        = "wording-sales"         // it sells, or talks somebody out of leaving
	WordingBlame        = "wording-blame"         // it blames or doubts the customer
	WordingJargon       = "wording-jargon"        // it uses words that a customer does not know
)

var codes = []string{
	UnreachableStep, NoWayOut, LoopWithoutQuestion, ActWithoutLimit, AmountOverLimits, RoleWithoutLimit,
	NeedNeverAsked, AnswerNeverUsed, UsedBeforeAsked, UnknownPlaceholder, ReviewOverdue, VersionNotRaised,
	LimitsDiffer, SameTrigger, NeedsDiffer, RetiredInUse, DeadArticle, DeadProblem, SilenceUnused,
	WordingScript, WordingSales, WordingBlame, WordingJargon,
}

// Codes returns every code a finding can have. Those that begin with "wording-"
// are hints, the others warnings.
func Codes() []string { return slices.Clone(codes) }

// String returns the whole finding in one line.
func (f Finding) String() string {
	e := SyntaxError{f.File, f.Pos.Line, f.Pos.Column, f.Path, f.Message, f.Fix}
	return fmt.Sprintf("%s [%s %s]", e.Error(), f.Level, f.Code)
}

func levelOf(code string) Level {
	if strings.HasPrefix(code, "wording-") {
		return Hint
	}
	return Warning
}
