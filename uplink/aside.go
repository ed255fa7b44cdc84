package uplink

import (
	"context"
	"errors"
	"net/http"

	"posbox/journal"
	"posbox/pos/fault"
)

// sendAside hands BAAZ what contradicts the history that it has of this box: the box or its disk is a copy. BAAZ keeps it in
// quarantine, so it is safe there too, and once a person has said that it counts as well, BAAZ's answer is a head that is in
// this journal. From then on the box goes on as any other. Until then why is what keeps it.
func (u *Uplink) sendAside(ctx context.Context, baaz baaz, why *trouble) error {
	at, rewound := u.asideFrom(), false
	for counted := false; ; {
		batch, err := u.batch(at)
		switch {
		case err != nil:
			return err
		case len(batch) == 0 && !counted:
			return why
		case len(batch) == 0:
			u.become(Online, "", 0)
			if err := u.await(ctx); err != nil {
				return err
			}
			continue
		}
		head, posted, err := u.postSome(ctx, baaz, batch)
		if err != nil {
			return err
		}
		last := posted[len(posted)-1].Seq
		if err := u.hear(ctx, head); err != nil {
			return err
		}
		counted = false
		switch own := u.holdAgainst(head); {
		case head.Status == http.StatusForbidden:
			return standing(head)
		case head.Status == http.StatusOK && own == nil && head.Seq >= last:
			u.acknowledge(ctx, head.Seq)
			at, u.aside, counted = head.Seq, 0, true
		case head.Status == http.StatusConflict:
			at, u.aside, why = last, last, &trouble{code: fault.BoxForked, stop: true}
		case head.Status == http.StatusOK && notOwn(own): // these are in BAAZ's history as well
			at, u.aside = last, last
		case head.Status == http.StatusPreconditionFailed && !rewound: // BAAZ was restored: it has not even what these follow from
			at, u.aside, rewound = 0, 0, true
		default:
			return &trouble{code: fault.UplinkStranger, cause: errors.New("heads that do not follow from what was sent")}
		}
	}
}

// asideFrom is behind which record to begin: the last one is said again, as somebody may have decided about it meanwhile.
func (u *Uplink) asideFrom() journal.Seq {
	at := max(u.acked, u.aside)
	if more, err := u.o.Log.Records(at, 1); err == nil && len(more) == 0 && at > 0 {
		at--
	}
	return at
}

// notOwn reports whether a head was held against the journal and is not in it.
func notOwn(err error) bool {
	var t *trouble
	return errors.As(err, &t) && (t.code == fault.BoxForked || t.code == fault.BoxRestored)
}
