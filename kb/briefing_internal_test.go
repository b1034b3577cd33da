package kb

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// The title of a topic is made of what customers wrote.
func TestBriefingHidesAddressesInTopics(t *testing.T) {
	l := topicLine(tracker.Alarm{Topic: 1, Title: "bills of ada@example.org, +44 20 7946 0958"}, 1, BriefingOptions{})
	require.Equal(t, "bills of […], […]", l.Title)
}
