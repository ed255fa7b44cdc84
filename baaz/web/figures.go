package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"posbox/wire"
)

// figures are the server's own, for Prometheus.
type figures struct {
	registry *prometheus.Registry
	page     http.Handler
	requests *prometheus.HistogramVec // by route and status
	batches  *prometheus.CounterVec   // by what became of them
	bytes    prometheus.Counter
}

func newFigures(version string) *figures {
	f := &figures{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "baaz_request_seconds", Help: "Time to answer, by route and status.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10}}, []string{"route", "status"}),
		batches: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "baaz_batches_total", Help: "Batches of boxes, by the status of the answer."}, []string{"status"}),
		bytes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "baaz_batch_bytes_total", Help: "Packed bytes of all batches."}),
	}
	about := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "baaz_info", Help: "Version of the program."}, []string{"version"})
	about.WithLabelValues(version).Set(1)
	f.registry.MustRegister(f.requests, f.batches, f.bytes, about, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
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
	s.figures.page.ServeHTTP(c.w, c.Request)
	return nil
}
