package tracker

import (
	"context"
	"fmt"
	"strings"
)

// Actor is who does something: an agent by name, a rule that a person wrote, the
// machine and its version, or the system itself. In text it is "agent:mia".
type Actor struct {
	Kind ActorKind
	Name string
}

// ActorKind is what sort of actor an [Actor] is.
type ActorKind string

const (
	ActorSystem  ActorKind = "system"
	ActorAgent   ActorKind = "agent"
	ActorRule    ActorKind = "rule"
	ActorMachine ActorKind = "machine"
)

// System is the actor of a handle that was not given another one: a program, like one
// that logs what comes in.
var System = Actor{Kind: ActorSystem}

// Agent is a person who does support.
func Agent(name string) Actor { return Actor{Kind: ActorAgent, Name: name} }

// Person reports whether a person stands behind a: an agent, or a rule that somebody
// wrote. What is decided by [Tracker.Confirm] and its like counts as a person's word
// whoever the handle names: a program that calls them speaks for people.
func (a Actor) Person() bool { return a.Kind == ActorAgent || a.Kind == ActorRule }

// String is "agent:mia", or the kind alone where there is no name.
func (a Actor) String() string {
	if a.Name == "" {
		return string(a.Kind)
	}
	return string(a.Kind) + ":" + a.Name
}

// MarshalText is String.
func (a Actor) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Actor) UnmarshalText(text []byte) error {
	kind, name, _ := strings.Cut(string(text), ":")
	switch k := ActorKind(kind); k {
	case ActorSystem, ActorAgent, ActorRule, ActorMachine, "":
		*a = Actor{Kind: k, Name: name}
		return nil
	}
	return fmt.Errorf("actor %q: want system, agent:NAME, rule:NAME or machine:NAME", text)
}

// Request is what an Authorizer is asked: may this actor do this?
type Request struct {
	Actor  Actor
	Action string // the method's name in lower case with underscores: "log", "confirm", "erase" …; "import" once for all its contacts; "act_as" before what somebody does in a role that is not the default one
	Object string // what it is done to, like "ticket 12", or the role of "act_as"; "" where there is none yet
}

// Authorizer decides about a write before it is begun. It runs on the goroutine of
// whoever writes, so on several at once, and may read the tracker. An error refuses
// the write and is what the caller gets, wrapped so that it is also [ErrForbidden].
type Authorizer func(context.Context, Request) error
