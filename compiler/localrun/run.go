// Package localrun says how one instance runs on a laptop: what PaaSTA's local-run gives to `docker run`, in the forms
// that people and tools take.
//
// It holds no rule about instances: those are the target's that makes pods, which fills in a Run. Secrets are never
// part of a Run that is printed; only their names are.
package localrun

import (
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Run is one container. Its JSON is what `paasta local-run --dry-run --json-dict` prints.
type Run struct {
	Memory        *yaml11.Node      `json:"memory"`         // MiB
	ChosenPort    int               `json:"chosen_port"`    // of this host
	ContainerPort *yaml11.Node      `json:"container_port"` // null when no port is published
	ContainerName string            `json:"container_name"`
	Volumes       []string          `json:"volumes"` // HOST:CONTAINER:MODE
	Env           map[string]string `json:"env"`
	Interactive   bool              `json:"interactive"`
	Detach        bool              `json:"detach"`
	DockerHash    string            `json:"docker_hash"` // the image
	Command       any               `json:"command"`     // a string, or a node: a string runs in a shell, a list as it is
	Net           *yaml11.Node      `json:"net"`
	DockerParams  []Parameter       `json:"docker_params"`

	// Healthcheck is how the container would be asked for its health; empty when it would not.
	Healthcheck Healthcheck `json:"-"`
	// Secrets are the names of the environment variables whose values are references to secrets.
	Secrets []string `json:"-"`
}

// Parameter is one further flag of `docker run`, --key=value. PaaSTA: utils.DockerParameter.
type Parameter struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// Healthcheck is a health check of an instance. PaaSTA: get_healthcheck_for_instance.
type Healthcheck struct {
	Mode string // http, https, tcp, cmd
	Path string // of http and https
	Cmd  string
}

// Options say how the container is to run.
type Options struct {
	Port        int      // published on this port of the host; 0: only with a health check, on RandomPort
	RandomPort  int      // used when Port is 0
	Healthcheck bool     // the container runs in the background and is asked for its health
	Interactive bool     // a shell instead of the instance's command
	Cmd         string   // instead of the instance's command
	Image       string   // instead of the image that deployments.json names
	Volumes     []string // further ones, HOST:CONTAINER[:MODE]
	Name        string   // of the container
	HostName    string
	User        string // who launches it
	// Exists tells whether a path is on this host: a volume without one is left out. Nil means that all are.
	Exists func(path string) bool
}

// Publishes tells whether a port of the host leads to the container.
func (r Run) Publishes() bool {
	net, _ := r.Net.Str()
	return net == "bridge" && !r.ContainerPort.IsNull()
}

// Port returns the published port of the container.
func (r Run) Port() string {
	if n, ok := r.ContainerPort.Number(); ok {
		return strconv.FormatInt(int64(n), 10)
	}
	return ""
}

// Arguments returns the command as a list, as `docker run` takes it behind the image.
func (r Run) Arguments() []string {
	switch command := r.Command.(type) {
	case string:
		return inShell(command)
	case *yaml11.Node:
		if command.IsString() {
			return inShell(command.Text)
		}
		if command.IsList() {
			var all []string
			for _, item := range command.Items {
				all = append(all, python.Str(item))
			}
			return all
		}
	}
	return nil
}

func inShell(command string) []string {
	if command == "" {
		return nil
	}
	return []string{"sh", "-c", command}
}
