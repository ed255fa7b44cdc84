package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"posbox/drivers/fiscal/posapi"
	"posbox/drivers/fiscal/posapi/posapitest"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/pos/fiscal"
)

// started runs the command and returns where it is.
func started(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), in, io.Discard)
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err, <-ended)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return strings.TrimSpace(strings.TrimPrefix(line, "posapi standin: "))
}

func TestControl(t *testing.T) {
	url := started(t)
	c, err := posapi.New(url)
	if err != nil {
		t.Fatal(err)
	}
	r := posapitest.Receipt(t, posapitest.Sample, 1)
	post := func(path, body string) int {
		resp, err := http.Post(url+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if got := post("/control/fault", `{"kind":"500","at":"after"}`); got != http.StatusOK {
		t.Fatal(got)
	}
	if o := c.Issue(t.Context(), r.Body(), 1); o.Verdict != fiscal.VerdictUncertain {
		t.Errorf("%+v", o)
	}
	post("/control/cure", "")
	o := c.Issue(t.Context(), r.Body(), 1)
	if o.Verdict != fiscal.VerdictDone {
		t.Errorf("%+v", o)
	}
	resp, err := http.Get(url + "/control/receipts")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var all []service.Receipt
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil || len(all) != 2 || string(all[1].Body) != string(r.Body()) || all[1].ID != o.Issued.ID {
		t.Errorf("%v, %+v", err, all)
	}
	for _, bad := range []string{"", "{", `{"kind":"dance"}`, `{"kind":"slow","at":"noon"}`, `{"kind":"slow","times":-1}`, `{"kind":"slow","more":1}`} {
		if got := post("/control/fault", bad); got != http.StatusBadRequest {
			t.Errorf("%q: %d", bad, got)
		}
	}
}

func TestLookups(t *testing.T) {
	url := started(t)
	for path, want := range map[string]string{
		"/api/info/check/getTinInfo?regNo=1234567": `"data":"37900846788"`,
		"/api/info/check/getTinInfo?regNo=0000000": `"status":500,"data":null`,
		"/api/info/check/getInfo?tin=37900846788":  "Өргөө Худалдаа ХХК",
		"/api/info/check/getInfo?tin=99999999999":  `"data":null`,
		"/rest/info": `"leftLotteries":5000`,
		"/rest/bankAccounts?tin=" + service.SampleTIN: "MN12",
	} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(b), want) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, b)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"more"}, {"-listen", "0.0.0.0:0"}, {"-listen", "nonsense"}, {"-dance"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}

// FuzzReceipt: whatever is posted, the stand-in answers and accepts nothing whose sums do not hold.
func FuzzReceipt(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"branchNo":"001","receipts":[{"items":[{"qty":1e9}]}]}`))
	s := service.New(service.Options{})
	h := s.Handler()
	f.Fuzz(func(t *testing.T, body []byte) {
		before := len(s.Receipts())
		req, _ := http.NewRequest(http.MethodPost, "/rest/receipt", strings.NewReader(string(body)))
		w := &recorder{header: http.Header{}}
		h.ServeHTTP(w, req)
		if w.status == 0 {
			t.Error("no answer")
		}
		if all := s.Receipts(); len(all) > before {
			var r fiscal.Request
			var paid fiscal.Amount
			json.Unmarshal(all[len(all)-1].Body, &r)
			for _, p := range r.Payments {
				paid += p.PaidAmount
			}
			if paid != r.TotalAmount || r.MerchantTIN != service.SampleTIN {
				t.Errorf("accepted: %s", body)
			}
		}
	})
}

type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) WriteHeader(s int)   { r.status = s }
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return len(b), nil
}
