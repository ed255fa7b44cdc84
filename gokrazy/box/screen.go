package box

import "time"

// ScreenState is how the till's page on the screen is.
type ScreenState string

// States of the screen.
const (
	ScreenStarting ScreenState = "starting"
	ScreenPainted  ScreenState = "painted" // the page has been drawn, keys come to it, and it answers since
	ScreenTrouble  ScreenState = "trouble" // posd does not answer, the browser does not live, or there is nothing to show it on
)

// Screen is what the kiosk says of it.
type Screen struct {
	State  ScreenState `json:"state"`
	URL    string      `json:"url"`
	Since  time.Time   `json:"since"`            // when the state began
	Detail string      `json:"detail,omitempty"` // for whoever helps
}
