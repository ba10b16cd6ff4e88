package localrun

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// EngineArguments returns the arguments of `docker run` and `podman run`. Environment variables are passed by name:
// their values are in the environment of the engine's own process, where no list of processes shows them.
//
// PaaSTA: cli.cmds.local_run.get_docker_run_cmd.
func (r Run) EngineArguments(terminal bool) []string {
	args := []string{"run"}
	for _, name := range slices.Sorted(maps.Keys(r.Env)) {
		args = append(args, "--env", name)
	}
	args = append(args, "--memory="+r.memory()+"m")
	for _, p := range r.DockerParams {
		args = append(args, "--"+p.Key+"="+p.text())
	}
	net, _ := r.Net.Str()
	switch {
	case r.Publishes():
		args = append(args, "--publish="+strconv.Itoa(r.ChosenPort)+":"+r.Port())
	case net == "host":
		args = append(args, "--net=host")
	}
	args = append(args, "--name="+r.ContainerName)
	for _, v := range r.Volumes {
		args = append(args, "--volume="+v)
	}
	switch {
	case r.Interactive && terminal:
		args = append(args, "--interactive=true", "--tty=true")
	case r.Interactive:
		args = append(args, "--interactive=true")
	case r.Detach:
		args = append(args, "--detach=true")
	}
	args = append(args, r.DockerHash)
	return append(args, r.Arguments()...)
}

// memory is the limit in whole MiB, as Python's %d prints it.
func (r Run) memory() string {
	f, _ := r.Memory.Number()
	return strconv.FormatInt(python.Truncate(f), 10)
}

func (p Parameter) text() string {
	switch v := p.Value.(type) {
	case string:
		return v
	case *yaml11.Node:
		return python.Str(v)
	}
	return fmt.Sprint(p.Value)
}

// Shell returns a command line for a POSIX shell that starts the container with an engine. Variables whose values are
// secrets are passed by name only: the caller's environment must have them.
func (r Run) Shell(engine string) string {
	var b strings.Builder
	b.WriteString("env")
	for _, name := range slices.Sorted(maps.Keys(r.Env)) {
		if !slices.Contains(r.Secrets, name) {
			b.WriteString(" \\\n  " + quote(name+"="+r.Env[name]))
		}
	}
	b.WriteString(" \\\n  " + engine)
	args := r.EngineArguments(true)
	image := len(args) - len(r.Arguments()) - 1
	for i, arg := range args {
		if i == image || i < image && strings.HasPrefix(arg, "--") {
			b.WriteString(" \\\n   ")
		}
		b.WriteString(" " + quote(arg))
	}
	b.WriteByte('\n')
	return b.String()
}

// quote makes one word of a text for a POSIX shell.
func quote(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_=./:,@%+", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// JSON returns the object that `paasta local-run --dry-run --json-dict` prints, on one line. References to secrets stay
// references.
func (r Run) JSON() ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding the run: %w", err)
	}
	return append(data, '\n'), nil
}
