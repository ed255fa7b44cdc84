package splash

import (
	"errors"
	"fmt"
	"image"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Requests of linux/fb.h and linux/kd.h.
const (
	getVariable  = 0x4600 // FBIOGET_VSCREENINFO
	getFixed     = 0x4602 // FBIOGET_FSCREENINFO
	setMode      = 0x4b3a // KDSETMODE
	modeGraphics = 1      // KD_GRAPHICS
)

// bitfield is where a colour lies in a pixel.
type bitfield struct{ Offset, Length, MSBRight uint32 }

// variable is fb_var_screeninfo.
type variable struct {
	Width, Height, VirtualWidth, VirtualHeight, X, Y, BitsPerPixel, Grayscale uint32
	Red, Green, Blue, Transparent                                             bitfield
	_                                                                         [20]uint32
}

// fixedInfo is fb_fix_screeninfo.
type fixedInfo struct {
	_          [16]byte
	_          uint64
	_          [4]uint32
	_          [4]uint16
	LineLength uint32
	_          uint32
	_          uint64
	_          [2]uint32
	_          [4]uint16
}

// Show puts the picture on the first screen and keeps the kernel's text from it. Boxes without a framebuffer show it later.
func Show() error {
	fb, err := os.OpenFile("/dev/fb0", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer fb.Close()
	var v variable
	var f fixedInfo
	if err := errors.Join(ioctl(fb, getVariable, unsafe.Pointer(&v)), ioctl(fb, getFixed, unsafe.Pointer(&f))); err != nil {
		return err
	}
	if v.BitsPerPixel != 32 || f.LineLength < 4*v.Width {
		return fmt.Errorf("splash: a framebuffer of %d bits", v.BitsPerPixel)
	}
	m, err := Draw(int(v.Width), int(v.Height))
	if err != nil {
		return err
	}
	if tty, err := os.OpenFile("/dev/tty0", os.O_RDWR, 0); err == nil {
		unix.IoctlSetInt(int(tty.Fd()), setMode, modeGraphics)
		tty.Close()
	}
	_, err = fb.WriteAt(pixels(m, v, int(f.LineLength)), 0)
	return err
}

func ioctl(f *os.File, request uintptr, p unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), request, uintptr(p)); errno != 0 {
		return errno
	}
	return nil
}

// pixels lays a picture out as a framebuffer wants it.
func pixels(m *image.RGBA, v variable, line int) []byte {
	out := make([]byte, line*m.Bounds().Dy())
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			c := m.RGBAAt(x, y)
			p := uint32(c.R)<<v.Red.Offset | uint32(c.G)<<v.Green.Offset | uint32(c.B)<<v.Blue.Offset
			at := y*line + 4*x
			out[at], out[at+1], out[at+2], out[at+3] = byte(p), byte(p>>8), byte(p>>16), byte(p>>24)
		}
	}
	return out
}
