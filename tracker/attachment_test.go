package tracker_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func noise(seed uint64, n int) []byte {
	out := make([]byte, n)
	rnd := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = rnd.Read(out)
	return out
}

// TestAttachments comes back byte for byte, at every size around the parts in which
// it is kept.
func TestAttachments(t *testing.T) {
	const part = 256 << 10
	tr, _ := openMem(t, peopleOnly)
	c := alone(1)
	var contents [][]byte
	for i, n := range []int{0, 1, part - 1, part, part + 1, 3 * part} {
		contents = append(contents, noise(uint64(i), n))
		c.Attachments = append(c.Attachments, tracker.Attachment{Name: "../../etc/passwd\x00\u202egpj.exe", Type: "image/jpeg", Content: contents[i]})
	}
	r := logged(t, tr, c)
	require.NotNil(t, c.Attachments[5].Content, "what the caller gave is the caller's")
	got, err := tr.Contact(ctx, r.Contact)
	require.NoError(t, err)
	for i, want := range contents {
		raw, err := tr.Attachment(ctx, r.Contact, i)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, raw), "attachment %d", i)
		sum := sha256.Sum256(want)
		require.Equal(t, hex.EncodeToString(sum[:]), got.Attachments[i].SHA256)
		require.Equal(t, int64(len(want)), got.Attachments[i].Size)
		require.Equal(t, "../../etc/passwdgpj.exe", got.Attachments[i].Name, "a name is shown, never opened")
	}
	for _, n := range []int{-1, 6} {
		_, err = tr.Attachment(ctx, r.Contact, n)
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
	_, err = tr.Attachment(ctx, 99, 0)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	checkSound(t, tr)
}

func TestAttachmentLimits(t *testing.T) {
	tr, _ := openMem(t, peopleOnly, func(o *tracker.Options) { o.Limits = tracker.Limits{Attachment: 100, Attachments: 2} })
	c := alone(1)
	c.Attachments = []tracker.Attachment{{Content: make([]byte, 100)}, {Content: make([]byte, 100)}}
	logged(t, tr, c)
	big, many := c, c
	big.Attachments = []tracker.Attachment{{Content: make([]byte, 101)}}
	many.Attachments = make([]tracker.Attachment, 3)
	for _, refused := range []tracker.Contact{big, many} {
		_, err := tr.Log(ctx, refused)
		require.ErrorIs(t, err, tracker.ErrInvalid)
	}
}

// TestLongTexts: what is compared and shown is bounded, and the whole stays as an
// attachment.
func TestLongTexts(t *testing.T) {
	tr, _ := openMem(t)
	text := strings.Repeat("The lamp blinks and does not stop. ", 5<<20/35)
	c := alone(1)
	c.Text = text
	r := logged(t, tr, c)
	require.Equal(t, []tracker.Flag{tracker.FlagTextCut}, r.Flags)
	got, err := tr.Contact(ctx, r.Contact)
	require.NoError(t, err)
	require.Equal(t, text[:1<<20], got.Text)
	whole, err := tr.Attachment(ctx, r.Contact, 0)
	require.NoError(t, err)
	require.Equal(t, text, string(whole))
}
