package posapi_test

import (
	"os"
	"testing"

	"posbox/drivers/fiscal/posapi/posapitest"
	"posbox/pos/fiscal"
)

// TestLivePosAPI runs the suite against a real PosAPI of the staging network: POSBOX_POSAPI=http://HOST:7080
// POSBOX_POSAPI_TIN=… POSBOX_POSAPI_DISTRICT=… POSBOX_POSAPI_BUSINESS=…
func TestLivePosAPI(t *testing.T) {
	url := os.Getenv("POSBOX_POSAPI")
	if url == "" {
		t.Skip("no real PosAPI: POSBOX_POSAPI is not set")
	}
	posapitest.Run(t, client(t, url), posapitest.Shop{
		Merchant: fiscal.Merchant{TIN: os.Getenv("POSBOX_POSAPI_TIN"), Branch: "001", District: os.Getenv("POSBOX_POSAPI_DISTRICT"), Till: "001"},
		Business: os.Getenv("POSBOX_POSAPI_BUSINESS"),
	})
}
