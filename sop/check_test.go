package sop_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// finding is a row of the checker's tables: a file with one thing in it that deserves
// a second look, and the exact finding.
type finding struct {
	promise string
	more    string // of a small procedure
	want    string // findings, one a line, without the file's name; empty: none
}

var findings = []finding{
	{"a step that nothing leads to", "steps:\n  - act: One\n    goto: done\n  - id: lost\n    act: Two\n",
		`12:5: step 2 "lost": no way leads to this step, so nobody will ever do it. Lead to it from another step, or remove it. [warning unreachable-step]`},
	{"of a row that nothing leads to, the first", "steps:\n  - act: One\n    goto: done\n  - act: Two\n  - act: Three\n",
		`12:5: step 2: no way leads to this step, so nobody will ever do it. Lead to it from another step, or remove it. [warning unreachable-step]`},
	{"a step after a decision whose cases are all the answers there are", "needs:\n  - {id: q, ask: Whether, type: yes_no}\nsteps:\n  - ask: q\n  - decide: Whether\n    on: q\n    cases:\n      - {case: 'yes', goto: done}\n      - {case: 'no', goto: done}\n  - act: Never\n",
		`18:5: step 3: no way leads to this step, so nobody will ever do it. Lead to it from another step, or remove it. [warning unreachable-step]`},
	{"a decision that is not all the answers goes on", "needs:\n  - {id: q, ask: Whether, type: yes_no, optional: true}\nsteps:\n  - ask: q\n  - decide: Whether\n    on: q\n    cases:\n      - {case: 'yes', goto: done}\n      - {case: 'no', goto: done}\n  - act: Where there is no answer\n", ""},
	{"steps that never end", "steps:\n  - id: a\n    check: It is so\n    yes: b\n    no: b\n  - id: b\n    tell: Something\n    goto: a\n",
		"10:5: step 1 \"a\": from this step the procedure never ends. Lead on to a step that comes to the end, or to done. [warning no-way-out]\n" +
			`14:5: step 2 "b": from this step the procedure never ends. Lead on to a step that comes to the end, or to done. [warning no-way-out]`},
	{"a loop in which nothing is learned", "needs:\n  - {id: q, ask: Which, type: choice, choices: [a, b]}\nsteps:\n  - ask: q\n  - id: again\n    act: Try it\n  - decide: Which\n    on: q\n    cases:\n      - {case: a, goto: again}\n      - {case: b, goto: done}\n",
		`13:5: step 2 "again": the steps from here come round to it again and nothing is learned on the way. Check or ask something within the loop, or lead out of it. [warning loop-without-question]`},
	{"a loop that looks each time is none", "steps:\n  - id: again\n    act: Try it\n  - check: It works\n    no: again\n    yes: done\n", ""},
	{"a way between two loops is none", "needs:\n  - {id: q, ask: Which, type: choice, choices: [a, b]}\nsteps:\n  - id: first\n    ask: q\n    goto: one\n  - id: between\n    act: Go over\n  - id: two\n    act: Try this\n  - decide: Which\n    on: q\n    cases:\n      - {case: a, goto: two}\n      - {case: b, goto: done}\n  - id: one\n    act: Try that\n  - decide: Which\n    on: q\n    cases:\n      - {case: a, goto: one}\n      - {case: b, goto: between}\n",
		"17:5: step 3 \"two\": the steps from here come round to it again and nothing is learned on the way. Check or ask something within the loop, or lead out of it. [warning loop-without-question]\n" +
			`24:5: step 5 "one": the steps from here come round to it again and nothing is learned on the way. Check or ask something within the loop, or lead out of it. [warning loop-without-question]`},
	{"money without a limit", "steps:\n  - act: Give\n    remedy: credit\n    amount: 5 EUR\n",
		`11:13: step 1, remedy: this step gives a credit and no limit says who may give how much. Add a limit with remedy: credit. [warning act-without-limit]`},
	{"more money than anybody may give", "limits:\n  - {role: agent, remedy: credit, up_to: 4 EUR, per: ticket}\nsteps:\n  - act: Give\n    remedy: credit\n    amount: 5 EUR\n",
		`14:13: step 1, amount: 5 EUR is more than any limit on a credit allows. Lower the amount, or raise the limit of who may give it. [warning amount-over-limits]`},
	{"a role that has no limit", "limits:\n  - {role: agent, remedy: credit, up_to: 9 EUR, per: ticket}\nsteps:\n  - act: Give\n    remedy: credit\n    by: lead\n",
		`14:9: step 1, by: lead gives a credit here and no limit says up to how much. Add a limit with role: lead. [warning role-without-limit]`},
	{"answers that questions and turns speak of are used", "needs:\n  - {id: app, ask: Which, type: choice, choices: [a, b]}\n  - {id: day, ask: 'Since when {app} is so', type: text}\n  - {id: team, ask: Whose, type: choice, choices: [a, b]}\nsteps:\n  - ask: [app, day, team]\n  - escalate: '{team}'\n    reason: R\nescalation:\n  - {to: lead, when: 'It is {team}'}\n", ""},
	{"an answer of no question where to turn", "steps:\n  - act: A\nescalation:\n  - {to: lead, when: 'It is {tema}'}\n",
		`12:22: escalation 1, when: {tema} names an answer and no question is called so. Write the id of a question, or leave the braces out. [warning unknown-placeholder]`},
	{"a question nobody asks", "needs:\n  - {id: q, ask: Which, type: text}\nsteps:\n  - act: One\n",
		`10:5: need 1 "q": no step asks this. Add a step with ask: q, or remove the question. [warning need-never-asked]`},
	{"an answer nobody uses", "needs:\n  - {id: q, ask: How many, type: number}\nsteps:\n  - ask: q\n",
		`10:5: need 1 "q": this is asked and nothing depends on the answer; a customer's time is spent on it. Use it by on or at, write {q} where a text speaks of it, say why it is asked, or drop it. [warning answer-never-used]`},
	{"an answer that a text names is used", "needs:\n  - {id: q, ask: How many, type: number}\nsteps:\n  - ask: q\n  - act: Send {q} of them\n", ""},
	{"an answer that is used before it is asked", "needs:\n  - {id: q, ask: Whether, type: yes_no}\nsteps:\n  - check: It is new\n    yes: d\n  - ask: q\n  - id: d\n    decide: Whether\n    on: q\n    cases:\n      - {case: 'yes', goto: done}\n",
		`17:9: step 3 "d", on: a way leads here on which "q" was not asked yet. Ask it on every way that leads here. [warning used-before-asked]`},
	{"an answer in braces that there is not", "steps:\n  - act: Send {them}\n",
		`10:10: step 1, act: {them} names an answer and no question is called so. Write the id of a question, or leave the braces out. [warning unknown-placeholder]`},
	{"a review that is due", "review_by: 2027-01-31\nsteps:\n  - act: One\n",
		`9:12: review_by: this was to be read again by 2027-01-31. Ask O to read it and to set a new date. [warning review-overdue]`},
	{"an article that is not there", "see:\n  - article: here\n  - article: gone\nsteps:\n  - act: One\n",
		`11:14: see, item 2, article: there is no article "gone". Write the slug of one that is there, or remove the link. [warning dead-article]`},
	{"a problem that is not there", "see:\n  - problem: 1\n  - problem: 2\nsteps:\n  - act: One\n",
		`11:14: see, item 2, problem: there is no problem 2. Write the number of one that is there, or remove the link. [warning dead-problem]`},
	{"a trigger on a problem that is not there", "when:\n  all:\n    - {field: problem, in: [1, 3]}\nsteps:\n  - act: One\n",
		`10:3: when: there is no problem 3, so this never applies by it. Write the number of one that is there, or compare problem_title. [warning dead-problem]`},
	{"what is silenced is not told", "silence:\n  - {code: act-without-limit, step: give, reason: The owner decides each time}\nsteps:\n  - id: give\n    act: Give\n    remedy: credit\n", ""},
	{"a silence of one step leaves the others", "silence:\n  - {code: act-without-limit, step: give, reason: The owner decides each time}\nsteps:\n  - id: give\n    act: Give\n    remedy: credit\n  - act: Give more\n    remedy: credit\n",
		`16:13: step 2, remedy: this step gives a credit and no limit says who may give how much. Add a limit with remedy: credit. [warning act-without-limit]`},
	{"a silence that silences nothing", "silence:\n  - {code: act-without-limit, reason: The owner decides each time}\nsteps:\n  - act: One\n",
		`10:5: silence, item 1: there is no finding act-without-limit to silence. Remove it. [warning silence-unused]`},
	{"a sentence to be recited", "steps:\n  - tell:\n      - What happens now\n      - 'Say: \"Dear customer, your call is important to us.\"'\n",
		`12:9: step 1, tell, item 2: "Dear customer" is a sentence to be recited, and customers hear that it is. Write what must come across, and leave the words to whoever says them. [hint wording-script]`},
	{"a question to be read out", "needs:\n  - {id: q, ask: 'What is your number?', type: text}\nsteps:\n  - ask: q\n",
		`10:18: need 1 "q", ask: this is a question to be read out. Write what to find out, like: The day of the order. [hint wording-script]`},
	{"another language is not looked at", "language: de\nsteps:\n  - tell: 'Dear customer'\n", ""},
}

