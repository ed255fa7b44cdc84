package browser

import (
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator is a made-up authenticator of a page: it makes passkeys, keeps them, and signs as a phone does whose
// owner is there.
type Authenticator struct {
	p  *Page
	id webauthn.AuthenticatorID
}

// Authenticator gives the page one. It knows who holds it.
func (p *Page) Authenticator() *Authenticator {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, webauthn.Enable, webauthn.EnableParams{})
	must(p.t, err)
	made, err := chromedp.Call(p.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	must(p.t, err)
	return &Authenticator{p, made.AuthenticatorID}
}

// Knows says whether it recognises who holds it.
func (a *Authenticator) Knows(holder bool) {
	a.p.t.Helper()
	_, err := chromedp.Call(a.p.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: a.id, IsUserVerified: holder})
	must(a.p.t, err)
}
