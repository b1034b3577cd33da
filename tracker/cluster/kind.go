package cluster

// kind is what a token was kept as.
type kind uint8

const (
	word       kind = iota // stemmed
	identifier             // a word of a program, written with inner capitals or digits
	version                // 3.2.1
	status                 // an HTTP status, 404
	code                   // 0x80070005, ERR_TIMED_OUT, ORA-00001
	exception              // NullPointerException
)

var kindNames = [...]string{"word", "identifier", "version", "status", "code", "exception"}

func (k kind) String() string { return kindNames[k] }

// typed says that the token names a fault or a release rather than describing it.
func (k kind) typed() bool { return k >= version }

// prefix sets typed tokens apart from words that are written alike.
func (k kind) prefix() string {
	if k.typed() {
		return k.String() + ":"
	}
	return ""
}

func (k kind) hash(term string) uint64 {
	h := uint64(fnvOffset)
	if k.typed() {
		h = (h ^ uint64(k)) * fnvPrime
	}
	return mix(hashOn(h, term))
}

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashOn(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

func hashString(s string) uint64 { return mix(hashOn(fnvOffset, s)) }

// mix spreads the bits, so that any of them can be cut off: the finalizer of
// SplitMix64 (Steele, Lea, Flood 2014).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
