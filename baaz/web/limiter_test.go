package web

import (
	"fmt"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimiter(2, func() time.Time { return now }) // 40 at once
	for i := range 40 {
		if l.take("a") > 0 {
			t.Fatalf("request %d of the burst has to wait", i+1)
		}
	}
	if wait := l.take("a"); wait != 500*time.Millisecond {
		t.Errorf("wait %v", wait)
	}
	if l.take("b") > 0 {
		t.Error("another has to wait")
	}
	now = now.Add(time.Second)
	if l.take("a") > 0 || l.take("a") > 0 || l.take("a") == 0 {
		t.Error("two a second")
	}
	now = now.Add(-time.Hour) // a clock that is set back gives nothing and takes nothing for ever
	if l.take("a") == 0 {
		t.Error("a clock set back filled the bucket")
	}
	now = now.Add(time.Second)
	if l.take("a") > 0 {
		t.Error("a clock set back stops the bucket")
	}
}

// However many names come, memory stays bounded.
func TestLimiterForgets(t *testing.T) {
	l := newLimiter(1, time.Now)
	for i := range limiterMost + 10 {
		l.take(fmt.Sprint(i))
	}
	if len(l.names) > limiterMost {
		t.Errorf("%d names", len(l.names))
	}
}
