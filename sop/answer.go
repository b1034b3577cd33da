package sop

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// MaxAnswer is how many bytes an answer, or a reason, may have.
const MaxAnswer = 4096

// words returns what people put into a move as it is kept: valid UTF-8, of what cannot
// be seen only spaces and line breaks, nothing around it.
func words(s string) (string, error) {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF':
			return -1
		}
		return r
	}, s))
	if len(s) > MaxAnswer {
		return "", fmt.Errorf("it has %d bytes, more than %d: put long texts into a note on the ticket", len(s), MaxAnswer)
	}
	return s, nil
}

// accept returns an answer as it is kept, or why it is none.
func (n Need) accept(values []string) ([]string, error) {
	if len(values) == 0 || len(values) > 1 && n.Type != NeedChoices {
		return nil, fmt.Errorf("%d answers were given", len(values))
	}
	var out []string
	for _, v := range values {
		v, err := words(v)
		if v == "" && err == nil {
			err = errors.New("the answer is empty")
		}
		if err != nil {
			return nil, err
		}
		switch n.Type {
		case NeedNumber:
			var f float64
			if f, err = strconv.ParseFloat(v, 64); err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
				err = fmt.Errorf("%q is not a number", short(v))
			}
		case NeedMoney:
			_, err = ParseMoney(v)
		case NeedDate:
			_, err = ParseDate(v)
		case NeedTime:
			if _, err = time.Parse(time.RFC3339, v); err != nil {
				err = fmt.Errorf("%q is not a moment like 2026-09-30T15:00:00Z", short(v))
			}
		case NeedYesNo, NeedChoice, NeedChoices:
			if !slices.Contains(n.answers(), v) {
				err = fmt.Errorf("%q is none of: %s", short(v), strings.Join(n.answers(), ", "))
			} else if slices.Contains(out, v) {
				err = fmt.Errorf("%q is there twice", short(v))
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
