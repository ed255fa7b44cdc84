// Package kernel says what the box wants of its kernel, and why: options that must be set, modules that must be packed,
// and those that the initial file system loads. A build stops when a new kernel no longer has one of them.
package kernel

// Need is an option of the kernel's configuration. If the option may be a module, Module names it, and it must be packed.
type Need struct{ Option, Module, Why string }

// Needs are the options that the box relies on.
var Needs = []Need{
	{"EFI_STUB", "", "the firmware starts the kernel through systemd-boot"},
	{"BLK_DEV_INITRD", "", "our initial file system finds the root"},
	{"RD_GZIP", "", "it is packed with gzip"},
	{"DEVTMPFS", "", "/dev without a program that fills it"},
	{"TMPFS", "", "/tmp, /run"},
	{"SQUASHFS", "squashfs", "slots of root and userland"},
	{"SQUASHFS_ZLIB", "", "the compressor that our stored images name"},
	{"EXT4_FS", "ext4", "/perm"},
	{"VFAT_FS", "vfat", "the ESP; USB sticks"},
	{"EXFAT_FS", "exfat", "larger USB sticks"},
	{"NLS_CODEPAGE_437", "nls_cp437", "vfat's default"},
	{"NLS_ASCII", "nls_ascii", "vfat's default here"},
	{"OVERLAY_FS", "overlay", "writable folders over the userland"},
	{"EFIVAR_FS", "efivarfs", "one-shot boot entries: trial of an update"},
	{"USER_NS", "", "Chromium's sandbox without a set-user-id helper"},
	{"SECCOMP_FILTER", "", "Chromium's sandbox"},
	{"CGROUPS", "", "supervision"},
	{"MODULE_SIG", "", "only Debian's modules load where lockdown is on"},
	{"DM_VERITY", "dm_verity", "checked slots, later"},
	{"KEXEC_FILE", "", "an update's trial where firmware forgets variables"},
	{"PSTORE", "", "why the last boot died"},

	{"BLK_DEV_SD", "sd_mod", "SATA and USB disks"},
	{"SATA_AHCI", "ahci", "SATA disks"},
	{"BLK_DEV_NVME", "nvme", "NVMe disks"},
	{"MMC_BLOCK", "mmc_block", "eMMC: the disk of most small boxes"},
	{"MMC_SDHCI_PCI", "sdhci_pci", "eMMC behind PCI"},
	{"MMC_SDHCI_ACPI", "sdhci_acpi", "eMMC of Intel Atom boxes"},
	{"MMC_CQHCI", "cqhci", "eMMC 5.1 of Intel Gemini Lake and later"},
	{"MMC_REALTEK_PCI", "rtsx_pci_sdmmc", "SD cards behind Realtek's readers"},
	{"VMD", "vmd", "NVMe and SATA behind Intel's RAID mode, the setting of many firmwares"},
	{"USB_STORAGE", "usb_storage", "USB disks and sticks"},
	{"USB_UAS", "uas", "fast USB disks"},
	{"VIRTIO_BLK", "virtio_blk", "the vm station's disk"},
	{"VIRTIO_PCI", "virtio_pci", "the vm station's bus"},

	{"USB_XHCI_PCI", "xhci_pci", "USB 3 ports"},
	{"USB_EHCI_PCI", "ehci_pci", "USB 2 ports"},
	{"USB_HID", "usbhid", "keyboards, scanners"},
	{"HID_GENERIC", "hid_generic", "keyboards, scanners"},
	{"HIDRAW", "", "scanners in HID POS mode"},
	{"HID_MULTITOUCH", "hid_multitouch", "touch screens"},
	{"TOUCHSCREEN_USB_COMPOSITE", "usbtouchscreen", "resistive touch screens of older tills: eGalax, 3M, ELO"},
	{"HID_ELO", "hid_elo", "ELO touch screens"},
	{"I2C_HID_ACPI", "i2c_hid_acpi", "touch screens inside all-in-one boxes"},
	{"I2C_DESIGNWARE_PLATFORM", "i2c_designware_platform", "what those hang on in Intel and AMD boxes"},
	{"MFD_INTEL_LPSS_PCI", "intel_lpss_pci", "the same, behind PCI"},
	{"TOUCHSCREEN_GOODIX", "goodix_ts", "touch screens of small all-in-one boxes"},
	{"INPUT_EVDEV", "evdev", "input to compositor and scanner driver"},
	{"USB_PRINTER", "usblp", "receipt printers"},
	{"USB_ACM", "cdc_acm", "card terminals, customer displays"},
	{"USB_SERIAL_PL2303", "pl2303", "Prolific adapters"},
	{"USB_SERIAL_FTDI_SIO", "ftdi_sio", "FTDI adapters"},
	{"USB_SERIAL_CP210X", "cp210x", "Silicon Labs adapters"},
	{"USB_SERIAL_CH341", "ch341", "WCH adapters"},
	{"SERIAL_8250", "", "COM ports"},
	{"GPIOLIB", "", "drawer relays"},
	{"GPIO_CDEV", "", "drawer relays without sysfs"},
	{"PINCTRL_BAYTRAIL", "", "pins of Intel Atom boxes: eMMC, drawers"},
	{"PINCTRL_CHERRYVIEW", "pinctrl_cherryview", "pins of Intel Atom x5 boxes"},
	{"PINCTRL_GEMINILAKE", "pinctrl_geminilake", "pins of Intel Gemini Lake boxes"},
	{"PINCTRL_AMD", "", "pins of AMD boxes"},
	{"GPIO_F7188X", "gpio_f7188x", "drawer ports on Fintek chips"},
	{"DEVPORT", "", "drawer ports at an I/O address"},

	{"ITCO_WDT", "iTCO_wdt", "watchdog of Intel boxes"},
	{"WDAT_WDT", "wdat_wdt", "watchdog by ACPI"},
	{"SP5100_TCO", "sp5100_tco", "watchdog of AMD boxes"},
	{"SOFT_WATCHDOG", "softdog", "watchdog where there is none"},
	{"I6300ESB_WDT", "i6300esb", "watchdog of the vm station"},

	{"DRM_I915", "i915", "Intel graphics"},
	{"DRM_AMDGPU", "amdgpu", "AMD graphics"},
	{"DRM_RADEON", "radeon", "older AMD graphics"},
	{"DRM_AST", "ast", "graphics of server boards"},
	{"DRM_BOCHS", "bochs", "the plain graphics of emulators"},
	{"DRM_VIRTIO_GPU", "virtio_gpu", "graphics of the vm station"},
	{"FW_LOADER", "", "firmware of graphics, from the root"},
	{"MICROCODE", "", "corrections of processors, before anything else"},
	{"MICROCODE_INTEL", "", "corrections of processors, before anything else"},
	{"MICROCODE_AMD", "", "corrections of processors, before anything else"},
	{"FB_EFI", "", "a picture before any driver"},
	{"SND_HDA_INTEL", "snd_hda_intel", "sound: a scan that is not known must be heard"},
	{"SND_USB_AUDIO", "snd_usb_audio", "sound of USB screens"},

	{"R8169", "r8169", "Realtek network: most boxes"},
	{"E1000E", "e1000e", "Intel network"},
	{"IGB", "igb", "Intel network"},
	{"IGC", "igc", "Intel network"},
	{"TIGON3", "tg3", "Broadcom network of thin clients"},
	{"USB_RTL8152", "r8152", "network on USB"},
	{"VIRTIO_NET", "virtio_net", "network of the vm station"},
	{"FW_CFG_SYSFS", "qemu_fw_cfg", "what image run tells the vm station"},
	{"TCG_TIS", "", "TPM, later"},
	{"TCG_CRB", "", "TPM, later"},
}

