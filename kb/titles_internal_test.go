package kb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The share of a title that was asked for goes by how telling its words are.
func TestTitlesShare(t *testing.T) {
	var titles titles
	titles.reset(4)
	titles.add(0, 1, 4, 3) // of three words
	titles.add(1, 1, 4, 1) // the only one
	titles.add(0, 1, 1, 3)
	require.InDelta(t, 5.0/(5+2), titles.share(0, 2), 1e-9)
	require.Equal(t, 1.0, titles.share(1, 2))
	require.Zero(t, titles.share(2, 2))
	titles.add(3, 1, 4, 1)
	titles.add(3, 0.7, 4, 1) // by a synonym, too
	require.Equal(t, 1.0, titles.share(3, 2), "never more than all of it")
}
