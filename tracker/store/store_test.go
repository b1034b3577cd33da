package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
)

func TestRanges(t *testing.T) {
	between := store.Range{From: []byte("b"), To: []byte("d")}
	back := between
	back.Reverse = true
	for _, row := range []struct {
		promise string
		r       store.Range
		holds   string
		not     string
	}{
		{"a range has its From and not its To", between, "b bb c c\xff", "a d da"},
		{"the direction does not matter", back, "b bb c c\xff", "a d da"},
		{"a nil bound is open", store.Range{To: []byte("d")}, "\x00 a c", "d e"},
		{"a prefix holds what begins with it", store.Prefix([]byte("a")), "a aa a\xff\xff", "b A"},
		{"bytes of 0xff carry over", store.Prefix([]byte("a\xff\xff")), "a\xff\xff a\xff\xffz", "a\xff b"},
		{"nothing comes behind 0xff", store.Prefix([]byte("\xff")), "\xff \xff\xff", "\xfe\xff"},
		{"every key begins with nothing", store.Prefix(nil), "\x00 a \xff", ""},
		{"after a key comes its successor", between.After([]byte("b")), "b\x00 c", "b a d"},
		{"backwards, what is before it", back.After([]byte("c")), "b bz", "c d a"},
	} {
		for _, key := range strings.Fields(row.holds) {
			require.True(t, row.r.Contains([]byte(key)), "%s: %q", row.promise, key)
		}
		for _, key := range strings.Fields(row.not) {
			require.False(t, row.r.Contains([]byte(key)), "%s: %q", row.promise, key)
		}
	}
	key := []byte("c")
	forth, behind := between.After(key), back.After(key)
	key[0] = 'z'
	require.Equal(t, "c\x00", string(forth.From), "After copies the key")
	require.Equal(t, "c", string(behind.To))
}

func TestDamageSaysWhatIsLost(t *testing.T) {
	one := store.Loss{Bucket: "contacts", Range: store.Range{From: []byte("k"), To: []byte("k\x00")}, Count: 1, Reason: "its checksum is wrong"}
	rest := store.Loss{Bucket: "contacts", Range: store.Range{From: []byte("k")}, Count: 12, Reason: "page 7"}
	begin := store.Loss{Bucket: "contacts", Range: store.Range{To: []byte("k")}, Count: -1, Reason: "page 7"}
	nobody := store.Loss{Count: -1, Reason: "the list of buckets is damaged"}
	for want, l := range map[string]store.Loss{
		"1 entry in bucket contacts, from 6b to 6b00 (its checksum is wrong)":                         one,
		"12 entries in bucket contacts, from 6b on (page 7)":                                          rest,
		"an unknown number of entries in bucket contacts, before 6b (page 7)":                         begin,
		"an unknown number of entries in any bucket, anywhere in it (the list of buckets is damaged)": nobody,
	} {
		require.Equal(t, want, l.String())
	}
	require.True(t, one.Holds("contacts", []byte("k")))
	require.False(t, one.Holds("contacts", []byte("l")))
	require.False(t, one.Holds("customers", []byte("k")))
	require.True(t, nobody.Holds("customers", []byte("k")), "where the name is lost it can be any bucket")

	d := &store.Damage{Path: "support.db", Lost: []store.Loss{one}, Other: []string{"page 1 is damaged"}}
	require.EqualError(t, d, "store support.db is damaged: "+one.String()+"; page 1 is damaged; "+
		"open it read-only to read what is sound, salvage it into a new file, or restore a backup")
	err := fmt.Errorf("opening: %w", d)
	require.ErrorIs(t, err, store.ErrDamaged)
	require.NotErrorIs(t, err, store.ErrUnknown)
	var found *store.Damage
	require.True(t, errors.As(err, &found))

	d = &store.Damage{Lost: []store.Loss{one, one}, Other: []string{"three", "four", "five"}}
	require.ErrorContains(t, d, "three; and 2 more; open")
	require.NotContains(t, d.Error(), "four")
}

func TestChecksSayWhatIsWrong(t *testing.T) {
	for _, row := range []struct {
		err  error
		is   error
		says string
	}{
		{store.CheckBucket(""), store.ErrBucket, "0 bytes"},
		{store.CheckBucket(store.Bucket(strings.Repeat("b", 65))), store.ErrBucket, "65 bytes long; 1 to 64"},
		{store.CheckBucket("a-b"), store.ErrBucket, `"a-b"; only a–z`},
		{store.CheckEntry(nil, nil), store.ErrTooLarge, "the key is empty"},
		{store.CheckEntry(make([]byte, store.MaxKey+1), nil), store.ErrTooLarge, "the key is 1025 bytes"},
		{store.CheckEntry([]byte("k"), make([]byte, store.MaxValue+1)), store.ErrTooLarge, "the value is 67108865 bytes"},
		{store.CheckPage("", 1), store.ErrBucket, "0 bytes"},
		{store.CheckPage("b", 0), nil, "a page of 0 entries"},
	} {
		if row.is != nil {
			require.ErrorIs(t, row.err, row.is)
		}
		require.ErrorContains(t, row.err, row.says)
	}
	require.NoError(t, store.CheckBucket("contacts_2"))
	require.NoError(t, store.CheckEntry(make([]byte, store.MaxKey), nil))
	require.NoError(t, store.CheckPage("b", 1))
}
