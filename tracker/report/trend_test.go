package report_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/report"
)

// each repeats n a number of days.
func each(n, days int) []int { return slices.Repeat([]int{n}, days) }

func TestTrendOf(t *testing.T) {
	for _, row := range []struct {
		promise   string
		days      []int
		regressed bool
		want      report.Trend
	}{
		{"what came back says so before all else", each(9, 60), true, report.Regressed},
		{"nobody for two weeks is quiet", slices.Concat(each(5, 40), each(0, 14)), false, report.Quiet},
		{"somebody on the last day but thirteen is not", slices.Concat(each(5, 40), each(1, 1), each(0, 13)), false, report.Ongoing},
		{"one that nobody has come with is quiet", nil, false, report.Quiet},
		{"the first day is new", each(1, 1), false, report.New},
		{"many on the first day are new: there is no past to compare with", each(40, 1), false, report.New},
		{"fourteen days old is new", each(1, 14), false, report.New},
		{"fifteen days old is ongoing", each(1, 15), false, report.Ongoing},
		{"a new one that grows out of its own past escalates", slices.Concat(each(1, 7), each(5, 7)), false, report.Escalating},
		{"as many as ever is ongoing, however many", each(100, 60), false, report.Ongoing},
		{"two in a week are no alarm", slices.Concat(each(0, 53), each(1, 2), each(0, 5)), false, report.Ongoing},
		{"three after four weeks of nobody are", slices.Concat(each(1, 1), each(0, 28), each(1, 3), each(0, 4)), false, report.Escalating},
		{"three in a week after one in the four before are not: chance does that", slices.Concat(each(0, 27), each(1, 1), each(1, 3), each(0, 4)), false, report.Ongoing},
		{"double of a busy past escalates", slices.Concat(each(10, 40), each(20, 7)), false, report.Escalating},
		{"a tenth more of it does not", slices.Concat(each(10, 40), each(11, 7)), false, report.Ongoing},
		{"what was loud long ago does not excuse what is loud now", slices.Concat(each(50, 30), each(0, 28), each(2, 7)), false, report.Escalating},
		{"negative counts are none", slices.Concat(each(-5, 30), each(1, 7)), false, report.Escalating},
	} {
		t.Run(row.promise, func(t *testing.T) {
			require.Equal(t, row.want, report.TrendOf(row.days, row.regressed))
		})
	}
}

func TestTrendOfDoesNotWrite(t *testing.T) {
	days := slices.Concat(each(-1, 20), each(3, 20))
	report.TrendOf(days, false)
	require.Equal(t, slices.Concat(each(-1, 20), each(3, 20)), days)
}

func TestWeigh(t *testing.T) {
	impact := report.Impact{Customers: 5, Complaints: 2, Tickets: 99, Contacts: 99}
	for _, row := range []struct {
		promise string
		problem report.Problem
		want    int
	}{
		{"a customer counts one, who complains two more", report.Problem{Period: impact}, 9},
		{"a person's word doubles it", report.Problem{Period: impact, Confirmed: true}, 18},
		{"so does coming back", report.Problem{Period: impact, Trend: report.Regressed}, 18},
		{"both are both", report.Problem{Period: impact, Confirmed: true, Trend: report.Regressed}, 36},
		{"tickets and contacts of the past weigh nothing", report.Problem{ConfirmedTickets: 400, Customers: 300, Confirmed: true}, 0},
	} {
		t.Run(row.promise, func(t *testing.T) { require.Equal(t, row.want, report.Weigh(row.problem)) })
	}
}
