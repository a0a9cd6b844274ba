package wallet

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"testing"
)

// startBursar starts a server that ends with the test, because its standard input does.
func startBursar(t *testing.T) Wallet {
	server := exec.Command("npx", "bursar", "start", "--port", "0", "--operator-port", "0",
		"--temporary", "--json", "--stop-with-stdin", "--log-level", "error")
	server.Stderr = os.Stderr
	input, _ := server.StdinPipe()
	output, _ := server.StdoutPipe()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { input.Close(); server.Wait() })
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err != nil {
		t.Fatalf("Bursar did not start: %v", err)
	}
	var wallet Wallet
	if err := json.Unmarshal(line, &wallet); err != nil {
		t.Fatal(err)
	}
	return wallet
}

func TestAWithdrawalThatTimedOutIsPaidOnce(t *testing.T) {
	wallet := startBursar(t)
	before, err := wallet.History(url.Values{"coin": {"ETH"}})
	if err != nil {
		t.Fatal(err)
	}
	paid, err := wallet.Pay(url.Values{
		"coin":    {"ETH"},
		"address": {"0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b"},
		"amount":  {"0.5"},
		// An order id that begins with lab- and the name of a fault asks for it, once.
		"withdrawOrderId": {"lab-commit-then-504-invoice-1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	after, err := wallet.History(url.Values{"coin": {"ETH"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(after) != len(before)+1 || after[0].ID != paid {
		t.Fatalf("paid %s, but history grew from %d to %v", paid, len(before), after)
	}
}
