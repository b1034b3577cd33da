// Package intake reads what other programs wrote down about contacts and makes
// [tracker.Contact] values of it.
//
//	for line, err := range intake.File("contacts.jsonl.gz") {
//		var bad *intake.LineError
//		if errors.As(err, &bad) {
//			log.Print(bad) // contacts.jsonl.gz:17: "time": …
//			continue
//		}
//		if err != nil {
//			return err
//		}
//		receipt, err := desk.Log(ctx, line.Contact)
//	}
//
// Or all at once, with what cannot be read reported beside what cannot be logged:
//
//	sum, err := desk.Import(ctx, intake.Contacts(intake.File(name)), report)
//
// # JSON Lines
//
// One JSON object a line, in UTF-8, compressed with gzip or not. Every field may be
// missing; fields of other names are kept in [Line.Fields] and otherwise ignored.
//
//	id            names the contact in its file; without it, the number of its line does
//	time          2026-03-02T07:48:56Z, see below
//	title, text   what was said
//	from, author  who said it: an address, a phone number, a handle; from is preferred
//	name          the sender's, where from has none
//	organization  the sender's
//	channel       email, call, voicemail, chat, form, fax, post, or another word
//	direction     inbound (the default), outbound or note
//	kind          question, incident, request, suggestion, complaint, praise, or another word
//	product       or project; product is preferred
//	components    a list, or one
//	version       of the product
//	environment   where it happened
//	language      BCP 47
//	in_reply_to   the id of the contact that it answers, or a list of ids, the closest first
//	reference     of the ticket that it names
//
// A number is taken where a string is wanted, and null means missing. Kinds, channels
// and directions are written in any case and spacing; a kind that other trackers have,
// like “Bug” or “New Feature”, becomes one of ours (incident, suggestion).
//
// A time is best in RFC 3339. A space for the T, a zone without a colon, a missing
// zone (UTC then), missing seconds, a date alone, the form that mails have, and Unix
// time in seconds or milliseconds are read as well. A date with slashes is refused,
// as two halves of the world read it differently.
//
// The id becomes the contact's SourceID and the last part of the file's name its
// Source, so that reading a file twice logs nothing twice.
package intake
