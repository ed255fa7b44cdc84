// Package service is a stand-in for PosAPI 3.0: it answers as the tax office's service does, is strict about everything
// that the sources call certain, and misbehaves on command.
//
// It issues nothing: numbers, lotteries and QR data are made up, and everything is forgotten at its end.
package service

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"posbox/pos/fiscal"
)

// Merchant is a taxpayer for whom the stand-in issues.
type Merchant struct {
	Name      string
	VATPayer  bool
	CityPayer bool
}

// Options are what a stand-in is started with; zero means sensible.
type Options struct {
	Merchants map[string]Merchant // by TIN; nil: one, the sample shop's
	Takes     []string            // payment codes; nil: the usual four
	Lotteries int                 // left; 0: 5000
	Now       func() time.Time    // nil: the wall clock
}

// Receipt is an accepted POST.
type Receipt struct {
	ID        string          `json:"id"`
	Date      string          `json:"date"`
	Replaces  string          `json:"replaces,omitempty"`
	Replaced  string          `json:"replaced_by,omitempty"`
	Cancelled bool            `json:"cancelled"`
	Lottery   string          `json:"lottery"`
	QRData    string          `json:"qrData"`
	Body      json.RawMessage `json:"body"` // exactly as received
}

// Service is a running stand-in.
type Service struct {
	mu        sync.Mutex
	merchants map[string]Merchant
	takes     []string
	now       func() time.Time
	receipts  []Receipt
	cancels   []json.RawMessage
	left      int
	lastSent  string
	faults    []fault
}

// SampleTIN is the taxpayer number of the sample shop.
const SampleTIN = "61200012345"

// New makes a stand-in.
func New(o Options) *Service {
	s := &Service{merchants: o.Merchants, takes: o.Takes, now: o.Now, left: o.Lotteries}
	if s.merchants == nil {
		s.merchants = map[string]Merchant{SampleTIN: {Name: "Жишээ дэлгүүр ХХК", VATPayer: true, CityPayer: true}}
	}
	if s.takes == nil {
		s.takes = []string{fiscal.PayCash, fiscal.PayCard, fiscal.PayTransfer, fiscal.PayQPay}
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.left == 0 {
		s.left = 5000
	}
	return s
}

// Receipts lists every accepted POST, the oldest first.
func (s *Service) Receipts() []Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Receipt{}, s.receipts...)
}

// Cancels lists every accepted DELETE.
func (s *Service) Cancels() []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]json.RawMessage{}, s.cancels...)
}

// maxBody bounds a request, in bytes.
const maxBody = 4 << 20

// Handler serves PosAPI, the public look-ups and the control:
//
//	POST DELETE /rest/receipt   GET /rest/info /rest/sendData /rest/bankAccounts
//	GET  /api/info/check/getTinInfo?regNo=  /api/info/check/getInfo?tin=
//	GET  /control/receipts  /control/cancels   POST /control/fault {"of", "kind", "at", "times"}  /control/cure
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /rest/receipt", s.faulty(Receipts, s.issue))
	mux.HandleFunc("DELETE /rest/receipt", s.faulty(Receipts, s.cancel))
	mux.HandleFunc("GET /rest/info", s.info)
	mux.HandleFunc("GET /rest/sendData", s.sendData)
	mux.HandleFunc("GET /rest/bankAccounts", s.accounts)
	mux.HandleFunc("GET /api/info/check/getTinInfo", s.lookup(s.tinInfo))
	mux.HandleFunc("GET /api/info/check/getInfo", s.lookup(s.payerInfo))
	mux.HandleFunc("GET /control/receipts", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Receipts()) })
	mux.HandleFunc("GET /control/cancels", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Cancels()) })
	mux.HandleFunc("POST /control/fault", s.control)
	mux.HandleFunc("POST /control/cure", func(w http.ResponseWriter, _ *http.Request) { s.Cure(); reply(w, http.StatusOK, struct{}{}) })
	return mux
}

// refusal is what the service answers to what it does not take.
type refusal struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	Date    string `json:"date,omitempty"`
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// issued is what the service answers to a receipt: the request again, and what it was given.
type issued struct {
	fiscal.Request
	ID       string      `json:"id"`
	Version  string      `json:"version"`
	PosID    int         `json:"posId"`
	Status   string      `json:"status"`
	Message  string      `json:"message"`
	QRData   string      `json:"qrData"`
	Lottery  string      `json:"lottery"`
	Date     string      `json:"date"`
	Easy     bool        `json:"easy"`
	Receipts []issuedSub `json:"receipts"`
}

type issuedSub struct {
	fiscal.Sub
	ID string `json:"id"`
}

// version is the one whose answers the stand-in follows.
const version = "3.2.39"

