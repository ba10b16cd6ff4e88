package remote

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// newKey returns a private key as ssh-keygen writes it; always the same one.
func newKey(t *testing.T) string {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(testKey(1), "test")
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block))
}

func testKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// sshServer is a git server by SSH that knows one user's key. It returns its address and its known_hosts line.
func sshServer(t *testing.T, allowed ssh.PublicKey) (address, known string) {
	t.Helper()
	host, err := ssh.NewSignerFromKey(testKey(2))
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if bytes.Equal(key.Marshal(), allowed.Marshal()) {
			return nil, nil
		}
		return nil, os.ErrPermission
	}}
	config.AddHostKey(host)
	address = listener(t, func(c net.Conn) { go serveSSH(c, config) })
	return address, knownhosts.Line([]string{address}, host.PublicKey()) + "\n"
}

func serveSSH(c net.Conn, config *ssh.ServerConfig) {
	defer c.Close()
	_, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		session, asked, err := channel.Accept()
		if err != nil {
			return
		}
		for request := range asked {
			_ = request.Reply(true, nil)
			if request.Type == "exec" {
				refs := packp.NewAdvRefs()
				refs.References["refs/tags/a"] = plumbing.NewHash(someHash)
				_ = refs.Encode(session)
				_, _ = io.CopyN(io.Discard, session, 4) // the client's farewell, a flush packet
				_, _ = session.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{0}))
				session.Close()
			}
		}
	}
}

func TestSSH(t *testing.T) {
	mine, err := ssh.NewSignerFromKey(testKey(1))
	if err != nil {
		t.Fatal(err)
	}
	other, err := ssh.NewSignerFromKey(testKey(3))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		rule    string
		allowed ssh.PublicKey
		known   bool
		key     bool
		want    string // of the error; empty when it works
	}{
		{"a key file is used", mine.PublicKey(), true, true, ""},
		{"an unknown host is refused", mine.PublicKey(), false, true, "the host's SSH key is not in ~/.ssh/known_hosts"},
		{"a key that the server does not know", other.PublicKey(), true, true, "authentication failed"},
		{"no key at all", mine.PublicKey(), true, false, "there is no SSH agent, and no key in ~/.ssh"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			home := hermetic(t)
			address, known := sshServer(t, test.allowed)
			if err := os.MkdirAll(filepath.Join(home, ".ssh"), 0o700); err != nil {
				t.Fatal(err)
			}
			if !test.known {
				known = ""
			}
			hosts := filepath.Join(home, ".ssh", "known_hosts")
			writeFile(t, hosts, known)
			t.Setenv("SSH_KNOWN_HOSTS", hosts)
			if test.key {
				writeFile(t, filepath.Join(home, ".ssh", "id_ed25519"), newKey(t))
			}
			got, err := List(context.Background(), "ssh://git@"+address+"/web", Options{})
			switch {
			case test.want == "" && (err != nil || len(got) != 1):
				t.Errorf("List = %v, %v", got, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("List: %v, want %q", err, test.want)
			}
		})
	}
}