// PiNeeds are the options of the Raspberry Pi's kernel, all built in. It lacks some that the others have: HID_MULTITOUCH
// (touch screens work as a mouse), Prolific adapters, dm-verity, a software watchdog.
var PiNeeds = []Need{
	{"BLK_DEV_INITRD", "", "our initial file system finds the root"},
	{"RD_GZIP", "", "it is packed with gzip"},
	{"EFI_PARTITION", "", "the partition table: GPT, whoever the firmware is"},
	{"DEVTMPFS", "", "/dev without a program that fills it"},
	{"TMPFS", "", "/tmp, /run"},
	{"SQUASHFS", "", "slots of root and userland"},
	{"SQUASHFS_ZLIB", "", "the compressor that our stored images name"},
	{"EXT4_FS", "", "/perm"},
	{"VFAT_FS", "", "autoboot.txt; USB sticks"},
	{"NLS_CODEPAGE_437", "", "vfat's default"},
	{"NLS_ASCII", "", "vfat's default here"},
	{"OVERLAY_FS", "", "writable folders over the userland"},
	{"USER_NS", "", "Chromium's sandbox without a set-user-id helper"},
	{"SECCOMP_FILTER", "", "Chromium's sandbox"},
	{"CGROUPS", "", "supervision"},
	{"RASPBERRYPI_FIRMWARE", "", "what the firmware is told: a trial start too"},

	{"MMC_SDHCI_IPROC", "", "SD cards of the Pi 4"},
	{"MMC_SDHCI_BRCMSTB", "", "SD cards of the Pi 5"},
	{"MMC_BLOCK", "", "SD cards, eMMC"},
	{"BLK_DEV_SD", "", "USB disks"},
	{"BLK_DEV_NVME", "", "NVMe disks"},
	{"PCIE_BRCMSTB", "", "what NVMe and USB hang on"},
	{"USB_STORAGE", "", "USB disks and sticks"},
	{"USB_UAS", "", "fast USB disks"},

	{"USB_XHCI_PCI", "", "USB ports of the Pi 4"},
	{"USB_XHCI_PLATFORM", "", "USB ports of the Pi 5"},
	{"USB_HID", "", "keyboards, scanners, touch screens as a mouse"},
	{"HID_GENERIC", "", "keyboards, scanners"},
	{"HIDRAW", "", "scanners in HID POS mode"},
	{"INPUT_EVDEV", "", "input to compositor and scanner driver"},
	{"USB_PRINTER", "", "receipt printers"},
	{"USB_ACM", "", "card terminals, customer displays"},
	{"USB_SERIAL_FTDI_SIO", "", "FTDI adapters"},
	{"USB_SERIAL_CP210X", "", "Silicon Labs adapters"},
	{"USB_SERIAL_CH341", "", "WCH adapters"},
	{"GPIOLIB", "", "drawer relays"},
	{"GPIO_CDEV", "", "drawer relays without sysfs"},

	{"BCM2835_WDT", "", "watchdog"},
	{"DRM_VC4", "", "graphics"},
	{"SND_BCM2835", "", "sound: a scan that is not known must be heard"},
	{"SND_USB_AUDIO", "", "sound of USB screens"},
	{"BCMGENET", "", "network of the Pi 4"},
	{"MACB", "", "network of the Pi 5"},
	{"USB_RTL8152", "", "network on USB"},
}