func (s *Service) issue(w http.ResponseWriter, body []byte, lottery bool) {
	var r fiscal.Request
	if err := decode(body, &r); err != nil {
		reply(w, http.StatusBadRequest, refusal{"ERROR", "хүсэлт буруу байна: " + err.Error(), s.date()})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch text := s.check(r); text {
	case "":
	case short:
		reply(w, http.StatusOK, refusal{"PAYMENT", text, s.date()})
		return
	default:
		reply(w, http.StatusOK, refusal{"ERROR", text, s.date()})
		return
	}
	a := issued{Request: r, ID: s.id(r, 0), Version: version, PosID: 10_001, Status: "SUCCESS", Date: s.date(), QRData: digits(200)}
	for i, sub := range r.Receipts {
		a.Receipts = append(a.Receipts, issuedSub{sub, s.id(r, i+1)})
	}
	if r.Type == fiscal.B2C && r.InactiveID == "" && lottery && s.left > 0 && slices.ContainsFunc(r.Receipts, func(x fiscal.Sub) bool { return x.TaxType != "NO_VAT" }) {
		a.Lottery = letters(2) + " " + digits(8)
		s.left--
	}
	a.Easy = strings.HasPrefix(r.ConsumerNo, "11")
	if old := s.find(r.InactiveID); old != nil {
		old.Replaced = a.ID
	}
	s.receipts = append(s.receipts, Receipt{ID: a.ID, Date: a.Date, Replaces: r.InactiveID, Lottery: a.Lottery, QRData: a.QRData, Body: slices.Clone(body)})
	reply(w, http.StatusOK, a)
}

// id makes a number of 33 digits; those of sub-receipts are counted up from the receipt's.
func (s *Service) id(r fiscal.Request, sub int) string {
	return fmt.Sprintf("%012s%s%010d%08d", r.MerchantTIN, r.BranchNo, len(s.receipts)*100+sub+1, 10_001_234)
}

// date is the service's wall time, which has no zone: Ulaanbaatar's.
func (s *Service) date() string {
	return s.now().In(time.FixedZone("", 8*60*60)).Format("2006-01-02 15:04:05")
}

func (s *Service) find(id string) *Receipt {
	for i := range s.receipts {
		if s.receipts[i].ID == id {
			return &s.receipts[i]
		}
	}
	return nil
}

// latest is the number of the last receipt of the chain that id stands in; "" where none is valid.
func (s *Service) latest(id string) string {
	r := s.find(id)
	for r != nil && r.Replaced != "" {
		r = s.find(r.Replaced)
	}
	if r == nil || r.Cancelled {
		return ""
	}
	return r.ID
}

func (s *Service) cancel(w http.ResponseWriter, body []byte, _ bool) {
	var c fiscal.Cancel
	if err := decode(body, &c); err != nil {
		reply(w, http.StatusBadRequest, refusal{"ERROR", "хүсэлт буруу байна: " + err.Error(), s.date()})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(c.ID)
	switch {
	case r == nil, r.Date != c.Date:
		reply(w, http.StatusBadRequest, refusal{"ERROR", "баримт олдсонгүй", s.date()})
	case r.Cancelled, r.Replaced != "":
		reply(w, http.StatusBadRequest, refusal{"ERROR", "баримт идэвхгүй байна", s.date()})
	default:
		r.Cancelled = true
		s.cancels = append(s.cancels, slices.Clone(body))
		w.WriteHeader(http.StatusOK)
	}
}

func (s *Service) info(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	type object = map[string]any
	var merchants, takes []object
	for tin, m := range s.merchants {
		merchants = append(merchants, object{"tin": tin, "name": m.Name, "vatPayer": m.VATPayer, "customers": []object{}})
	}
	for _, c := range s.takes {
		takes = append(takes, object{"code": c, "name": c})
	}
	reply(w, http.StatusOK, object{
		"operatorName": "Туршилт", "operatorTIN": SampleTIN, "posId": 10_001, "posNo": "10001234", "version": version, "lastSentDate": s.lastSent,
		"leftLotteries": s.left, "paymentTypes": takes, "merchants": merchants, "condition": object{"isMedicine": false},
		"appInfo": object{"applicationDir": "/opt/posapi", "currentDir": "/opt/posapi", "database": "QSQLITE", "database-host": "", "supported-databases": []string{"QSQLITE"}, "workDir": "/var/lib/posapi"},
	})
}

func (s *Service) sendData(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastSent = s.date()
	w.WriteHeader(http.StatusOK)
}

func (s *Service) accounts(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, []map[string]any{{"id": 1, "tin": r.URL.Query().Get("tin"), "bankAccountNo": "5001234567", "bankAccountName": "Жишээ", "bankId": 5, "bankName": "Хаан банк", "iBan": "MN120005005001234567"}})
}

// digits makes up a decimal text; a lottery number has to be as hard to guess here as there: tests look for it.
func digits(n int) string { return random("0123456789", n) }

func letters(n int) string { return random("ABCDEFGHIJKLMNOPQRSTUVWXYZ", n) }

func random(from string, n int) string {
	b := make([]byte, n)
	for i := range b {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			panic(err) // it never fails
		}
		b[i] = from[k.Int64()]
	}
	return string(b)
}

func readBody(r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
}
