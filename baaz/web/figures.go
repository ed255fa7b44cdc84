package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"posbox/baaz/store"
	"posbox/wire"
)

// figures are the server's own, for Prometheus.
type figures struct {
	registry *prometheus.Registry
	page     http.Handler
	requests *prometheus.HistogramVec // by route and status
	batches  *prometheus.CounterVec   // by what became of them
	bytes    prometheus.Counter
	boxes    *prometheus.GaugeVec // by state; as of the moment of asking
}

func newFigures(version string) *figures {
	f := &figures{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "baaz_request_seconds", Help: "Time to answer, by route and status.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10}}, []string{"route", "status"}),
		batches: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "baaz_batches_total", Help: "Batches of boxes, by the status of the answer."}, []string{"status"}),
		bytes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "baaz_batch_bytes_total", Help: "Packed bytes of all batches."}),
	}
	f.boxes = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "baaz_boxes", Help: "Boxes, by what BAAZ thinks of them."}, []string{"state"})
	about := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "baaz_info", Help: "Version of the program."}, []string{"version"})
	about.WithLabelValues(version).Set(1)
	f.registry.MustRegister(f.requests, f.batches, f.bytes, f.boxes, about, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	f.page = promhttp.HandlerFor(f.registry, promhttp.HandlerOpts{})
	return f
}

// answered notes an answer; status 0 is a client that left.
func (f *figures) answered(rt *route, status int, took time.Duration) {
	f.requests.WithLabelValues(rt.method+" "+rt.path, strconv.Itoa(status)).Observe(took.Seconds())
}

// batch notes what became of a batch.
func (f *figures) batch(h wire.Head, size int) {
	f.batches.WithLabelValues(strconv.Itoa(h.Status)).Inc()
	f.bytes.Add(float64(size))
}

func (s *Server) showMetrics(c *call) error {
	if s.o.Store != nil {
		if err := s.countBoxes(c.ctx()); err != nil { // the other figures say more when the store is away
			s.o.Logger.Warn("boxes not counted", "err", err)
			s.figures.boxes.Reset()
		}
	}
	s.figures.page.ServeHTTP(c.w, c.Request)
	return nil
}

// countBoxes sets the figures that the store knows.
func (s *Server) countBoxes(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return s.o.Store.Read(ctx, func(tx *store.Tx) error {
		counts, err := tx.BoxStates()
		for state, n := range counts {
			s.figures.boxes.WithLabelValues(string(state)).Set(float64(n))
		}
		return err
	})
}
