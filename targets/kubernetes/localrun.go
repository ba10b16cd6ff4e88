package kubernetes

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/localrun"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Docker's limits. PaaSTA: utils.InstanceConfig.
const (
	swapMiB          = 64     // of swap beyond the memory
	defaultCPUPeriod = 100000 // cfs_period_us, microseconds
	defaultBurst     = 1      // cpu_burst_add, cores
)

// LocalRun returns what `docker run` gets for an instance of kubernetes-*.yaml, eks-*.yaml or adhoc-*.yaml. ok is false
// when PaaSTA refuses the instance; why has been reported.
//
// PaaSTA: cli.cmds.local_run.run_docker_container.
func LocalRun(i *config.Instance, o localrun.Options, report finding.Report) (run localrun.Run, ok bool) {
	b, ok := newBuilder(i, report)
	if !ok {
		return run, false
	}
	b.loadImage()
	b.loadMesh()
	b.loadEnv()
	run = localrun.Run{
		Memory:        b.or("mem", nodeMem),
		ChosenPort:    o.RandomPort,
		ContainerName: o.Name,
		Volumes:       b.localVolumes(o),
		Interactive:   o.Interactive,
		DockerHash:    b.image.url,
		Net:           b.or("net", nodeBridge),
		DockerParams:  b.dockerParameters(),
		ContainerPort: yaml11.NewNull(),
	}
	if o.Port != 0 {
		run.ChosenPort = o.Port
	}
	if o.Image != "" {
		run.DockerHash = o.Image
	}
	run.Env, run.Secrets = b.localEnv(o)
	run.Command = b.localCommand(o)
	run.Healthcheck = b.localHealthcheck()
	switch {
	case run.Healthcheck.Mode == "":
		run.Interactive = true
	case o.Port != 0 || o.Healthcheck:
		run.ContainerPort = b.or("container_port", nodePort)
	}
	run.Detach = o.Healthcheck && run.Healthcheck.Mode != ""
	return run, !b.refused
}

var nodeBridge = yaml11.NewString("bridge")

// localEnv is the environment of the container on this host. PaaSTA: get_local_run_environment_vars.
func (b *builder) localEnv(o localrun.Options) (env map[string]string, secrets []string) {
	env = map[string]string{}
	for _, e := range b.env {
		env[e.name] = e.text
		if _, _, isSecret := paasta.SecretReference(e.text); isSecret {
			secrets = append(secrets, e.name)
		}
	}
	if b.RunsPods() {
		env[soaSHA] = b.service.Cluster.Company.GitSHA()
	} else if user := b.Get("env").Get(soaSHA); user != nil {
		env[soaSHA] = python.Str(user)
	}
	env["HOST"], env["PAASTA_HOST"] = o.HostName, o.HostName
	env["PAASTA_DOCKER_IMAGE"] = python.Str(b.Branch.Docker)
	env["PAASTA_LAUNCHED_BY"] = o.User
	env["PAASTA_CLUSTER"] = b.service.Cluster.Name
	return env, secrets
}

// localVolumes are the directories of this host that the container sees.
func (b *builder) localVolumes(o localrun.Options) []string {
	all := append([]string{}, o.Volumes...)
	for _, v := range b.hostVolumes() {
		if o.Exists != nil && !o.Exists(v.hostPath.Text) {
			continue
		}
		mode := b.need(v.config, "mode")
		if !mode.IsString() {
			b.refuse(mode, "the mode of a volume is "+mode.KindWithArticle()+", not RO or RW", "RO")
		}
		all = append(all, v.hostPath.Text+":"+v.containerPath.Text+":"+strings.ToLower(textOf(mode)))
	}
	return all
}

// dockerParameters are the flags beyond memory, ports and volumes. PaaSTA: InstanceConfig.format_docker_parameters.
func (b *builder) dockerParameters() []localrun.Parameter {
	period := b.or("cfs_period_us", yaml11.NewInt(defaultCPUPeriod))
	all := []localrun.Parameter{
		{Key: "memory-swap", Value: b.memorySwap()},
		{Key: "cpu-period", Value: b.whole(period, "cfs_period_us")},
		{Key: "cpu-quota", Value: b.cpuQuota(period)},
	}
	if b.system.Get("enforce_disk_quota").Truthy() {
		disk, _ := b.count("disk", nodeDisk)
		all = append(all, localrun.Parameter{Key: "storage-opt", Value: "size=" + truncated(disk*1024*1024)})
	}
	all = append(all,
		localrun.Parameter{Key: "label", Value: "paasta_service=" + b.service.Name},
		localrun.Parameter{Key: "label", Value: "paasta_instance=" + b.Name})
	extra := b.or("extra_docker_args", nil)
	if extra.Truthy() && !extra.IsMap() {
		b.refuse(extra, "extra_docker_args is "+extra.KindWithArticle()+", not a mapping", "")
	}
	if extra.IsMap() {
		for _, p := range extra.Pairs {
			all = append(all, localrun.Parameter{Key: python.Str(p.Key), Value: p.Value})
		}
	}
	all = append(all, localrun.Parameter{Key: "init", Value: "true"})
	return append(all, b.capabilityParameters()...)
}

