// Package kb finds what is known: articles, problems, tickets and procedures, in
// one search, and the advice that a ticket needs.
//
//	base, err := kb.Open(ctx, "support", nil)
//	if err != nil {
//		return err
//	}
//	defer base.Close()
//	go base.Follow(ctx) // keeps the index up to date
//
//	found, err := base.Search(ctx, kb.Query{Text: `refund "charged twice" -kind:ticket`})
//	advice, err := base.Advise(ctx, ticket)
//
// The records stay in the [tracker]; kb only reads them. Its index is a cache: it
// follows the tracker's changes, says with every result how far behind it is, and is
// made anew, beside the old one, whenever it is missing, damaged, of another layout or
// of another store. Logging a contact never waits for it.
//
// # Any documents
//
// An [Index] searches whatever documents a program gives it, without a tracker:
//
//	index, err := kb.NewIndex("", nil) // in memory
//	err = index.Put(ctx, kb.Document{ID: "1", Title: "Reset the router", Text: "Hold the button …"})
//	found, err := index.Search(ctx, kb.Query{Text: "router reset"})
//
// # Articles in a folder
//
// [ExportArticles] writes the articles of a log into a folder of Markdown files under a
// head of YAML, [ImportArticles] takes them from there; [ParseArticle] shows such a file.
// It is made for git: a file that says what the log says is not touched, whatever people
// made of its layout, and in one that differs only that changes. Nothing is deleted on
// either side, and what an import changes is a revision that can be restored.
//
// # Languages
//
// A document's text is analyzed as its language asks: words are found in their other
// forms, without their accents, and in scripts without spaces by pairs of characters; see
// [Languages]. What does not say its language is looked at by [DetectLanguage]; where that
// is not sure, [IndexOptions] say which it is. A query is tried in every language that the
// index holds.
//
// # What people type
//
// Words find documents that have any of them, best first; a document that has all of
// them is always among the results. In an index of 1,000 documents and more, words that
// stand in over a tenth of them, like "the", find nothing beside rarer ones; they rank
// what those find. "Words in quotation marks" have to follow each other, -without
// excludes, and field:value narrows to documents whose field has that value:
// kind:article, status:open, product:"Big Box". Whatever cannot be understood is
// searched for as words, and [Results.Notes] says so: no query is an error for what a
// person typed in it.
//
// # What is forgiven
//
// A word of four letters and more that stands nowhere finds those that are one letter
// away, or two from eight letters on: left out, put in, changed, or swapped with the next;
// Results.Notes says what it was taken for. A last word that nothing ends yet, no space
// and no full stop, finds those that begin with it as well, unless it is a word that
// thousands of documents have. [Synonyms] find each other.
// All this ranks below what was typed. Phrases, -words, identifiers and numbers mean
// themselves, and with [Query].Exact every word does. Only words of documents that the
// reader may see are ever told.
//
// # What everyone should know, and what one ticket needs
//
// [Base.Briefing] is for the beginning of a shift: at most seven lines, outages
// first, then known problems with their workarounds, then what is new, escalating, fixed, back, and promised;
// each with its reason in numbers and what to do. [Base.Advise] is for a ticket, and
// [Base.AdviseContact] for what is not logged yet: the known problem, the candidates and
// what to ask next to tell them apart, procedures begun and to begin, articles, and how
// similar tickets ended. Both are data, and Markdown by their Markdown methods.
//
//	briefing, err := base.Briefing(ctx, kb.BriefingOptions{})
//	fmt.Print(briefing.Markdown())
//
// # Filters, facets, pages
//
// after:2026-01-31 finds what has a time of that day or later, before:2026-02 what is
// older than February; after:2026 and a moment like 2026-01-31T09:30:00Z are dates,
// too. So "after:2026-02 before:2026-03" is all of February. Dates are in UTC, and what
// has no time is outside of any bound. Where documents have a field "after" or "before",
// those are its values instead.
//
// A program filters by [Query].Kinds, Audience, Fields, Since and Until. What a person
// types narrows that further and never widens it: status:closed finds nothing where the
// program lets status open through. Customers see only documents whose field "audience"
// says so; tickets, contacts and problems never do.
//
// Query.Facets counts the values of fields among everything that was found and that
// the reader may see, not only on this page: "3 open, 2 closed". Each value is a filter as
// it stands.
//
// Results.Next is the next page's Query.After. It carries which documents were
// shown, not a number of them: while others come, change and go, and the scores of all
// with them, none is shown twice, and none that is found all the time is left out. It
// takes 11 bytes a hit, which is what a link may hold for some hundreds, and ends after
// [MaxDepth]. It holds no content, and may be given to the reader: changing it shows
// nothing that the query does not find.
//
// Query.Explain says of every hit which word found what, in which field, and how much
// that counts; the reasons of a hit add up to its score.
//
// A search ends when its context does, and no query is large: see [MaxQuery], [MaxWords],
// [MaxValues], [MaxHits] and [MaxDepth].
//
// # Memory
//
// The files of an index are mapped into memory, not read. What a program keeps besides grows
// with what is asked for: 4 bytes a document for each field that is counted or filtered by, 8
// where documents have several values and for times; and where the words stand that
// are searched for, at most 48 MiB.
//
// # When files are damaged
//
// The files of an index are checked when it is opened, by [Base.CatchUp], and every ten
// minutes by [Base.Follow]. An index that is damaged, of another layout, or of a store
// that was restored from an older copy, is not searched: [Results.Rebuilding] is true
// until it was made anew. A process that is killed loses nothing that the tracker has.
// When the disk is full, the old index stays as long as it can be used, logging goes on,
// and Follow tries again.
//
// What something else writes into the files while they are open may be searched, and
// come into new files by a merge, until the next check: leave them alone.
package kb
