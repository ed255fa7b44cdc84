package who

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

// A passkey is a key pair in somebody's phone, computer or security key, which uses it after it has made sure itself who
// holds it (user verification). BAAZ keeps the public half. It finds out by itself whose it is: the handle that the
// authenticator keeps with it names home and person, so no name is typed.
//
// The server remembers nothing between the two steps of a ceremony: what it has asked travels sealed through the browser,
// so any server can go on with what another began. What is remembered is which challenge has been answered.

const (
	passkeysMost = 20
	ceremonyLife = 5 * time.Minute
)

// Site is the address by which people reach BAAZ: https://baaz.example.mn. A passkey belongs to the name in it.
type Site string

// rp returns the library's view of a site.
func (s Site) rp() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(string(s))
	if err != nil {
		return nil, fault.Wrap(err, fault.PasskeyPlace)
	}
	w, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "BAAZ", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference:  protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
	if err != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, fault.Wrap(errors.Join(err, errors.New("no https, or no name: "+string(s))), fault.PasskeyPlace)
	}
	return w, nil
}

// holder is a person as the library sees them.
type holder struct {
	handle      []byte
	login, name string
	keys        []webauthn.Credential
}

// WebAuthnID and the others implement webauthn.User.
func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.login }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// handleOf is what an authenticator keeps to say whose a passkey is.
func handleOf(home store.Company, p store.Person) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(home)), uint64(p))
}

func parseHandle(b []byte) (home store.Company, p store.Person, err error) {
	if len(b) != 16 {
		return 0, 0, errors.New("who: no handle of ours")
	}
	home, p = store.Company(binary.BigEndian.Uint64(b)), store.Person(binary.BigEndian.Uint64(b[8:]))
	if home < 0 || p < 1 {
		return 0, 0, errors.New("who: no handle of ours")
	}
	return home, p, nil
}

// holderOf reads a person with their passkeys.
func holderOf(tx *store.Tx, home store.Company, p store.Person) (h holder, row store.PersonRow, err error) {
	if row, err = tx.Person(home, p); err != nil {
		return h, row, err
	}
	h = holder{handle: handleOf(home, p), login: row.Login, name: row.Name}
	list, err := tx.Passkeys(home, p)
	if err != nil {
		return h, row, err
	}
	for _, k := range list {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Body, &c); err != nil {
			return h, row, fmt.Errorf("who: passkey %s: %w", passkeyID(k.ID), err)
		}
		h.keys = append(h.keys, c)
	}
	return h, row, nil
}

// passkeyID names a passkey among those of its person.
func passkeyID(id []byte) string {
	sum := sha256.Sum256(id)
	return idOf(sum[:])
}

// Ceremony is the first step: what the browser is asked, and what it sends back with the answer.
type Ceremony struct {
	Options json.RawMessage `json:"options"`  // of navigator.credentials: PublicKeyCredential.parse…OptionsFromJSON reads them
	Sealed  string          `json:"ceremony"` // to be sent back as it is
}

type sealedCeremony struct {
	For     string // what it is for: a login must not be finished as a registration
	At      int64
	Session webauthn.SessionData
}

func (p *People) seal(what string, options any, session *webauthn.SessionData) (c Ceremony, err error) {
	body, err := json.Marshal(sealedCeremony{what, p.micros(), *session})
	if err != nil {
		return c, err
	}
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	c.Sealed = secretText.EncodeToString(append(p.ceremonySeal(body), body...))
	return c, nil
}

func (p *People) ceremonySeal(body []byte) []byte {
	m := hmac.New(sha256.New, p.device)
	m.Write([]byte("posbox ceremony\n"))
	m.Write(body)
	return m.Sum(nil)
}

// errPasskey is what everybody is told whose passkey proves nothing: why is for the log.
func errPasskey(cause error) error { return fault.Wrap(cause, fault.PasskeyRefused) }

