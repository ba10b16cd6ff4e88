package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/localrun"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
)

// localRunFormats are the forms in which local-run prints a container.
var localRunFormats = []string{"docker", "podman", "compose", "json"}

type localRunCommand struct {
	oneInstance
	localrun.Options
	noHealthcheck, allVolumes, run bool
	engine, secrets                string
	env, engineFlags               []string
}

func newLocalRun(s streams) *cobra.Command {
	l := &localRunCommand{oneInstance: oneInstance{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "local-run SERVICE.INSTANCE",
		Short: "Run an instance's container on this machine, or print how",
		Long: `Print what starts an instance's container on this machine as PaaSTA would run it in the cluster: image, environment, memory,
swap, CPU quota, capabilities, volumes, labels, ports and command. The instance is one of kubernetes-*.yaml, eks-*.yaml or
adhoc-*.yaml.

--format says in which form: docker or podman (a command line for a shell), compose (a Compose file), or json (the object that
PaaSTA's own local-run prints with --json-dict). --run starts the container with docker, or with what --engine names.

A volume whose path is not on this machine is left out, and so says a line on stderr; --all-volumes keeps it. Values that are
references to secrets are never looked up: --secrets FILE names a file with lines NAME=VALUE, of which --run passes on those
that the instance asks for. No command line and no output holds such a value.`,
		Example: `  paasta-render local-run storefront.main -c west-prod
  paasta-render local-run storefront.main -c west-prod --format compose
  paasta-render local-run storefront.main -c west-prod --format json --all-volumes`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return l.start(cmd.Context(), args[0]) },
	}
	l.instanceFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&l.format, "format", "docker", "what is printed: "+strings.Join(localRunFormats, ", "))
	f.IntVarP(&l.Port, "port", "o", 0, "publish the container's port on this port of the machine (default: a free one)")
	f.BoolVar(&l.Healthcheck, "healthcheck", true, "run in the background and publish the port, so that the health can be asked for")
	f.BoolVarP(&l.noHealthcheck, "no-healthcheck", "k", false, "run in the foreground without a published port")
	f.BoolVarP(&l.Interactive, "interactive", "I", false, "a shell instead of the instance's command")
	f.StringVarP(&l.Cmd, "cmd", "C", "", "run this command in a shell instead of the instance's command")
	f.StringVar(&l.Image, "image", "", "run this image instead of the one that is deployed")
	f.StringArrayVar(&l.Volumes, "volume", nil, "a further volume, HOST:CONTAINER[:MODE] (repeatable)")
	f.StringArrayVar(&l.env, "env", nil, "a further environment variable, NAME=VALUE (repeatable)")
	f.StringVar(&l.secrets, "secrets", "", "file with lines NAME=VALUE for variables that are secrets")
	f.StringVar(&l.Name, "name", "", "name of the container (default paasta_local_run_USER_PORT)")
	f.StringVar(&l.HostName, "host-name", "", "name of this machine in the container's environment (default: its own)")
	f.StringVar(&l.User, "launched-by", "", "user in the container's environment (default: you)")
	f.BoolVar(&l.allVolumes, "all-volumes", false, "keep volumes whose path is not on this machine")
	f.BoolVar(&l.run, "run", false, "start the container instead of printing how")
	f.StringVar(&l.engine, "engine", "docker", "the program that --run starts, with its own flags: docker, or 'podman --runtime runc'")
	f.StringArrayVar(&l.engineFlags, "engine-flag", nil, "a further flag of the engine's run command, such as --ulimit=nofile=1024 (repeatable)")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(localRunFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (l *localRunCommand) start(ctx context.Context, name string) error {
	if !slices.Contains(localRunFormats, l.format) {
		return fmt.Errorf("unknown --format %q: one of %s", l.format, strings.Join(localRunFormats, ", "))
	}
	if l.Port < 0 || l.Port > 65535 {
		return fmt.Errorf("--port %d is no port: 1 to 65535", l.Port)
	}
	if err := l.fill(ctx); err != nil {
		return err
	}
	i, findings, err := l.find(name, "kubernetes", "eks", "adhoc")
	if err != nil || i == nil {
		return err
	}
	run, ok := kubernetes.LocalRun(i, l.Options, findings.Add)
	if err := l.report(findings); err != nil {
		return err
	}
	if !ok {
		return exitError{status: exitConfig}
	}
	for _, pair := range l.env {
		key, value, found := strings.Cut(pair, "=")
		if !found || key == "" {
			return fmt.Errorf("--env %q is not NAME=VALUE", pair)
		}
		run.Env[key] = value
	}
	if l.run {
		return l.execute(ctx, run)
	}
	return l.write(run)
}

// fill settles what depends on this machine.
func (l *localRunCommand) fill(ctx context.Context) error {
	l.Healthcheck = l.Healthcheck && !l.noHealthcheck
	if l.HostName == "" {
		l.HostName, _ = os.Hostname()
	}
	if l.User == "" {
		if me, err := user.Current(); err == nil {
			l.User = me.Username
		}
	}
	if l.Port == 0 {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("looking for a free port: %w", err)
		}
		l.RandomPort = listener.Addr().(*net.TCPAddr).Port
		if err := listener.Close(); err != nil {
			return err
		}
	}
	if l.Name == "" {
		l.Name = fmt.Sprintf("paasta_local_run_%s_%d", l.User, max(l.Port, l.RandomPort))
	}
	if !l.allVolumes {
		l.Exists = func(path string) bool {
			_, err := os.Stat(path)
			if err != nil && !l.quiet {
				fmt.Fprintf(l.err, "paasta-render: %q is not on this machine; the volume is left out\n", path)
			}
			return err == nil
		}
	}
	return nil
}

