package kb

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// A time says as much as is needed to know which one is meant, at the turn of the year too.
func TestClock(t *testing.T) {
	silvester := time.Date(2026, 12, 31, 23, 30, 0, 0, time.FixedZone("CET", 60*60))
	for after, want := range map[time.Duration]string{
		-time.Hour:            "22:30",
		15 * time.Minute:      "23:45",
		time.Hour:             "1 Jan 00:30",
		-40 * time.Hour:       "30 Dec 07:30",
		80 * time.Hour:        "4 Jan 2027",
		-400 * 24 * time.Hour: "26 Nov 2025",
	} {
		require.Equal(t, want, clock(silvester.Add(after).UTC(), silvester))
	}
}

// The title of a topic is made of what customers wrote.
func TestBriefingHidesAddressesInTopics(t *testing.T) {
	l := topicLine(tracker.Alarm{Topic: 1, Title: "bills of ada@example.org, +44 20 7946 0958"}, 1, BriefingOptions{})
	require.Equal(t, "bills of […], […]", l.Title)
}
