package localrun

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/emit"
)

// composeFile is what this package writes of a Compose file (https://compose-spec.io).
type composeFile struct {
	Name     string                    `json:"name"`
	Services map[string]composeService `json:"services"`
}

type composeService struct {
	ContainerName string              `json:"container_name"`
	Image         string              `json:"image"`
	Command       []string            `json:"command,omitempty"`
	Environment   map[string]*string  `json:"environment"`
	MemLimit      string              `json:"mem_limit"`
	MemSwapLimit  string              `json:"memswap_limit"`
	CPUs          float64             `json:"cpus"`
	Labels        map[string]string   `json:"labels"`
	Init          bool                `json:"init"`
	CapAdd        []string            `json:"cap_add,omitempty"`
	CapDrop       []string            `json:"cap_drop,omitempty"`
	Volumes       []string            `json:"volumes,omitempty"`
	Ports         []string            `json:"ports,omitempty"`
	NetworkMode   string              `json:"network_mode,omitempty"`
	StdinOpen     bool                `json:"stdin_open,omitempty"`
	TTY           bool                `json:"tty,omitempty"`
	Healthcheck   *composeHealthcheck `json:"healthcheck,omitempty"`
}

type composeHealthcheck struct {
	Test []string `json:"test"`
}

// Compose returns a Compose file with the container as its only service, and the parameters that Compose has no key
// for. A variable whose value is a secret has no value there: Compose takes it from the caller's environment.
func (r Run) Compose() (data []byte, left []string, err error) {
	s := composeService{
		ContainerName: r.ContainerName,
		Image:         dollars(r.DockerHash),
		Environment:   map[string]*string{},
		MemLimit:      r.memory() + "m",
		Labels:        map[string]string{},
		StdinOpen:     r.Interactive,
		TTY:           r.Interactive,
		Volumes:       r.Volumes,
	}
	for _, argument := range r.Arguments() {
		s.Command = append(s.Command, dollars(argument))
	}
	for name, value := range r.Env {
		text := dollars(value)
		s.Environment[name] = &text
	}
	for _, name := range r.Secrets {
		s.Environment[name] = nil
	}
	if r.Publishes() {
		s.Ports = []string{strconv.Itoa(r.ChosenPort) + ":" + r.Port()}
	} else if net, _ := r.Net.Str(); net != "bridge" {
		s.NetworkMode = net
	}
	if r.Healthcheck.Mode == "cmd" {
		s.Healthcheck = &composeHealthcheck{Test: []string{"CMD-SHELL", dollars(r.Healthcheck.Cmd)}}
	}
	left = s.parameters(r.DockerParams)
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '-'
	}, strings.ToLower(s.Labels["paasta_service"]+"-"+s.Labels["paasta_instance"]))
	data, err = emit.YAML(nil, composeFile{Name: name, Services: map[string]composeService{name: s}})
	return data, left, err
}

// parameters fills in the keys that stand for flags of `docker run`; it returns the flags without one.
func (s *composeService) parameters(all []Parameter) (left []string) {
	var period, quota float64
	for _, p := range all {
		text := p.text()
		switch p.Key {
		case "memory-swap":
			s.MemSwapLimit = text
		case "cpu-period":
			period, _ = strconv.ParseFloat(text, 64)
		case "cpu-quota":
			quota, _ = strconv.ParseFloat(text, 64)
		case "label":
			key, value, _ := strings.Cut(text, "=")
			s.Labels[key] = dollars(value)
		case "init":
			s.Init = text == "true"
		case "cap-add":
			s.CapAdd = append(s.CapAdd, text)
		case "cap-drop":
			s.CapDrop = append(s.CapDrop, text)
		default:
			left = append(left, "--"+p.Key+"="+text)
		}
	}
	if period > 0 {
		s.CPUs = quota / period // some tools ignore cpu_quota and take this
	}
	return left
}

// dollars keeps Compose from putting variables into a text.
func dollars(text string) string { return strings.ReplaceAll(text, "$", "$$") }
