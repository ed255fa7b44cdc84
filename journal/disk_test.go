package journal

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// inOwnMounts runs one test of this binary in a process that may mount what nobody else sees; ok is false where this
// machine does not allow that.
func inOwnMounts(t *testing.T, what, test string) (out string, ok bool) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), "POSBOX_TEST_CHILD="+what)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if uid := os.Getuid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	b, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	switch {
	case err == nil:
		return string(b), true
	case errors.As(err, &ended) && ended.ExitCode() != noMounts:
		t.Fatalf("%v\n%s", err, b)
	}
	return fmt.Sprint(string(b), err), false
}

// noMounts is the exit code that says that nothing may be mounted.
const noMounts = 77

// smallDisk mounts a file system of a size in memory.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	// Mounts made here must not spread to the system's own.
	err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err == nil {
		err = syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size)
	}
	if err != nil {
		fmt.Println("mount:", err)
		os.Exit(noMounts)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, n := range []int{64 << 10, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, n))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
}

// swapHandle puts another file under a descriptor.
func swapHandle(t *testing.T, f, with *os.File) {
	t.Helper()
	if err := syscall.Dup3(int(with.Fd()), int(f.Fd()), syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
}

// sellAndKill lets another process sell, and kills it once it has told of some sales. It returns the number of the last
// sale told.
func sellAndKill(t *testing.T, dir string, sales int) (sold int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "POSBOX_TEST_CHILD=sell", "POSBOX_TEST_DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for told := 0; lines.Scan(); told++ {
		if n, err := fmt.Sscanf(lines.Text(), "sold %d", &sold); n != 1 || err != nil {
			t.Errorf("the seller says %q", lines.Text())
		}
		if told == sales {
			cmd.Process.Kill() // what is in the pipe was told before
		}
	}
	cmd.Wait()
	return sold
}
