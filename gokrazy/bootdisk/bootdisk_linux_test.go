package bootdisk

import (
	"testing"

	"posbox/gokrazy/gpt"
)

func TestParseCommandLine(t *testing.T) {
	id, slot, err := ParseCommandLine("initrd=x panic=10 " + gpt.RootArgument(2) + " quiet\n")
	if err != nil || slot != B || slot.Root() != gpt.RootB || slot.UI() != gpt.UIB {
		t.Errorf("%v %v %v", id, slot, err)
	}
	if table, _ := gpt.BoxTable(0); table.Partitions[0].ID != id {
		t.Errorf("the command line names %s, the disk has %s", id, table.Partitions[0].ID)
	}
	for _, bad := range []string{"", "root=/dev/sda2", gpt.RootArgument(3), "xroot=" + gpt.RootArgument(1)[5:]} {
		if _, _, err := ParseCommandLine(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func FuzzParseCommandLine(f *testing.F) {
	f.Add(gpt.RootArgument(1))
	f.Fuzz(func(t *testing.T, line string) { ParseCommandLine(line) })
}
