package ota

import (
	"strconv"

	"posbox/pos/fault"
	"posbox/release"
)

// MayInstall says why a version is not for this box. Its signature has been believed before.
func MayInstall(m release.Manifest, h Here, r *Record) error {
	switch {
	case h.OnTrial():
		return fault.New(fault.UpdateBusy) // the other slot is the way back
	case m.Station != h.Station:
		return fault.New(fault.UpdateStation, "station", m.Station, "here", h.Station)
	case m.Version <= h.Version:
		return fault.New(fault.UpdateOlder, "version", m.Version.String(), "here", h.Version.String())
	case r.Tries[m.Version] >= MaxTries:
		return fault.New(fault.UpdateBlocked, "version", m.Version.String())
	}
	return nil
}

// Moment is what stands in the way of a restart now.
type Moment struct {
	SaleOpen, ShiftOpen bool
	Anyway              bool // a person says that the shift may stay open
	Battery             int  // percent, of a machine that runs on it; -1: it does not
}

// leastBattery is what a trial and the way back may take.
const leastBattery = 30

// MayTry says why the box must not restart into a trial now. A sale is finished first, whatever anybody says.
func MayTry(version release.Version, r *Record, m Moment) error {
	switch {
	case r.Tries[version] >= MaxTries:
		return fault.New(fault.UpdateBlocked, "version", version.String())
	case m.SaleOpen:
		return fault.New(fault.UpdateSaleOpen)
	case m.ShiftOpen && !m.Anyway:
		return fault.New(fault.UpdateShiftOpen)
	case m.Battery >= 0 && m.Battery < leastBattery:
		return fault.New(fault.UpdatePower, "percent", strconv.Itoa(m.Battery))
	}
	return nil
}