// Early are the modules that the initial file system loads, with what they need: disks, and the root's file system.
var Early = []string{
	"squashfs", "virtio_pci", "virtio_blk", "vmd", "nvme", "ahci", "ata_piix", "sd_mod", "mmc_block", "sdhci_pci", "sdhci_acpi",
	"rtsx_pci_sdmmc", "xhci_pci", "ehci_pci", "ohci_pci", "uhci_hcd", "usb_storage", "uas", "virtio_scsi", "virtio_rng", "i6300esb",
}

// Always are the modules that no device asks for.
var Always = []string{"ext4", "vfat", "exfat", "nls_cp437", "nls_ascii", "overlay", "loop", "efivarfs", "evdev"}

// Fallback is the watchdog where the hardware has none.
const Fallback = "softdog"

// Folders are packed whole, below kernel/: any device of these kinds may be plugged in.
var Folders = []string{
	"drivers/ata", "drivers/gpio", "drivers/hid", "drivers/i2c", "drivers/input", "drivers/mfd", "drivers/mmc", "drivers/nvme",
	"drivers/usb/class", "drivers/usb/host", "drivers/usb/serial", "drivers/usb/storage", "drivers/virtio", "drivers/watchdog",
	"drivers/gpu/drm/i915", "drivers/gpu/drm/amd", "drivers/gpu/drm/radeon", "drivers/gpu/drm/ast", "drivers/gpu/drm/virtio",
	"drivers/gpu/drm/tiny", "drivers/net/ethernet/intel", "drivers/net/ethernet/realtek", "drivers/net/ethernet/broadcom",
	"drivers/net/usb", "drivers/net/phy", "drivers/pinctrl", "drivers/tty/serial", "sound/pci/hda", "sound/usb", "fs/nls",
}
