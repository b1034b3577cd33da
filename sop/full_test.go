package sop_test

// full has every key of the format, every kind of value and every way to write one.
const full = `# The first comment.
# The second.

format: 1
"id": everything   # an id
version: 7
'title': "Everything: \"a to z\"\u0021"
purpose: >
  One paragraph
  of two lines.

  And another.
owner: the
  whole
  team
review_by: 2027-05-01
status: retired
replaced_by: everything-else
language: en-GB

when:
  # Somebody writes.
  all:
    - field: kind
      in: [incident, 'complaint']   # both
    - any:
      - {field: words, contains: "everything*"}
      - field: words
        contains:
          - all of it
          # this one was asked for
          - "all * sundry"
      - {field: title, matches: '^(re|aw):'}
      - field: version
        gt: 4.2
      - field: version
        lt: "10"
      - field: problem
        equals: 12
      - field: extra.plan
        equals: gold
      - field: extra.seats
        gt: 10.5
      - field: spend
        gt: 500 EUR
  none:
    - field: language
      equals: fr
    - field: product
      exists: false

needs:
  -
    id: name
    ask: |
      What they are called
    type: text
    optional: TRUE
  - {id: many, ask: Which ones, type: choices, choices: [one, "two, three", four], valid_for: 6 months}
  - id: one
    ask: Which one
    type: choice
    choices:
    - a
    - b
    why: 'It''s needed.'
    optional: false
  - {id: sure, ask: Whether it is so, type: yes_no}
  - {id: day, ask: The day, type: date}
  - {id: moment, ask: The hour, type: time}
  - {id: sum, ask: The sum, type: money, why: To compare}
  - {id: count, ask: How many, type: number, why: To compare}

limits:
- role: agent
  remedy: credit
  up_to: 50.00 EUR
  per: ticket
- role: lead
  remedy: refund
  up_to: 1000 JPY
  per: customer and year

steps:
  # First of all.
  - ask: name
  - ask: [many, one, sure, day, moment, sum, count]
    note: All at once.
  - check: It is so
    no: other      # yes goes on
  - tell: One point about {sum} and {count}
  - tell:
      - A first point
      - >-
        A second point that is
        longer
    avoid: Haste
    goto: other
  - id: other
    act: Do this
    remedy: fix
  - act: Give that
    remedy: credit
    amount: 12.50 EUR
    by: agent
  - decide: Which
    on: one
    cases:
      - case: a
        goto: up
      - {case: b, goto: next}
    otherwise: next
  - decide: Freely
    cases:
      - case: it rains
        goto: up
  - id: up
    escalate: the lead
    reason: It is too much
    within: 1 business hour
    bring: Everything
  - promise: callback
    at: moment
  - promise: follow_up
    what: How it went
    within: 3 weeks
  - wait: 30 minutes
    for: the others
  - include: something-else
    goto: done

done_when: It is done.

escalation:
  - to: the lead
    when: 'It is "urgent"'
    within: 2 hours
  - to: everybody

see:
  - procedure: something-else
  - article: all-about-it
  - problem: 3

silence:
  - code: wording-jargon
    step: up
    reason: They are developers.
  - {code: review-overdue, reason: It is retired}
# The last comment.
`