func TestFindings(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range findings {
		t.Run(row.promise, func(t *testing.T) {
			l, err := sop.Load(fstest.MapFS{"f.yaml": file(procedure("f", row.more))})
			require.NoError(t, err)
			var got []string
			for _, f := range l.Check(&sop.CheckOptions{
				Today:   sop.Date{Year: 2027, Month: 2, Day: 1},
				Article: func(slug string) bool { return slug == "here" },
				Problem: func(id uint64) bool { return id == 1 },
			}) {
				got = append(got, strings.TrimPrefix(f.String(), "f.yaml:"))
				seen[f.Code] = true
				require.Equal(t, f.Level == sop.Hint, strings.HasPrefix(f.Code, "wording-"), "wording findings, and they alone, are hints")
			}
			require.Equal(t, row.want, strings.Join(got, "\n"))
		})
	}
	// The others take more than one file, and have tests of their own below.
	for _, code := range []string{sop.VersionNotRaised, sop.LimitsDiffer, sop.SameTrigger, sop.NeedsDiffer, sop.RetiredInUse, sop.WordingSales, sop.WordingBlame, sop.WordingJargon} {
		seen[code] = true
	}
	for _, code := range sop.Codes() {
		require.True(t, seen[code], "no row finds %s", code)
	}
}

