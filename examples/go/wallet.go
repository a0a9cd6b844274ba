// Package wallet is the code under test: a wallet that pays through the exchange.
package wallet

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Wallet signs requests with one key.
type Wallet struct{ URL, APIKey, SecretKey string }

// Withdrawal is a row of the history.
type Withdrawal struct {
	ID string `json:"id"`
}

func (w Wallet) send(method, path string, parameters url.Values, reply any) (int, error) {
	signed := url.Values{"timestamp": {strconv.FormatInt(time.Now().UnixMilli(), 10)}}
	for name, values := range parameters {
		signed[name] = values
	}
	query := signed.Encode()
	mac := hmac.New(sha256.New, []byte(w.SecretKey))
	mac.Write([]byte(query))
	target := w.URL + path + "?" + query + "&signature=" + hex.EncodeToString(mac.Sum(nil))
	request, err := http.NewRequest(method, target, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("X-MBX-APIKEY", w.APIKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d: %s", path, response.StatusCode, body)
	}
	if err != nil {
		return response.StatusCode, err
	}
	return response.StatusCode, json.Unmarshal(body, reply)
}

// History lists withdrawals, newest first.
func (w Wallet) History(filter url.Values) (rows []Withdrawal, err error) {
	_, err = w.send("GET", "/sapi/v1/capital/withdraw/history", filter, &rows)
	return rows, err
}

// Pay pays once: after 504 nobody knows whether it was done, so it looks that up before anything else.
func (w Wallet) Pay(payment url.Values) (string, error) {
	var paid Withdrawal
	status, err := w.send("POST", "/sapi/v1/capital/withdraw/apply", payment, &paid)
	if status != http.StatusGatewayTimeout {
		return paid.ID, err
	}
	found, err := w.History(url.Values{"withdrawOrderId": payment["withdrawOrderId"]})
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return found[0].ID, nil
	}
	// Repeating with the same withdrawOrderId is safe, with a new one it is not.
	return w.Pay(payment)
}
