package sensu

// resource is a Sensu Go resource as `sensuctl create -f` takes it.
type resource struct {
	Type       string   `json:"type"`
	APIVersion string   `json:"api_version"`
	Metadata   metadata `json:"metadata"`
	Spec       any      `json:"spec"`
}

type metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// checkSpec is the part of core/v2 CheckConfig that is used here.
type checkSpec struct {
	Command         string   `json:"command"`
	Handlers        []string `json:"handlers"`
	Interval        int64    `json:"interval"` // seconds
	ProxyEntityName string   `json:"proxy_entity_name"`
	Publish         bool     `json:"publish"`
	RoundRobin      bool     `json:"round_robin"`
	Subscriptions   []string `json:"subscriptions"`
	Timeout         int64    `json:"timeout"` // seconds
}

// handlerSpec is the part of core/v2 Handler that is used here: a pipe to a command, or a set of handlers.
type handlerSpec struct {
	Type          string   `json:"type"`
	Command       string   `json:"command,omitempty"`
	Filters       []string `json:"filters,omitempty"`
	Handlers      []string `json:"handlers,omitempty"`
	RuntimeAssets []string `json:"runtime_assets,omitempty"`
	Secrets       []secret `json:"secrets,omitempty"`
	Timeout       int64    `json:"timeout,omitempty"` // seconds
}

// secret hands a Sensu secret to a command in an environment variable; its value is never in a file.
type secret struct {
	Name   string `json:"name"`
	Secret string `json:"secret"`
}

// filterSpec is core/v2 EventFilter.
type filterSpec struct {
	Action      string   `json:"action"`
	Expressions []string `json:"expressions"`
}

// entitySpec is the part of core/v2 Entity that a proxy entity needs.
type entitySpec struct {
	EntityClass string `json:"entity_class"`
}

type namespaceSpec struct {
	Name string `json:"name"`
}

// resourceName replaces what Sensu allows in no name: all but letters, digits, "_", "." and "-".
func resourceName(name string) string {
	b := []byte(name)
	for n, c := range b {
		if !(c == '_' || c == '.' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			b[n] = '_'
		}
	}
	return string(b)
}
