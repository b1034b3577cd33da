// Package tracker logs every contact that a customer makes, finds out which
// customer, which ticket and which problem it belongs to, and keeps what was
// promised, decided and learned: the log and the records that everything else in
// Supportloop reads.
//
//	t, err := tracker.Open(ctx, "support.db", nil)
//	defer t.Close()
//	desk := t.As(tracker.Agent("mia"))
//	r, err := desk.Log(ctx, tracker.Contact{
//		Channel: tracker.Email, From: "Ada Diaz <ada@example.org>",
//		Source: "imap", SourceID: "<1@example.org>",
//		Title: "Charged twice", Text: "My card was charged twice for March.",
//	})
//	fmt.Println(r.Reference, r.Problem, r.Candidates)
//
// # From a contact to a problem
//
// A [Contact] is one thing said, once. Log finds the [Customer] by the sender's
// address, number or handle; the [Ticket] by the message it answers or the
// reference it names, if the sender is on that ticket, and opens a new one
// otherwise; and asks package cluster which [Problem] the ticket belongs to. A
// problem begins when a second ticket joins the first, or when a person makes it.
//
// A link is likely when the machine made it and confirmed when a person did.
// [Tracker.Confirm], [Tracker.Reject], [Tracker.Move], [Tracker.Merge] and
// [Tracker.Split] are people's words, whoever the handle they are called on names,
// and the machine never overrules them. Every [Decision] keeps its reasons and exactly
// what it moved, and [Tracker.Undo] takes it back.
//
// # The log
//
// Contacts and decisions are the log; what else there is can be made from them.
// When Log returns, the contact is durable. Each write appends [Change] values with
// a dense sequence, which followers like a search index read with [Tracker.Changes]
// and wait for with [Tracker.Wait]. Callers that write at the same time share a
// transaction, so that many at once are many times as fast as one after another.
//
// A write has three outcomes: done, not done, and unknown ([store.ErrUnknown], when
// a commit failed). After an unknown one every handle refuses to write; open the
// tracker anew and log the same contact again: with a source id it is logged once.
//
// # Procedures being followed
//
// [Tracker.StartRun] begins to follow a procedure on a ticket, [Tracker.MoveRun] does,
// skips or undoes a step. What a step asks for happens with it: answers are stored with
// the customer, who is not asked again while they are valid; a [Remedy] is booked within
// the limits of the role, counted over all tickets of the customer; a [Promise] is made.
// The text that a run follows is kept by its hash. [Tracker.Learn] says what became of
// it all. An escalation stands in the run's trace and has no record of its own.
//
// # Articles
//
// [Tracker.DraftArticle] makes an [Article] of a solved ticket, [Tracker.UseArticle] says
// that one helped, [Tracker.FlagArticle] that one is wrong; each is an [ArticleUse] by
// time. Whatever is done to an article can be taken back: every change is a revision, with
// a reason, and [Tracker.RestoreArticle] returns to one, also after
// [Tracker.RetireArticle]; uses and flags by [Tracker.TakeBackUse] and
// [Tracker.DismissFlag].
//
// # Outages
//
// [Tracker.PostOutage] tells everybody that a service is interrupted, since when and until
// when; [Tracker.UpdateOutage] tells how it goes on, through the phases of an [Outage] to
// its end and to what is done so that it does not happen again. [Tracker.Affected] lists
// who waits on a ticket about it, and who of them was told.
//
// # Functions that edit
//
// [Tracker.UpdateTicket], [Tracker.UpdateProblem], [Tracker.UpdateCustomer],
// [Tracker.UpdateArticle] and [Tracker.UpdateOutage] take a function that changes a record. As callers share a
// transaction, it may run on the goroutine of another caller, and others wait for it:
// it works on the record alone, at once, and does not call the tracker, which would
// wait for itself. What it needs from elsewhere is read before.
//
// # Limits
//
// One process at a time writes to a file; another store can be shared. A log
// appears to followers in other processes when they ask, [Tracker.Wait] hears of
// this process only. Attachments are held in memory while they are logged.
package tracker