// checked loads some files and returns the codes of what is found, with their files.
func checked(t *testing.T, o *sop.CheckOptions, files map[string]string) []string {
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = file(data)
	}
	l, err := sop.Load(fsys)
	require.NoError(t, err)
	var got []string
	for _, f := range l.Check(o) {
		got = append(got, strings.Split(f.String(), ". ")[0]+" ["+f.Code+"]")
	}
	return got
}

func TestFindingsBetweenFiles(t *testing.T) {
	limit := func(sum string) string {
		return "limits:\n  - {role: agent, remedy: credit, up_to: " + sum + ", per: ticket}\n" + oneStep
	}
	when := "when:\n  all:\n    - {field: words, contains: parcel}\n"
	device := func(choices string) string {
		return "needs:\n  - {id: device, ask: D, type: choice, choices: " + choices + ", valid_for: 1 month, why: W}\nsteps:\n  - ask: device\n"
	}
	moment := "needs:\n  - {id: moment, ask: When, type: time}\n"
	retired := strings.Replace(procedure("old", "replaced_by: b\n"+oneStep), "status: active", "status: retired", 1)
	for _, row := range []struct {
		promise string
		files   map[string]string
		want    []string
	}{
		{"one role, two limits", map[string]string{"a.yaml": procedure("a", limit("5 EUR")), "b.yaml": procedure("b", limit("6 EUR"))},
			[]string{"b.yaml:10:42: limit 1, up_to: agent may give a credit of up to 6 EUR a ticket here and 5 EUR a ticket in a, so it depends on the file that was opened [limits-differ]"}},
		{"one role, one sum, two times", map[string]string{"a.yaml": procedure("a", limit("5 EUR")), "b.yaml": procedure("b", strings.Replace(limit("5 EUR"), "per: ticket", "per: customer and month", 1))},
			[]string{"b.yaml:10:42: limit 1, up_to: agent may give a credit of up to 5 EUR a customer and month here and 5 EUR a ticket in a, so it depends on the file that was opened [limits-differ]"}},
		{"a question that is asked by what is included", map[string]string{"a.yaml": procedure("a", moment+"steps:\n  - include: b\n  - promise: callback\n    at: moment\n"), "b.yaml": procedure("b", moment+"steps:\n  - ask: moment\n  - act: 'Note {moment}'\n")}, nil},
		{"a loop around an include that only tells", map[string]string{"a.yaml": procedure("a", "steps:\n  - include: b\n    id: s\n  - act: Again\n    goto: s\n  - id: e\n    act: End\n"), "b.yaml": procedure("b", oneStep)},
			[]string{
				"a.yaml:10:5: step 1 \"s\": from this step the procedure never ends [no-way-out]", "a.yaml:10:5: step 1 \"s\": the steps from here come round to it again and nothing is learned on the way [loop-without-question]",
				"a.yaml:12:5: step 2: from this step the procedure never ends [no-way-out]", "a.yaml:14:5: step 3 \"e\": no way leads to this step, so nobody will ever do it [unreachable-step]",
			}},
		{"the same limit twice", map[string]string{"a.yaml": procedure("a", limit("5 EUR")), "b.yaml": procedure("b", limit("5.00 EUR"))}, nil},
		{"two of one trigger", map[string]string{"a.yaml": procedure("a", when+oneStep), "b.yaml": procedure("b", when+oneStep)},
			[]string{"b.yaml:10:3: when: this applies to exactly what a applies to, so nobody knows which to follow [same-trigger]"}},
		{"one question, two meanings", map[string]string{"a.yaml": procedure("a", device("[x, y]")), "b.yaml": procedure("b", device("[x, z]"))},
			[]string{"b.yaml:10:5: need 1 \"device\": a asks something else under this id, and an answer to the one would be taken for the other [needs-differ]"}},
		{"a retired one is included", map[string]string{"a.yaml": procedure("a", "steps:\n  - include: old\n"), "b.yaml": procedure("b", oneStep), "old.yaml": retired},
			[]string{"a.yaml:10:14: step 1, include: old is retired [retired-in-use]"}},
		{"a retired one is linked", map[string]string{"a.yaml": procedure("a", "see:\n  - procedure: old\n"+oneStep), "b.yaml": procedure("b", oneStep), "old.yaml": retired},
			[]string{"a.yaml:10:16: see, item 1, procedure: old is retired [retired-in-use]"}},
	} {
		require.Equal(t, row.want, checked(t, nil, row.files), row.promise)
	}
}

