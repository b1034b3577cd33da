// Package sop keeps standard operating procedures: what a support team knows about
// how to act, as readable YAML in git, checked like code, followed with judgement, and
// improved by what really happened.
//
// A procedure says when it applies, what it needs to know, what an agent may
// give without asking anyone, and the steps: what to ask, check, do, decide,
// promise, and what must be said. It never holds sentences to be read aloud.
//
//	format: 1
//	id: charged-twice
//	version: 1
//	title: A customer was charged twice
//	purpose: Give back what we took by mistake, the same day.
//	owner: billing
//	status: active
//	when:
//	  all:
//	    - field: kind
//	      in: [question, incident, complaint]
//	    - field: words
//	      contains: [charged twice, double charge]
//	needs:
//	  - id: charge_dates
//	    ask: The dates of both charges
//	    type: text
//	limits:
//	  - role: agent
//	    remedy: refund
//	    up_to: 50 EUR
//	    per: customer and month
//	steps:
//	  - ask: charge_dates
//	  - check: Both charges are in the billing record
//	    yes: give-back
//	    no: look-closer
//	  - id: give-back
//	    act: Refund the later charge
//	    remedy: refund
//	    goto: done
//	  - id: look-closer
//	    escalate: billing lead
//	    reason: The bank shows a charge that we do not
//	    within: 4 hours
//	done_when: The customer knows which charge comes back and when.
//
// # Reading
//
// [Parse] reads one file and names every mistake in it at once, each with its
// line, its column, where that is in words, and what to do. [Load] reads a
// folder into a [Library]; a broken file does not hide the others, and
// [Library.Reload] goes on with what was read of it before.
//
// Reading is strict: an unknown key, a key given twice, a value of the wrong
// type, a step that leads nowhere, a tab used to indent are mistakes. YAML
// anchors, aliases, merge keys and tags are not part of the format. A file
// holds one document of at most [MaxFileSize] bytes, [MaxDepth] levels and
// [MaxNodes] values. No input makes the package panic. [Schema] says the same to
// editors.
//
// # Steps
//
// Steps are followed in the order of the file unless one says `goto`. Wherever a
// step id is asked for, two words are understood too: [Next], the step that
// follows, and [Done], the end of the procedure. Each step has exactly one verb:
//
//	ask        questions of needs, by id; those already answered are skipped
//	check      a statement that is true or not: yes and no lead on
//	tell       points that must come across; avoid lists what to stay clear of
//	act        something to do; a remedy that costs money is bound by limits
//	decide     several cases, each leading on; on names a question that decides
//	escalate   hand the matter up: to whom, the reason, within what time
//	promise    what the customer is told will happen, within a time or at one
//	wait       let time pass for something to happen
//	include    follow another procedure here, by id
//
// A text names an answer by the id of its question in braces, like {charge_dates}.
//
// # Matching
//
// [Library.Match] says which active procedures fit what is known about a
// ticket, best first, and explains every line of every condition. Words are
// compared whole and without regard to case; text should be in Unicode
// normal form C.
//
// # Checking
//
// [Library.Check] finds what is sound and deserves a second look: steps that nobody
// reaches or gets away from, money without a limit, questions for nothing, two
// procedures that contradict each other, wording that a customer would rather not
// hear. Each [Finding] has a code, a place, a reason and a fix. A file silences one
// with a reason:
//
//	silence:
//	  - code: limits-differ
//	    reason: A cancellation settles the whole year
//
// # Writing
//
// Edit a [Procedure.Clone] and [Save] it: only the bytes that must change do, so that
// comments and spacing stay as people wrote them. [Marshal] writes one anew.
//
// # Following
//
// A [Plan] is a procedure ready to be followed, with those it includes. [Plan.Start]
// makes a [Run] and [Plan.Do] a new one of it: pure functions, which return what has
// to happen besides as [Effect] values. Whoever keeps the records applies both or
// neither; package tracker does so on tickets.
//
// A step is done, skipped or done otherwise. The last two are deviations: they are
// always allowed and always carry a reason. Two things do not bend: what a role may
// give ([ErrLimit] says who may give more), and a run that somebody else moved
// meanwhile ([ErrMoved]).
//
// A [Learner] counts over runs what was followed, skipped and done otherwise, and why:
// the owner's next version begins there. [Procedure.Training] teaches new colleagues.
package sop
