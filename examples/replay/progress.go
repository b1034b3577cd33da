package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress is a line on a terminal that says how far the work is; on anything else it
// says nothing.
type progress struct {
	w     io.Writer // nil: no terminal
	of    int
	begin time.Time
	shown time.Time
}

func newProgress(w io.Writer, of int) *progress {
	p := &progress{of: of, begin: time.Now()}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = w
		}
	}
	return p
}

func (p *progress) at(n int) {
	if p.w == nil || time.Since(p.shown) < 200*time.Millisecond {
		return
	}
	p.shown = time.Now()
	fmt.Fprintf(p.w, "\r%d of %d contacts, %.0f/s ", n, p.of, float64(n)/time.Since(p.begin).Seconds())
}

func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\033[K")
	}
}
