package model

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Client is a version of the Kubernetes Python client that paasta-tools 1.64.0 allows (kubernetes>=29.0.0,<35).
//
// Every version gives another config_sha for the same object, because every model is hashed with all its attributes and
// newer versions know more of them. Nothing else that PaaSTA writes differs. The zero Client is DefaultClient.
type Client uint8

// clients are the releases, oldest first: the last one of each major version that PaaSTA allows.
var clients = [...]string{"29.0.0", "30.1.0", "31.0.0", "32.0.1", "33.1.0", "34.1.0"}

// DefaultClient is the version that PaaSTA 1.64.0 itself pins.
const DefaultClient Client = 0

// Clients returns the versions that ParseClient knows, oldest first.
func Clients() []string { return slices.Clone(clients[:]) }

// ParseClient returns the client of a version such as "34.1.0". The attributes of a model change with the major version
// only, so that each release of a known major version is taken. ok is false for what PaaSTA does not allow.
func ParseClient(version string) (c Client, ok bool) {
	major, _, _ := strings.Cut(version, ".")
	for i, known := range clients {
		if strings.HasPrefix(known, major+".") && strings.Trim(version, "0123456789.") == "" {
			return Client(i), true
		}
	}
	return DefaultClient, false
}

// String returns the version, such as "29.0.0".
func (c Client) String() string { return clients[c] }

// knows tells whether the client has the attributes of a struct field. The tag `since` names the first major version
// that has them; without the tag every version has them.
func (c Client) knows(f reflect.StructField) bool {
	since := f.Tag.Get("since")
	if since == "" {
		return true
	}
	first, err := strconv.Atoi(since)
	if err != nil {
		panic("model: the tag since of " + f.Name + " is no number")
	}
	major, _, _ := strings.Cut(clients[c], ".")
	ours, _ := strconv.Atoi(major)
	return ours >= first
}
