package tracker

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// A reference is a ticket's number put through a keyed permutation, so that it
// tells nothing about how many tickets there are, in base 32 without the letters
// that are taken for others (I, L, O, U), with a check character at the end that
// notices any one wrong character and any two neighbours exchanged:
//
//	7QK-M3XP
//
// Six characters carry the first 2³⁰ tickets, eight the next ones.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// references makes and reads references under one key.
type references struct{ key []byte }

const (
	shortBits = 30
	longBits  = 40
)

// of returns the reference of ticket n.
func (r references) of(n TicketID) string {
	bits, v := shortBits, uint64(n)
	if v >= 1<<shortBits {
		bits, v = longBits, v-1<<shortBits
	}
	v = r.permute(v, bits, false)
	chars := make([]byte, bits/5, bits/5+2)
	for i := len(chars) - 1; i >= 0; i-- {
		chars[i] = byte(v & 31)
		v >>= 5
	}
	chars = append(chars, check(chars))
	var b strings.Builder
	for i, c := range chars {
		if i == 3 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[c])
	}
	return b.String()
}

// number returns the ticket that s is the reference of, however it is written:
// in small letters, with or without hyphens and spaces, with O for 0 and I or L
// for 1. 0 says that it is nobody's.
func (r references) number(s string) TicketID {
	var chars []byte
	for _, c := range strings.ToUpper(s) {
		switch c {
		case '-', ' ':
			continue
		case 'O':
			c = '0'
		case 'I', 'L':
			c = '1'
		}
		i := strings.IndexRune(alphabet, c)
		if i < 0 {
			return 0
		}
		chars = append(chars, byte(i))
	}
	bits := (len(chars) - 1) * 5
	if bits != shortBits && bits != longBits {
		return 0
	}
	if check(chars[:len(chars)-1]) != chars[len(chars)-1] {
		return 0
	}
	var v uint64
	for _, c := range chars[:len(chars)-1] {
		v = v<<5 | uint64(c)
	}
	v = r.permute(v, bits, true)
	if bits == longBits {
		v += 1 << shortBits
	}
	return TicketID(v)
}

// in returns the tickets whose references stand in s, in order, at most eight. To be
// seen there a reference is written with its hyphen.
func (r references) in(s string) []TicketID {
	var out []TicketID
	for from := 0; len(out) < 8; {
		i := strings.IndexByte(s[from:], '-')
		if i < 0 {
			break
		}
		i += from
		from = i + 1
		begin, end := i, i+1
		for begin > 0 && inWord(s[begin-1]) {
			begin--
		}
		for end < len(s) && inWord(s[end]) {
			end++
		}
		if i-begin == 3 && (end-i == 5 || end-i == 7) {
			if n := r.number(s[begin:end]); n != 0 {
				out = append(out, n)
			}
		}
	}
	return out
}

func inWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// permute is a balanced Feistel network of six rounds over HMAC-SHA-256: a
// permutation of the numbers below 2^bits (Luby and Rackoff, 1988).
func (r references) permute(v uint64, bits int, back bool) uint64 {
	half := bits / 2
	mask := uint64(1)<<half - 1
	left, right := v>>half, v&mask
	const rounds = 6
	for i := range rounds {
		if back {
			left, right = right^r.round(rounds-1-i, bits, left)&mask, left
		} else {
			left, right = right, left^r.round(i, bits, right)&mask
		}
	}
	return left<<half | right
}

func (r references) round(i, bits int, v uint64) uint64 {
	m := hmac.New(sha256.New, r.key)
	m.Write([]byte{'r', byte(i), byte(bits)})
	m.Write(binary.BigEndian.AppendUint64(nil, v))
	return binary.BigEndian.Uint64(m.Sum(nil))
}

// check is the sum of the characters as elements of the field of 32, each times
// another power of its generator (x⁵ + x² + 1). Wrong in one place, or with two
// unequal neighbours exchanged, it comes out otherwise.
func check(chars []byte) byte {
	var sum byte
	for _, c := range chars {
		sum = times2(sum ^ c)
	}
	return sum
}

func times2(c byte) byte {
	if c <<= 1; c&32 != 0 {
		c ^= 0b100101
	}
	return c
}