func (p *People) unseal(what, sealed string) (s webauthn.SessionData, hash []byte, err error) {
	b, err := secretText.DecodeString(sealed)
	if err != nil || len(b) < sha256.Size || !hmac.Equal(b[:sha256.Size], p.ceremonySeal(b[sha256.Size:])) {
		return s, nil, errPasskey(errors.New("a ceremony that this server did not begin"))
	}
	var c sealedCeremony
	if err := json.Unmarshal(b[sha256.Size:], &c); err != nil {
		return s, nil, errPasskey(err)
	}
	if age := p.micros() - c.At; c.For != what || age < 0 || age > ceremonyLife.Microseconds() {
		return s, nil, errPasskey(errors.New("a ceremony for something else, or too old"))
	}
	return c.Session, b[:sha256.Size], nil
}

// once notes that a ceremony has been finished.
func (p *People) once(tx *store.Tx, home store.Company, hash []byte) error {
	now := p.micros()
	first, err := tx.UseCeremony(home, hash, now, now-2*ceremonyLife.Microseconds())
	if err == nil && !first {
		err = errPasskey(errors.New("a ceremony that was finished before"))
	}
	return err
}

const (
	ceremonyAdd   = "add"
	ceremonyLogin = "login"
)

// BeginPasskey begins to make a passkey of the caller, who proves to be there by the password.
func (p *People) BeginPasskey(ctx context.Context, c Caller, site Site, password string) (out Ceremony, err error) {
	rp, err := site.rp()
	if err != nil {
		return out, err
	}
	if err := p.prove(ctx, c, password, func(store.PersonRow) error { return nil }, func() {}); err != nil {
		return out, err
	}
	var h holder
	err = p.store.Read(ctx, func(tx *store.Tx) (err error) {
		h, _, err = holderOf(tx, c.Home, c.Person)
		return err
	})
	if err != nil {
		return out, err
	}
	options, session, err := rp.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return out, err
	}
	return p.seal(ceremonyAdd, options.Response, session)
}

// PasskeyView is a passkey as its person sees it.
type PasskeyView struct {
	Passkey string     `json:"passkey"` // names it
	Name    string     `json:"name"`
	Created time.Time  `json:"created"`
	Seen    *time.Time `json:"seen"` // when it was used last
}

func passkeyView(k store.PasskeyRow) PasskeyView {
	return PasskeyView{passkeyID(k.ID), k.Name, time.UnixMicro(k.Created).UTC(), moment(k.Seen)}
}

// AddPasskey finishes it: answer is what the browser says (PublicKeyCredential.toJSON).
func (p *People) AddPasskey(ctx context.Context, c Caller, from Client, site Site, sealed, name string, answer []byte) (v PasskeyView, err error) {
	rp, err := site.rp()
	if err != nil {
		return v, err
	}
	if name, err = Name(name); err != nil {
		return v, err
	}
	session, hash, err := p.unseal(ceremonyAdd, sealed)
	if err != nil {
		return v, err
	}
	said, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return v, errPasskey(err)
	}
	err = p.change(ctx, c.Home, c.Person, func(tx *store.Tx, _ *store.PersonRow) error {
		h, _, err := holderOf(tx, c.Home, c.Person)
		if err != nil {
			return err
		}
		if len(h.keys) >= passkeysMost {
			return fault.New(fault.PasskeyMost, "most", fmt.Sprint(passkeysMost))
		}
		made, err := rp.CreateCredential(h, session, said)
		if err != nil {
			return errPasskey(err)
		}
		if err := p.once(tx, c.Home, hash); err != nil {
			return err
		}
		row := store.PasskeyRow{ID: made.ID, Person: c.Person, Name: name, Created: p.micros()}
		if row.Body, err = json.Marshal(made); err != nil {
			return err
		}
		added, err := tx.AddPasskey(c.Home, row)
		if err == nil && !added {
			err = fault.New(fault.PasskeyThere)
		}
		if err != nil {
			return err
		}
		v = passkeyView(row)
		return tx.Audit(c.Home, p.deed(c, from, "passkey.added", name, ""))
	})
	return v, err
}

// Passkeys lists the caller's own.
func (p *People) Passkeys(ctx context.Context, c Caller) (list []PasskeyView, err error) {
	return list, p.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Passkeys(c.Home, c.Person)
		for _, k := range rows {
			list = append(list, passkeyView(k))
		}
		return err
	})
}

