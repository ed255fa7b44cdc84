package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
)

// BenchmarkSaleToReport makes one sale at a time at one box of a hundred, while the others sell on, and waits until
// BAAZ's report over HTTP has it. It tells the median and the 99th percentile, and how many times as long that is as
// asking for the report once (the median of the same run).
func BenchmarkSaleToReport(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkSaleToReport(b, filepath.Join(b.TempDir(), "baaz.db")) })
	b.Run("postgres", func(b *testing.B) { benchmarkSaleToReport(b, storetest.Postgres(b)) })
}

func benchmarkSaleToReport(b *testing.B, dsn string) {
	dir := b.TempDir()
	f := newFleet(b, 100, dir, dsn)
	s := start(b, dir, dsn)
	f.address.Store(&s.url)
	token := strings.TrimPrefix(strings.TrimSpace(must(b, "token", "-data", dir, "-db", dsn, "-scope", "read")), "baazd: token ")
	for _, u := range f.uplinks {
		u.Send()
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	for _, other := range f.boxes[1:] { // a busy hour: each box sells every 20 s
		go func() {
			for tick := time.Tick(20 * time.Second); ; {
				select {
				case <-tick:
					other.Sell(1)
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	url := reportOf(b, s, f, dsn)
	var took, asked []time.Duration
	sold := salesOf(b, url, token, &asked)
	for b.Loop() {
		begin := time.Now()
		f.boxes[0].Sell(1)
		for sold++; salesOf(b, url, token, &asked) < sold; {
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	slices.Sort(asked)
	p := func(list []time.Duration, q int) float64 { return list[len(list)*q/100].Seconds() * 1000 }
	b.ReportMetric(p(took, 50), "p50-ms")
	b.ReportMetric(p(took, 99), "p99-ms")
	b.ReportMetric(p(took, 99)/p(asked, 50), "p99-x-ask")
	s.stop()
}

// reportOf waits until the first box has joined and returns the address of its point's report.
func reportOf(b *testing.B, s *server, f *fleet, dsn string) (url string) {
	b.Helper()
	for end := time.Now().Add(time.Minute); f.uplinks[0].Status().Acked < f.boxes[0].Head().Seq; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatal("the box never joined")
		}
	}
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.Read(context.Background(), func(tx *store.Tx) error {
		c, err := tx.BoxCompany(f.boxes[0].ID)
		url = fmt.Sprintf("%s/api/companies/%d/reports/days?point=%d", s.url, c, pointOf(tx, c, f.boxes[0]))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return url
}

// salesOf asks for the report.
func salesOf(b *testing.B, url, token string, asked *[]time.Duration) (n int) {
	begin := time.Now()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	var r struct {
		Days []struct{ Sales int } `json:"days"`
	}
	if resp.StatusCode == http.StatusTooManyRequests { // who asks all the time is told to wait
		time.Sleep(20 * time.Millisecond)
		return 0
	}
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil || resp.StatusCode != 200 {
		b.Fatal(resp.StatusCode, err)
	}
	*asked = append(*asked, time.Since(begin))
	for _, d := range r.Days {
		n += d.Sales
	}
	return n
}
