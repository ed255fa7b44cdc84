package sway

import "fmt"

// Place says which output a role's windows belong on.
type Place struct{ Till, Buyer string }

// Choose gives the till an output, and the buyer another one if there is one. The till stays where it was as long as that
// output is there: nothing jumps when a second screen is plugged in.
func Choose(now []Output, before Place) (p Place) {
	for _, o := range now {
		if o.Name == before.Till {
			p.Till = o.Name
		}
	}
	if p.Till == "" && len(now) > 0 {
		p.Till = now[0].Name
	}
	for _, o := range now {
		if o.Name != p.Till && (p.Buyer == "" || o.Name == before.Buyer) {
			p.Buyer = o.Name
		}
	}
	return p
}

// Commands are what brings windows to their places, to the front, and the keyboard to the till. Role tells whose a window
// is: "till", "buyer" or neither.
func Commands(windows []Window, p Place, role func(app string) string) (commands []string) {
	var till *Window
	for i, w := range windows {
		to := map[string]string{"till": p.Till, "buyer": p.Buyer}[role(w.App)]
		if to == "" {
			continue
		}
		if role(w.App) == "till" {
			till = &windows[i]
		}
		if to != w.Output {
			commands = append(commands, fmt.Sprintf("[con_id=%s] move workspace to output %s", w.ID, quote(to)))
		}
		if role(w.App) == "buyer" && (!w.Visible || to != w.Output) {
			commands = append(commands, fmt.Sprintf("[con_id=%s] focus", w.ID)) // a workspace is shown by going there
		}
	}
	if till != nil && (!till.Focused || !till.Visible || len(commands) > 0) {
		commands = append(commands, fmt.Sprintf("[con_id=%s] focus", till.ID))
	}
	return commands
}

// quote makes a name of a connector safe within a command.
func quote(s string) string { return fmt.Sprintf("%q", s) }
