// Package report tells the people who build a product which problems its customers
// have. [Build] reads a log and makes a [Report]; a [Format] writes it.
//
//	rep, err := report.Build(ctx, desk, nil)
//	err = report.Markdown.Write(os.Stdout, rep)
//
// # Page one
//
// Its reader has two minutes, so the first page has [PageOneWords] words at most: what
// came of the last decisions, the three problems that matter most with the voice of
// one customer each, and the one decision that is asked for. The rest stands below, for
// those who want to know why. [Weigh] says what matters, [TrendOf] how a problem moves.
// Both are plain formulas over distinct customers, to be argued with.
//
// # Voices
//
// A customer is heard in their own words: a sentence or two of what they wrote, at
// most 200 characters. What identifies them is replaced by “[…]”: links, addresses,
// handles, paths, telephone and other long numbers, and every name the log knows of
// them. So is each word with a capital inside a sentence, as it may be somebody's
// name, unless it is a common one or one of the problem's own words. German gives
// every noun a capital; there, two such words in a row are taken for a name, and so
// they are in the titles by which suggestions are listed. Greetings, signatures, quoted
// replies and sentences that introduce a person or give an address are never quoted.
//
// A stranger's name in lower case, in a script without capitals, alone at the beginning
// of a sentence, or at the beginning of a title is not recognised: have a person read a
// report before it leaves the house.
//
// # What it is not
//
// Nothing is grouped by agent, and no agent is named. A report is not a ranking of
// people, and cannot be made into one.
//
// # Comparing reports
//
// The same log, options and clock give the same bytes. A report names its period but
// not when it was made, has a fixed order throughout and, in Markdown, a fact a line:
// kept under version control, its differences can be read.
package report