// own finds a passkey of the caller under the lock of their row, changes it, and writes down what was done.
func (p *People) own(ctx context.Context, c Caller, from Client, id, action string, fn func(*store.Tx, *store.PasskeyRow) (detail string, err error)) error {
	return p.change(ctx, c.Home, c.Person, func(tx *store.Tx, _ *store.PersonRow) error {
		rows, err := tx.Passkeys(c.Home, c.Person)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(rows, func(k store.PasskeyRow) bool { return passkeyID(k.ID) == id })
		if n < 0 {
			return fault.New(fault.PasskeyUnknown)
		}
		was := rows[n].Name
		detail, err := fn(tx, &rows[n])
		if err != nil {
			return err
		}
		return tx.Audit(c.Home, p.deed(c, from, action, was, detail))
	})
}

// NamePasskey gives a passkey of the caller another name.
func (p *People) NamePasskey(ctx context.Context, c Caller, from Client, id, name string) error {
	name, err := Name(name)
	if err != nil {
		return err
	}
	return p.own(ctx, c, from, id, "passkey.renamed", func(tx *store.Tx, k *store.PasskeyRow) (string, error) {
		k.Name = name
		return name, tx.PutPasskey(c.Home, *k)
	})
}

// DropPasskey takes a passkey of the caller away: nobody comes in by it any more.
func (p *People) DropPasskey(ctx context.Context, c Caller, from Client, id string) error {
	return p.own(ctx, c, from, id, "passkey.removed", func(tx *store.Tx, k *store.PasskeyRow) (string, error) {
		return "", tx.DropPasskey(c.Home, k.ID)
	})
}

// BeginPasskeyLogin begins to let somebody in by a passkey: nobody knows yet whom.
func (p *People) BeginPasskeyLogin(site Site) (out Ceremony, err error) {
	rp, err := site.rp()
	if err != nil {
		return out, err
	}
	options, session, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return out, err
	}
	return p.seal(ceremonyLogin, options.Response, session)
}

// PasskeyLogin finishes it.
func (p *People) PasskeyLogin(ctx context.Context, from Client, site Site, sealed string, answer []byte) (e Entered, err error) {
	rp, err := site.rp()
	if err != nil {
		return e, err
	}
	session, hash, err := p.unseal(ceremonyLogin, sealed)
	if err != nil {
		return e, err
	}
	said, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return e, errPasskey(err)
	}
	home, person, err := parseHandle(said.Response.UserHandle)
	if err != nil {
		return e, fault.Wrap(err, fault.PasskeyUnknown)
	}
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.LockPerson(home, person)
		if errors.Is(err, store.ErrNone) || err == nil && row.State != store.PersonActive {
			return fault.Wrap(err, fault.PasskeyUnknown)
		}
		if err != nil {
			return err
		}
		if err := p.proved(tx, rp, home, person, session, said); err != nil {
			return err
		}
		if err := p.once(tx, home, hash); err != nil {
			return err
		}
		row.Seen = p.micros()
		if err := tx.PutPerson(home, row); err != nil {
			return err
		}
		e, err = p.open(tx, home, row, from, "login")
		return err
	})
	return e, err
}

// proved judges what an authenticator has signed, and keeps its counter.
func (p *People) proved(tx *store.Tx, rp *webauthn.WebAuthn, home store.Company, person store.Person, session webauthn.SessionData, said *protocol.ParsedCredentialAssertionData) error {
	h, _, err := holderOf(tx, home, person)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(h.keys, func(k webauthn.Credential) bool { return bytes.Equal(k.ID, said.RawID) }) {
		return fault.New(fault.PasskeyUnknown)
	}
	used, err := rp.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, session, said)
	if err != nil {
		return errPasskey(err)
	}
	if used.Authenticator.CloneWarning {
		return errPasskey(errors.New("its counter went back: there are two of " + hex.EncodeToString(said.RawID[:min(8, len(said.RawID))])))
	}
	rows, err := tx.Passkeys(home, person)
	if err != nil {
		return err
	}
	for _, k := range rows {
		if bytes.Equal(k.ID, used.ID) {
			k.Seen = p.micros()
			if k.Body, err = json.Marshal(used); err != nil {
				return err
			}
			return tx.PutPasskey(home, k)
		}
	}
	return nil
}