// Who keeps a difference says why, in the draft of the next version too.
func TestDifferencesAreSilenced(t *testing.T) {
	limits := func(sum string) string {
		return "limits:\n  - {role: agent, remedy: credit, up_to: " + sum + ", per: ticket}\n" + oneStep
	}
	silenced := procedure("b", limits("6 EUR")+"silence:\n  - {code: limits-differ, reason: It is about larger sums}\n")
	draft := strings.NewReplacer("status: active", "status: draft", "version: 1", "version: 2").Replace(silenced)
	require.Empty(t, checked(t, nil, map[string]string{"a.yaml": procedure("a", limits("5 EUR")), "b.yaml": silenced, "b2.yaml": draft}))
	require.Equal(t, []string{"b.yaml:14:5: silence, item 1: there is no finding limits-differ to silence [silence-unused]"},
		checked(t, nil, map[string]string{"a.yaml": procedure("a", limits("6 EUR")), "b.yaml": silenced}))
}

func TestVersionIsRaised(t *testing.T) {
	one := procedure("a", oneStep)
	before, err := sop.Load(fstest.MapFS{"a.yaml": file(one)})
	require.NoError(t, err)
	o := &sop.CheckOptions{Before: before}
	for promise, row := range map[string]struct {
		now  string
		want []string
	}{
		"the same":                     {one, nil},
		"a comment is no content":      {"# Hello.\n" + one, nil},
		"other content, other version": {strings.NewReplacer("version: 1", "version: 2", "title: T", "title: U").Replace(one), nil},
		"other content, the same version": {strings.Replace(one, "title: T", "title: U", 1),
			[]string{"a.yaml:3:10: version: version 1 was published with other content [version-not-raised]"}},
	} {
		require.Equal(t, row.want, checked(t, o, map[string]string{"a.yaml": row.now}), promise)
	}
}

