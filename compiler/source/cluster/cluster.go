// Package cluster reads from the API servers of live clusters. It changes nothing there.
//
// Credentials are those of the user's kubeconfig, by client-go: certificates, tokens, and programs that print tokens.
// Nothing of a repository that is rendered decides which server is asked.
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 256 << 20

// Client asks one API server.
type Client struct {
	http *http.Client
	base string
	Name string // of the context
}

// Open returns a client of a context of the kubeconfig. An empty path is $KUBECONFIG, else ~/.kube/config; an empty
// context is the current one. With both empty, and no such file, it is the cluster that the program runs in.
func Open(path, context string) (*Client, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = path
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules,
		&clientcmd.ConfigOverrides{CurrentContext: context}).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	config.UserAgent = "paasta-render"
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("using the kubeconfig: %w", err)
	}
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, fmt.Errorf("using the kubeconfig: %w", err)
	}
	return &Client{http: client, base: strings.TrimSuffix(base.String(), "/"), Name: context}, nil
}

// Contexts lists the names of the contexts of a kubeconfig, in no order.
func Contexts(path string) ([]string, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = path
	config, err := rules.Load()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	var names []string
	for name := range config.Contexts {
		names = append(names, name)
	}
	return names, nil
}

// ErrNotFound is returned for what is not there.
var ErrNotFound = errors.New("not found")

// List decodes a list of objects: path is that of the API, such as /apis/apps/v1/namespaces/web/deployments; labels are
// those that the objects have. An API that is not served is ErrNotFound.
func (c *Client) List(ctx context.Context, path string, labels map[string]string, into any) error {
	var parts []string
	for key, value := range labels {
		parts = append(parts, key+"="+value)
	}
	query := url.Values{}
	if len(parts) > 0 {
		query.Set("labelSelector", strings.Join(parts, ","))
	}
	data, err := c.get(ctx, path, query)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading the answer of %s to %s: %w", c.base, path, err)
	}
	return nil
}

// Events decodes the warnings among the events of a namespace, at most 1,000.
func (c *Client) Events(ctx context.Context, namespace string, into any) error {
	data, err := c.get(ctx, "/api/v1/namespaces/"+url.PathEscape(namespace)+"/events",
		url.Values{"fieldSelector": {"type=Warning"}, "limit": {"1000"}})
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// Tail says of which container the last lines are read.
type Tail struct {
	Namespace, Pod, Container string
	Lines                     int
	Before                    bool // of its run before, when it was started again
}

// Log returns the last lines that a container of a pod printed.
func (c *Client) Log(ctx context.Context, t Tail) (string, error) {
	query := url.Values{"container": {t.Container}, "tailLines": {fmt.Sprint(t.Lines)}, "limitBytes": {"65536"}}
	if t.Before {
		query.Set("previous", "true")
	}
	data, err := c.get(ctx, "/api/v1/namespaces/"+url.PathEscape(t.Namespace)+"/pods/"+url.PathEscape(t.Pod)+"/log", query)
	return string(data), err
}

func (c *Client) get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the API server: %w", err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the answer of %s: %w", c.base, err)
	case answer.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%s: %w", path, ErrNotFound)
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: %s: %s", path, answer.Status, message(data))
	}
	return data, nil
}

// message is what an API server says of an error.
func message(data []byte) string {
	var status struct{ Message string }
	if json.Unmarshal(data, &status) == nil && status.Message != "" {
		return status.Message
	}
	return strings.TrimSpace(string(data[:min(len(data), 300)]))
}
