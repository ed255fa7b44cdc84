// Command bare is all that a kernel starts which figures are held against: it says that it is there, and switches off.
package main

import (
	"os"
	"syscall"
)

// Ready is what it says; see image/figures.go.
const ready = "posbox: bare kernel\n"

func main() {
	os.Stdout.WriteString(ready)
	syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
}