// Wording is found phrase by phrase, and guidance is left alone.
func TestWording(t *testing.T) {
	found := func(point string) []string {
		p, err := sop.Parse("f", []byte(procedure("f", "steps:\n  - tell:\n      - A first point\n      - >-\n        "+point+"\n")))
		require.NoError(t, err, point)
		var out []string
		for _, f := range p.Check(nil) {
			out = append(out, f.Code)
		}
		return out
	}
	for code, points := range map[string][]string{
		sop.WordingScript: {
			"Dear customer, we have received your request", "Thank you for calling Larkspur", "I understand how you feel", "I'm sorry to hear that",
			"We apologise for any inconvenience", "How can I help you today", "Have a nice day", "Say \"We value your business and your time.\"",
			"Read out the terms", "Please be advised that it takes long", "That I am looking at it", "I'll call back tomorrow", "“Is there something more that we can do?”",
			"Kindly wait", "My name is NAME", "Your call is important", "We thank you for your patience",
		},
		sop.WordingSales: {
			"That the premium plan has no such limit", "Upgrade to the yearly plan", "A special offer for those who stay", "Are you sure that you want to leave",
			"Convince them of the value", "A discount if they stay", "Before you go, one more thing", "Win them back",
		},
		sop.WordingBlame: {
			"That it was the customer's mistake", "That they should have read the terms", "You forgot to save", "It is user error", "As we told you before",
			"What the customer claims to have seen", "Obviously it was switched off", "Why did you press it",
		},
		sop.WordingJargon: {
			"It is escalated", "The backend was restarted", "Clear the cache", "The API answers with an error", "The SLA is two days", "Our developers deploy a hotfix",
			"It is a DNS matter", "A workitem is in the backlog", "Tier 2 looks at it", "The ETA is Monday", "An exception was thrown",
		},
	} {
		for _, p := range points {
			require.Contains(t, found(p), code, p)
		}
	}
	for _, p := range []string{
		"What is wrong and since when", "That it was our mistake, and that we are sorry", "Which of the two charges comes back, and how much", "The day it ends, and that nothing is charged after it",
		"Thanks for the time together", "A way around, in steps that fit how much the customer knows", "Who decides and by when", "We look at it together now",
		"Nobody loses money over this", "Where in the store's purchase list the refund is asked for", "Not to enter it a second time", "How to get the newer version of the app",
		"What to watch for next time you pair the reader", "How long it takes for claims to be settled", "That the bank refuses to say why",
		"The upgrade to version 4.3 mends the crash", "That they can change their mind within 14 days", "When the premium plan ends",
		"That a provisional refund shows first", "That we make an exception this time", "How to fill in part I of the form",
		"Why banks need five days", "That the parcel went to another address", "What the law makes us keep, and for how long", "Which part of the bill changes", "That we call at three",
		"How to switch the reader on", "What the error on the screen means", "The name of the person who looks after it", "That the first one can be thrown away",
		"What to do when the light is red", "That nothing was lost", "When the shop opens again and how to reach us until then", "The price of the part, before anything is ordered",
	} {
		require.Empty(t, found(p), p)
	}
}

