package wallet

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// server is what Bursar prints when it is ready.
type server struct {
	URL               string `json:"url"`
	OperatorURL       string `json:"operatorUrl"`
	OperatorTokenFile string `json:"operatorTokenFile"`
}

var bursar server

// TestMain starts a server that ends with the tests, because its standard input does.
func TestMain(m *testing.M) {
	command := exec.Command("npx", "bursar", "start", "--port", "0", "--operator-port", "0",
		"--temporary", "--json", "--stop-with-stdin", "--log-level", "error")
	command.Stderr = os.Stderr
	input, _ := command.StdinPipe()
	output, _ := command.StdoutPipe()
	if err := command.Start(); err != nil {
		panic(err)
	}
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err != nil {
		panic(fmt.Sprintf("Bursar did not start: %v", err))
	}
	if err := json.Unmarshal(line, &bursar); err != nil {
		panic(err)
	}
	code := m.Run()
	input.Close()
	command.Wait()
	os.Exit(code)
}

// world is a new account with balances, faults and a verdict, for one test.
type world struct {
	t         *testing.T
	APIKey    string `json:"apiKey"`
	SecretKey string `json:"secretKey"`
}

func newWorld(t *testing.T) *world {
	t.Helper()
	random := make([]byte, 8)
	rand.Read(random)
	email := fmt.Sprintf("%x@bursar.test", random)
	w := &world{t: t}
	w.operator("POST", "/accounts", map[string]any{"email": email}, nil)
	w.operator("POST", "/accounts/"+email+"/api-keys", map[string]any{}, w)
	w.operator("POST", "/accounts/"+email+"/credit",
		map[string]any{"asset": "ETH", "amount": "100", "reason": "balance of a test"}, nil)
	return w
}

// fault breaks the next withdrawal of this world.
func (w *world) fault(preset string) {
	w.t.Helper()
	on := map[string]any{"operation": "withdraw", "apiKey": w.APIKey}
	w.operator("POST", "/lab/faults", map[string]any{"on": on, "do": preset}, nil)
}

// expectRight fails unless a fault has hit a request, and what the client did next was right.
func (w *world) expectRight() {
	w.t.Helper()
	var report struct {
		Verdict, Sentence string
		Incidents         []struct{ Sentence string }
	}
	w.operator("GET", "/lab/verdict?apiKey="+w.APIKey, nil, &report)
	if report.Verdict != "right" {
		w.t.Errorf("%s: %s %v", report.Verdict, report.Sentence, report.Incidents)
	}
}

func (w *world) operator(method, path string, body map[string]any, into any) {
	w.t.Helper()
	token, err := os.ReadFile(bursar.OperatorTokenFile)
	if err != nil {
		w.t.Fatal(err)
	}
	var content io.Reader
	if body != nil {
		text, _ := json.Marshal(body)
		content = bytes.NewReader(text)
	}
	request, _ := http.NewRequest(method, bursar.OperatorURL+"/operator/v1"+path, content)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body)
	if reply.StatusCode >= 400 {
		w.t.Fatalf("%s %s: %s %s", method, path, reply.Status, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			w.t.Fatal(err)
		}
	}
}
