package tracker

import "time"

// Customer is a person who contacts us.
type Customer struct {
	ID           CustomerID `json:"id"`
	Name         string     `json:"name,omitempty"`
	Address      string     `json:"address,omitempty"` // how they want to be addressed, in their words: "Dr. Okafor", "call me Sam"
	Organization string     `json:"organization,omitempty"`
	Language     string     `json:"language,omitempty"` // BCP 47, of their last contact that had one
	Identities   []Identity `json:"identities,omitempty"`
	First        time.Time  `json:"first"` // when we first heard of them
	MergedInto   CustomerID `json:"merged_into,omitempty"`
	Erased       bool       `json:"erased,omitempty"`
}

// Greeting is how to begin an answer: what they asked to be called, else the
// whole name as they gave it, never a first name cut out of it; "" for nobody known.
func (c Customer) Greeting() string {
	if c.Address != "" {
		return c.Address
	}
	return c.Name
}

// Identity is one way in which a customer is known.
type Identity struct {
	Kind   IdentityKind   `json:"kind"`
	Value  string         `json:"value"` // in normal form, see [ParseIdentity]
	Origin IdentityOrigin `json:"origin"`
}

// IdentityKind is what an identity is.
type IdentityKind string

const (
	IdentityEmail  IdentityKind = "email"
	IdentityPhone  IdentityKind = "phone"
	IdentityHandle IdentityKind = "handle"
)

// IdentityOrigin is how we came to know an identity. We contact only given ones.
type IdentityOrigin string

const (
	Given    IdentityOrigin = "given"     // the customer told us
	Observed IdentityOrigin = "observed"  // it was the sender's address, or shown by the caller's line
	LookedUp IdentityOrigin = "looked_up" // from elsewhere
)
