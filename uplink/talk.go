package uplink

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/wire"
)

// baaz is where BAAZ is and by which key it is known.
type baaz struct {
	address string
	key     ed25519.PublicKey
}

func parseAddress(j *event.BoxJoined, wish Wish) (b baaz, err error) {
	key, err := hex.DecodeString(j.BAAZ)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return b, &trouble{code: fault.BoxUnknown, stop: true, cause: errors.New("the pinned key cannot be read")}
	}
	address := j.Address
	if wish.Address != "" && wish.of(j) {
		address = wish.Address // BAAZ may move; its key tells that it is the same
	}
	if err := CheckAddress(address); err != nil {
		return b, &trouble{code: fault.UplinkUnreachable, stop: true, cause: err}
	}
	return baaz{strings.TrimRight(address, "/"), key}, nil
}

// CheckAddress refuses what is no address of a BAAZ.
func CheckAddress(address string) error {
	a, err := url.Parse(address)
	switch {
	case err != nil:
		return err
	case a.Scheme != "http" && a.Scheme != "https" || a.Host == "" || a.User != nil || a.RawQuery != "" || a.Fragment != "":
		return fmt.Errorf("%q is not of the form https://baaz.example", address)
	}
	return nil
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

// tell sends something and returns the answer; err only where there is none.
func (u *Uplink) tell(ctx context.Context, address string, body []byte, kind string) (text []byte, status int, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, u.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, 0, 0, err
	}
	req.Header.Set("Content-Type", kind)
	return do(u.client, req, maxAnswer)
}

// do makes a request and reads an answer of at most most bytes; err only where there is none.
func do(client *http.Client, req *http.Request, most int64) (text []byte, status int, after time.Duration, err error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, 0, 0, &trouble{code: fault.UplinkUnreachable, cause: err}
	}
	defer resp.Body.Close()
	if text, err = io.ReadAll(io.LimitReader(resp.Body, most)); err != nil {
		return nil, 0, 0, &trouble{code: fault.UplinkUnreachable, cause: err}
	}
	return text, resp.StatusCode, retryAfter(resp.Header.Get("Retry-After")), nil
}

// retryAfter reads how long BAAZ wants the box to wait, in seconds.
func retryAfter(s string) time.Duration {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// refused turns an answer without a head into trouble. It is not signed, so it can only make the box wait.
func refused(status int, text []byte, after time.Duration) *trouble {
	var said struct{ Code fault.Code }
	json.Unmarshal(text, &said) // HTML of a portal gives no code
	cause := fmt.Errorf("status %d", status)
	switch {
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return &trouble{code: fault.ServerBusy, after: after, cause: cause}
	case status == http.StatusRequestEntityTooLarge:
		return &trouble{code: fault.BatchTooLarge, after: after, cause: cause}
	case fault.Texts[said.Code].EN == "":
		return &trouble{code: fault.UplinkStranger, cause: cause}
	}
	return &trouble{code: said.Code, after: after, cause: cause}
}

// signedHead reads a head and believes it only if BAAZ has signed it for this box.
func signedHead(b baaz, box journal.Box, status int, text []byte, after time.Duration) (h wire.Head, err error) {
	switch status {
	case http.StatusOK, http.StatusForbidden, http.StatusConflict, http.StatusPreconditionFailed:
		if json.Unmarshal(text, &h) == nil && h.Status == status && h.SignedBy(b.key, box) {
			return h, nil
		}
		return h, &trouble{code: fault.UplinkStranger, cause: fmt.Errorf("status %d, not signed", status)}
	}
	return h, refused(status, text, after)
}

// headTarget is where a box's head is asked for.
func headTarget(b journal.Box) string { return "/v1/boxes/" + b.String() + "/head" }

func (u *Uplink) askHead(ctx context.Context, b baaz) (wire.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, u.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.address+headTarget(u.box), nil)
	if err != nil {
		return wire.Head{}, err
	}
	u.stamp.sign(req, b.key)
	text, status, after, err := do(u.client, req, maxAnswer)
	if err != nil {
		return wire.Head{}, err
	}
	return signedHead(b, u.box, status, text, after)
}

func (u *Uplink) post(ctx context.Context, b baaz, records []journal.Record) (wire.Head, error) {
	body, err := wire.Pack(u.o.Key, records)
	if err != nil {
		return wire.Head{}, err
	}
	text, status, after, err := u.tell(ctx, b.address+"/v1/boxes/"+u.box.String()+"/records", body, "application/octet-stream")
	if err != nil {
		return wire.Head{}, err
	}
	return signedHead(b, u.box, status, text, after)
}