// write prints the container in the chosen form.
func (l *localRunCommand) write(run localrun.Run) error {
	var data []byte
	var err error
	switch l.format {
	case "json":
		data, err = run.JSON()
	case "compose":
		var left []string
		data, left, err = run.Compose()
		for _, flag := range left {
			fmt.Fprintf(l.err, "paasta-render: Compose has no key for %q; it is left out\n", flag)
		}
	default:
		data = []byte(run.Shell(l.format))
	}
	if err != nil {
		return err
	}
	_, err = l.out.Write(data)
	return err
}

// execute runs the engine with the container's environment beside our own.
func (l *localRunCommand) execute(ctx context.Context, run localrun.Run) error {
	engine := strings.Fields(l.engine)
	if len(engine) == 0 {
		return errors.New("--engine is empty: name docker or podman")
	}
	if err := l.addSecrets(&run); err != nil {
		return err
	}
	args := run.EngineArguments(isTerminal(l.out))
	args = slices.Concat(engine[1:], args[:1], l.engineFlags, args[1:])
	args, environ := engineEnvironment(args, os.Environ(), run.Env)
	cmd := exec.CommandContext(ctx, engine[0], args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = l.in, l.out, l.err
	cmd.Env = environ
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exitError{status: exitUsage, err: fmt.Errorf("%s ended with status %d", engine[0], exit.ExitCode())}
	}
	if err == nil && run.Detach && !l.quiet {
		fmt.Fprintf(l.err, "%s runs in the background; its health: %s\n", run.ContainerName, l.healthText(run))
	}
	return err
}

func (l *localRunCommand) healthText(run localrun.Run) string {
	if url := kubernetes.HealthcheckURL(run.Healthcheck, "localhost", run.ChosenPort); url != "" {
		return url
	}
	return run.Healthcheck.Cmd
}

// addSecrets takes the values of secrets from the file that --secrets names.
func (l *localRunCommand) addSecrets(run *localrun.Run) error {
	values := map[string]string{}
	if l.secrets != "" {
		data, err := os.ReadFile(l.secrets)
		if err != nil {
			return fmt.Errorf("reading --secrets: %w", err)
		}
		for number, line := range strings.Split(string(data), "\n") {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			name, value, found := strings.Cut(line, "=")
			if !found {
				return fmt.Errorf("%s:%d: the line is not NAME=VALUE", l.secrets, number+1)
			}
			values[strings.TrimSpace(name)] = value
		}
	}
	for _, name := range run.Secrets {
		value, known := values[name]
		if !known {
			fmt.Fprintf(l.err, "paasta-render: %s is a secret, and --secrets does not name its value; it is left out\n", name)
			delete(run.Env, name)
			continue
		}
		run.Env[name] = value
	}
	return nil
}

// report prints findings as text, whatever the format of the result is.
func (o *oneInstance) report(findings *finding.List) error {
	format := o.format
	o.format = "text"
	defer func() { o.format = format }()
	return o.print(o.err, findings.All())
}
