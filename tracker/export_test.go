package tracker

// What the tests need to see of the inside.

// CompareVersions is how versions are compared.
var CompareVersions = compareVersions

// References makes and reads references under a key.
type References struct{ r references }

func NewReferences(key []byte) References { return References{references{key}} }

func (r References) Of(n TicketID) string     { return r.r.of(n) }
func (r References) Number(s string) TicketID { return r.r.number(s) }
func (r References) In(s string) []TicketID   { return r.r.in(s) }
func (r References) Permute(v uint64, bits int, back bool) uint64 {
	return r.r.permute(v, bits, back)
}

// Waiting is how many operations wait to be picked up.
func (t *Tracker) Waiting() int {
	t.queue.mu.Lock()
	defer t.queue.mu.Unlock()
	return len(t.queue.waiting)
}
