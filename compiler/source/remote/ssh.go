package remote

import (
	"context"
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"github.com/kevinburke/ssh_config"
	"golang.org/x/crypto/ssh"
)

// dialTimeout bounds the TCP connection to an SSH host when the context has no deadline.
const dialTimeout = 30 * time.Second

// keys authenticates with the SSH agent's keys and with key files that need no passphrase.
type keys struct{ *gitssh.PublicKeysCallback }

// ClientConfig is go-git's, which checks known_hosts, with a bound on the time that connecting takes.
func (k keys) ClientConfig() (*ssh.ClientConfig, error) {
	c, err := k.PublicKeysCallback.ClientConfig()
	if err != nil {
		return nil, err
	}
	c.Timeout = dialTimeout
	return c, nil
}

var errNoKey = plumbing.NewPermanentError(errors.New("there is no SSH agent, and no key in ~/.ssh"))

func sshAuth(ctx context.Context, e *transport.Endpoint) (transport.AuthMethod, error) {
	name := e.User
	if name == "" {
		name = ssh_config.DefaultUserSettings.Get(e.Host, "User")
	}
	if name == "" {
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
	}
	var agent func() ([]ssh.Signer, error)
	if found, err := gitssh.NewSSHAgentAuth(name); err == nil {
		agent = found.Callback
	}
	files := keyFiles(e.Host)
	if agent == nil && len(files) == 0 {
		return nil, errNoKey
	}
	callback := func() ([]ssh.Signer, error) {
		var signers []ssh.Signer
		if agent != nil {
			signers, _ = agent()
		}
		return append(signers, readKeys(files)...), ctx.Err()
	}
	return keys{&gitssh.PublicKeysCallback{User: name, Callback: callback}}, nil
}

// keyFiles returns the key files that ssh would try for a host and that are there.
func keyFiles(host string) []string {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	names := ssh_config.DefaultUserSettings.GetAll(host, "IdentityFile")
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		names = append(names, filepath.Join(home, ".ssh", name))
	}
	var files []string
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, "~/"); ok {
			name = filepath.Join(home, rest)
		}
		if _, err := os.Stat(name); err == nil && !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	return files
}

// readKeys reads private keys; those that a passphrase protects are the agent's business.
func readKeys(files []string) []ssh.Signer {
	var signers []ssh.Signer
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if signer, err := ssh.ParsePrivateKey(data); err == nil {
			signers = append(signers, signer)
		}
	}
	return signers
}