// capabilityParameters add what cap_add names, and take away all of PaaSTA's list that it does not name.
func (b *builder) capabilityParameters() []localrun.Parameter {
	var all []localrun.Parameter
	added := map[string]bool{}
	add := b.Get("cap_add")
	if add != nil && add.IsNull() {
		b.refuse(add, "cap_add is null, not a list", "[]")
	}
	for _, item := range b.elements(given(add), "cap_add") {
		name := python.Str(item)
		added[name] = true
		all = append(all, localrun.Parameter{Key: "cap-add", Value: name})
	}
	for _, name := range dropped {
		if !added[name] {
			all = append(all, localrun.Parameter{Key: "cap-drop", Value: name})
		}
	}
	return all
}

// memorySwap is the memory and 64 MiB of swap, rounded up.
func (b *builder) memorySwap() string {
	memory, ok := b.count("mem", nodeMem)
	if !ok {
		return ""
	}
	return truncated(math.Ceil(memory+swapMiB)) + "m"
}

// cpuQuota is (cpus + cpu_burst_add) times the period, in microseconds.
func (b *builder) cpuQuota(period value) string {
	cpus, ok := b.count("cpus", nodeOne)
	burst, also := b.count("cpu_burst_add", yaml11.NewInt(defaultBurst))
	microseconds, isNumber := period.Number()
	if !ok || !also || !isNumber {
		return ""
	}
	return b.integer((cpus+burst)*microseconds, b.or("cpus", nodeOne), "cpus")
}

// count returns a key as a number; it refuses anything else.
func (b *builder) count(key string, standard value) (float64, bool) {
	n := b.or(key, standard)
	f, ok := n.Number()
	if !ok {
		b.refuse(n, key+" is "+n.KindWithArticle()+", not a number", "")
	}
	return f, ok
}

// whole returns a number as Python's int() makes an integer of it.
func (b *builder) whole(n value, key string) string {
	if n.IsString() {
		if i, err := python.ParseInt(n.Text, 10); err == nil {
			return i.String()
		}
	}
	f, ok := n.Number()
	if !ok {
		b.refuse(n, key+" is "+n.KindWithArticle()+", not a number", "")
		return ""
	}
	return b.integer(f, n, key)
}

func (b *builder) integer(f float64, n value, key string) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		b.refuse(n, key+" is not finite", "")
		return ""
	}
	return truncated(f)
}

// truncated prints a float without its fraction.
func truncated(f float64) string {
	i, _ := big.NewFloat(math.Trunc(f)).Int(nil)
	return i.String()
}

// localCommand is what runs: --cmd, a shell, the instance's cmd, or its args.
func (b *builder) localCommand(o localrun.Options) any {
	switch {
	case o.Cmd != "":
		return o.Cmd
	case o.Interactive:
		return "bash"
	}
	cmd := b.Get("cmd")
	if cmd.Truthy() {
		if b.RunsPods() {
			return b.command()
		}
		return cmd // as it is: an adhoc instance's cmd is not put into a shell here
	}
	return orNull(b.localArguments())
}

func (b *builder) localArguments() value {
	args := b.arguments()
	if args == nil && !b.Get("cmd").Truthy() {
		return yaml11.NewNull()
	}
	return args
}

// localHealthcheck is how the container would be asked for its health. PaaSTA: get_healthcheck_for_instance.
func (b *builder) localHealthcheck() localrun.Healthcheck {
	mode, ok := b.healthcheckMode()
	if !ok {
		return localrun.Healthcheck{}
	}
	h := localrun.Healthcheck{Mode: mode}
	switch mode {
	case "http", "https":
		h.Path = python.Str(b.or("healthcheck_uri", getOr(b.mesh.config, "healthcheck_uri", nodeStatus)))
	case "cmd":
		cmd := b.Get("healthcheck_cmd")
		if cmd.IsNull() {
			b.refuse(b.Get("healthcheck_mode"), "healthcheck_mode cmd needs a healthcheck_cmd", "healthcheck_cmd: …")
		}
		h.Cmd = python.Str(cmd)
	}
	return h
}

// HealthcheckURL is what a health check calls on this host; empty for a command.
func HealthcheckURL(h localrun.Healthcheck, host string, port int) string {
	if h.Mode == "" || h.Mode == "cmd" {
		return ""
	}
	return h.Mode + "://" + host + ":" + strconv.Itoa(port) + h.Path
}