// Versions of one procedure lie side by side; a broken file leaves what was.
func TestVersionsAndReload(t *testing.T) {
	version := func(n, status, title string) string {
		return strings.NewReplacer("version: 1", "version: "+n, "status: active", "status: "+status, "title: T", "title: "+title).Replace(procedure("a", oneStep))
	}
	files := fstest.MapFS{"a.yaml": file(version("2", "active", "Now")), "a-next.yaml": file(version("3", "draft", "Next")), "a-old.yaml": file(version("1", "active", "Then"))}
	l, err := sop.Load(files)
	require.NoError(t, err)
	require.Len(t, l.All(), 1)
	p, ok := l.Procedure("a")
	require.True(t, ok)
	require.Equal(t, "Now", p.Title, "the highest that is active")
	p, ok = l.Version("a", 3)
	require.True(t, ok)
	require.Equal(t, "Next", p.Title)
	_, ok = l.Version("a", 4)
	require.False(t, ok)

	files["b.yaml"] = file("format: 1\n")
	files["a.yaml"] = file("format: [\n")
	delete(files, "a-old.yaml")
	again, err := l.Reload(files)
	require.ErrorContains(t, err, `a.yaml: version 2 of "a", as it was read before, stays in force. Mend the file and read the folder again.`)
	require.ErrorContains(t, err, "a.yaml:1:1: a bracket or a comma stands")
	require.ErrorContains(t, err, "b.yaml:1:1: id is missing")
	p, ok = again.Procedure("a")
	require.True(t, ok)
	require.Equal(t, "Now", p.Title)
	require.Equal(t, []*sop.Procedure{p}, again.Kept())
	_, ok = again.Version("a", 1)
	require.False(t, ok, "what was removed is gone")
	third, err := again.Reload(files)
	require.Error(t, err)
	require.Len(t, third.Kept(), 1, "and stays so until the file is mended")
	files["a.yaml"] = file(version("4", "active", "Mended"))
	delete(files, "b.yaml")
	mended, err := third.Reload(files)
	require.NoError(t, err)
	require.Empty(t, mended.Kept())
	p, _ = mended.Procedure("a")
	require.Equal(t, "Mended", p.Title)
}

// A colleague learns from what Training writes.
func TestTrainingGolden(t *testing.T) {
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	var b strings.Builder
	for _, id := range []string{"callback", "refund"} {
		p, ok := l.Procedure(id)
		require.True(t, ok)
		require.NoError(t, p.Training(&b))
		b.WriteString("\n---\n\n")
	}
	p, err := sop.Parse("full.yaml", []byte(full))
	require.NoError(t, err)
	require.NoError(t, p.Training(&b))
	golden(t, "training.md", b.String())
}

// What a file says is shown, and never acts as Markdown or as an instruction to a terminal.
func TestTrainingShowsTextAsText(t *testing.T) {
	p, err := sop.Parse("f", []byte(`format: 1
id: f
version: 1
title: 1. Money & &lt;more&gt;
purpose: "+ see www.e.example or http://e.example, ask @lead, pay $5 or ~~$6~~ for snake_case"
owner: mia
review_by: 2027-01-31
status: active
steps:
  - tell: ["- Sorry\u202e", "2) <b>it</b> comes"]
    note: "=== _soon_ \u200b"
done_when: "# Paid"
`))
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, p.Training(&b))
	for _, want := range []string{
		`# 1\. Money & \&lt;more\&gt;`,
		`\+ see www\.e.example or http\://e.example, ask @&#8203;lead, pay \$5 or \~\~\$6\~\~ for snake_case`,
		"    - \\- Sorry\n", `    - 2\) \<b\>it\</b\> comes`, `*\=== \_soon\_*`, "\n\\# Paid",
	} {
		require.Contains(t, b.String(), want)
	}
}
