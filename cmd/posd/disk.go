package main

import (
	"context"
	"sync"
	"syscall"
	"time"

	"posbox/pos/device"
)

// diskEvery is how often the till looks how much room is left for sales.
const diskEvery = 30 * time.Second

// disk knows the room that is left in the folder.
type disk struct {
	dir     string
	changed func()

	mu   sync.Mutex
	last device.Disk
}

// Room returns what was seen last.
func (d *disk) Room() device.Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last
}

// Run looks every half minute until ctx ends.
func (d *disk) Run(ctx context.Context) {
	tick := time.NewTicker(diskEvery)
	defer tick.Stop()
	for {
		d.look()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *disk) look() {
	now := device.Disk{Failed: true}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &fs); err == nil {
		now = device.Disk{Free: int64(fs.Bavail) * int64(fs.Bsize), Total: int64(fs.Blocks) * int64(fs.Bsize)}
	}
	d.mu.Lock()
	d.last = now
	d.mu.Unlock()
	d.changed()
}
