package kb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The share of a title that was asked for goes by how telling its words are.
func TestTitlesShare(t *testing.T) {
	titles := newTitles(2)
	defer titles.release()
	titles.add(1, 1, 3) // of three words
	titles.add(2, 1, 1) // the only one
	titles.settle(4)
	titles.add(1, 1, 3)
	titles.settle(1)
	require.InDelta(t, 5.0/(5+2), titles.share(1), 1e-9)
	require.Equal(t, 1.0, titles.share(2))
	require.Zero(t, titles.share(3))
}
