package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// policyFolder is where Debian's Chromium reads what the owner of the machine has decided.
const policyFolder = "/etc/chromium/policies/managed"

// policy keeps the browser to one origin and without anything that a till has no use for.
//
// Developer tools are forbidden but on our own pages: the kiosk watches those over its pipe. There the keys that open them
// are swallowed by the page's guard.
func policy(origin string) map[string]any {
	own := []string{origin, "data:*"} // data: the kiosk's own pages; no page can lead there by itself
	const never = 2                   // "do not allow, do not ask"
	return map[string]any{
		"URLBlocklist": []string{"*"}, "URLAllowlist": own,
		"DeveloperToolsAvailability": never, "DeveloperToolsAvailabilityAllowlist": own,

		"AllowFileSelectionDialogs": false, "DownloadRestrictions": 3, "PrintingEnabled": false,
		"DefaultFileSystemReadGuardSetting": never, "DefaultFileSystemWriteGuardSetting": never,
		"PasswordManagerEnabled": false, "AutofillAddressEnabled": false, "AutofillCreditCardEnabled": false,
		"TranslateEnabled": false, "SpellcheckEnabled": false, "DefaultSearchProviderEnabled": false,
		"BrowserSignin": 0, "SyncDisabled": true, "IncognitoModeAvailability": 1, "BrowserGuestModeEnabled": false,
		"BrowserAddPersonEnabled": false, "BookmarkBarEnabled": false, "EditBookmarksEnabled": false,
		"ExtensionInstallBlocklist": []string{"*"}, "BlockExternalExtensions": true, "TaskManagerEndProcessEnabled": false,
		"DefaultPopupsSetting": never, "DefaultNotificationsSetting": never, "DefaultGeolocationSetting": never,
		"DefaultWebUsbGuardSetting": never, "DefaultSerialGuardSetting": never, "DefaultWebHidGuardSetting": never,
		"DefaultWebBluetoothGuardSetting": never, "DefaultSensorsSetting": never,
		"AudioCaptureAllowed": false, "VideoCaptureAllowed": false, "ScreenCaptureAllowed": false,
		"AutoplayAllowed": true, // a scan that is not known must be heard, touched or not

		"BackgroundModeEnabled": false, "ComponentUpdatesEnabled": false, "MetricsReportingEnabled": false,
		"DefaultBrowserSettingEnabled": false, "PromotionsEnabled": false, "UserFeedbackAllowed": false,
		"SafeBrowsingProtectionLevel": 0, "NetworkPredictionOptions": 2, "DnsOverHttpsMode": "off", "QuicAllowed": false,
		"CommandLineFlagSecurityWarningsEnabled": false, "AllowDinosaurEasterEgg": false,
	}
}

// writePolicy puts the policy where the browser looks.
func writePolicy(folder, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(policy(u.Scheme+"://"+u.Host), "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, dir := range []string{filepath.Dir(folder), folder} {
		if err := os.Chmod(dir, 0o755); err != nil {
			return err
		}
	}
	file := filepath.Join(folder, "kiosk.json")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		return err
	}
	return os.Chmod(file, 0o644)
}

// checkURL accepts an address of this machine only.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%q is not http://127.0.0.1:PORT/", address)
	}
	return nil
}
