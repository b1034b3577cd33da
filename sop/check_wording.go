package sop

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The wording of what customers are told and asked is looked at in English, phrase
// by phrase. Notes to agents and lists of what to avoid are not: they may name what
// must not be said.

// wording is phrases that have the same wrong with them; a star is as in [Contains].
type wording struct {
	code, message, fix string
	phrases            []string
	parsed             []phrase
}

var wordings = []wording{
	{
		code: WordingBlame, message: "%q blames or doubts the customer", fix: "Say what happened and what helps now, whoever did it",
		phrases: []string{
			"your fault", "your own fault", "customer's fault", "your mistake", "customer's mistake", "user error", "should have read",
			"you should have", "you forgot", "customer forgot", "you failed", "customer failed", "you must have", "you did not read",
			"you didn't read", "as we told you", "as already explained", "as i said", "obviously", "careless*", "why did you", "they claim",
			"claims to have", "customer claims", "allegedly", "stupid", "customer refuses", "you were warned", "only yourself",
		},
	},
	{
		code: WordingSales, message: "%q sells something to somebody who came for help", fix: "Leave it out; mention a product only where it is the answer",
		phrases: []string{
			"upsell*", "cross sell*", "special offer*", "exclusive offer*", "limited time", "premium plan has", "premium plan offers", "our premium plan", "upgrade to the", "upgrade to our", "upgrade to a", "upgrade now", "buy now",
			"convince", "persuade", "talk * out of", "talk * * out of", "win * back", "retention offer*", "discount if", "discount to stay", "stay with us",
			"before you go", "are you sure", "great deal", "don't miss", "best value", "miss out", "change the customer's mind", "one last offer", "only today", "sign up for",
		},
	},
	{
		code: WordingScript, message: "%q is a sentence to be recited, and customers hear that it is", fix: "Write what must come across, and leave the words to whoever says them",
		phrases: []string{
			"dear customer", "dear sir", "dear madam", "valued customer", "thank you for calling", "thanks for calling", "thank you for contacting",
			"thank you for reaching", "thanks for reaching", "thank you for your patience", "thank you for your understanding", "any inconvenience",
			"for the inconvenience", "your call is important", "how may i", "how can i help", "anything else i", "have a nice day", "have a great day",
			"my name is", "word for word", "say exactly", "read aloud", "read out", "read the following", "repeat after", "i understand", "i apologise", "i apologize",
			"i do apologise", "i do apologize", "i am sorry", "i'm sorry", "we apologise", "we apologize", "please be advised", "kindly", "rest assured",
		},
	},
	{
		code: WordingJargon, message: "%q is a word of ours that a customer need not know", fix: "Say it as you would to a neighbour",
		phrases: []string{
			"backend", "back end", "frontend", "front end", "sla", "slas", "rca", "root cause", "tier 1", "tier 2", "tier 3", "level 2 support", "l2", "l3", "escalated", "api",
			"endpoint", "http *", "dns", "cache", "caching", "null", "exception was", "exception occurred", "unhandled exception*", "stack trace", "payload", "latency", "deploy*", "hotfix", "rollback", "regression",
			"repro", "csat", "nps", "smtp", "mx record*", "ssl", "tls", "throughput", "tenant", "provisioned", "provisioning", "backlog", "sprint", "jira", "churn", "webhook*", "oauth", "kb",
			"known error", "eta", "poc", "asap", "wip", "ci", "uat", "prod", "repository", "middleware", "syntax",
		},
	},
}

func init() {
	for i := range wordings {
		for _, s := range wordings[i].phrases {
			p, ok := parsePhrase(s)
			if !ok {
				panic("no phrase: " + s)
			}
			wordings[i].parsed = append(wordings[i].parsed, p)
		}
	}
}

var (
	quotation = regexp.MustCompile(`["“„«][^"“”„«»]{12,}[.!?,]?["”“»]`)
	speaker   = regexp.MustCompile(`(^|[\s,;])I('m|'ll|'ve|’m|’ll|’ve)?\s+(\p{Ll}{3}|a[mn]\b|do\b|go\b)`)
)

// wording finds texts for customers that read like a script, sell, blame or speak
// our language instead of theirs.
func (c *checker) wording() {
	if l, _, _ := strings.Cut(c.p.Language, "-"); l != "" && l != "en" {
		return
	}
	for i, s := range c.p.Steps {
		switch a := s.Action.(type) {
		case Tell:
			said, _ := Step{Action: Tell{Points: a.Points}}.parts()
			for _, t := range said {
				c.words(t.text, func(code, message, fix string) { c.about(code, i, t.path, message, fix) })
			}
		case Promise:
			c.words(a.What, func(code, message, fix string) { c.about(code, i, "what", message, fix) })
		case Act:
			c.sells(a.Do, func(code, message, fix string) { c.about(code, i, "act", message, fix) })
		}
	}
	for i, n := range c.p.Needs {
		path, _ := itemLabel("needs", i, n.ID)
		tell := func(code, message, fix string) { c.tell(code, path+", ask", "", message, fix) }
		if strings.HasSuffix(strings.TrimSpace(n.Ask), "?") {
			tell(WordingScript, "this is a question to be read out", "Write what to find out, like: The day of the order")
			continue
		}
		c.words(n.Ask, tell)
	}
}

// words tells of the first phrase of each kind in a text for customers, and of
// speech.
func (c *checker) words(s string, tell func(code, message, fix string)) {
	scripted := c.phrases(s, "", tell)
	if scripted {
		return
	}
	script := wordings[slices.IndexFunc(wordings, func(w wording) bool { return w.code == WordingScript })]
	if q := quotation.FindString(s); q != "" {
		tell(WordingScript, fmt.Sprintf(script.message, short(strings.Trim(q, `"“”„«»`))), script.fix)
	} else if speaker.MatchString(s) {
		tell(WordingScript, "this speaks as I, like a sentence to be recited", script.fix)
	}
}

func (c *checker) sells(s string, tell func(code, message, fix string)) {
	c.phrases(s, WordingSales, tell)
}

// phrases looks for the phrases of one code, or of all (""), and reports whether the
// text was found to be scripted.
func (c *checker) phrases(s, only string, tell func(code, message, fix string)) (scripted bool) {
	x := newWordIndex(strings.ReplaceAll(s, "’", "'"))
	for i := range wordings {
		w := &wordings[i]
		if only != "" && w.code != only {
			continue
		}
		for _, p := range w.parsed {
			if at, ok := x.at(p); ok {
				tell(w.code, fmt.Sprintf(w.message, x.surface(at, len(p))), w.fix)
				scripted = scripted || w.code == WordingScript
				break
			}
		}
	}
	return scripted
}
