package wallet

import (
	"net/url"
	"testing"
)

func TestAWithdrawalThatTimedOutIsPaidOnce(t *testing.T) {
	for _, fault := range []string{"commit-then-504", "504-then-nothing"} {
		t.Run(fault, func(t *testing.T) {
			world := newWorld(t)
			wallet := Wallet{URL: bursar.URL, APIKey: world.APIKey, SecretKey: world.SecretKey}
			world.fault(fault)
			paid, err := wallet.Pay(url.Values{
				"coin":            {"ETH"},
				"address":         {"0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b"},
				"amount":          {"0.5"},
				"withdrawOrderId": {"invoice-1"},
			})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := wallet.History(url.Values{"coin": {"ETH"}})
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || rows[0].ID != paid {
				t.Errorf("paid %s, but history has %v", paid, rows)
			}
			world.expectRight()
		})
	}
}
