package tron

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// sizeDriver settles the driver's pod: spark.driver.cores, and spark.driver.memory with its overhead in MiB.
// service_configuration_lib: get_total_driver_memory_mb.
func (c *sparkConf) sizeDriver() {
	if text, ok := c.get("spark.driver.cores"); ok {
		cores, err := python.ParseFloat(text)
		if err != nil {
			c.fail(c.source("spark.driver.cores"), "spark.driver.cores is %q, not a number", text)
		}
		c.cpus = yaml11.NewFloat(cores)
	}
	text, ok := c.get("spark.driver.memory")
	if !ok {
		c.fail(nil, "spark.driver.memory is set neither in spark_args nor in the mandatory defaults of spark.yaml")
		return
	}
	memory := c.driverMemoryOf("spark.driver.memory", text)
	overhead, err := 0.0, error(nil)
	text, ok = c.get("spark.driver.memoryOverhead")
	if ok {
		if overhead, err = python.ParseFloat(text); err != nil {
			overhead, ok = inMebibytes(text)
		}
	}
	if !ok {
		factor := 0.1
		if text, ok := c.get("spark.driver.memoryOverheadFactor"); ok {
			if factor, err = python.ParseFloat(text); err != nil {
				c.fail(c.source("spark.driver.memoryOverheadFactor"), "spark.driver.memoryOverheadFactor is %q, not a number", text)
			}
		}
		overhead = memory * factor
	}
	total := memory + python.Round(overhead, 5)
	if math.IsNaN(total) || math.IsInf(total, 0) {
		c.fail(c.source("spark.driver.memory"), "the driver's memory is no finite number")
		return
	}
	c.driverMemory = python.Truncate(total)
}

// driverMemoryOf reads the driver's memory; what is no number counts as 2 GiB, an unknown unit stops PaaSTA.
func (c *sparkConf) driverMemoryOf(key, text string) float64 {
	if value, ok := inMebibytes(text); ok {
		return value
	}
	if text != "" {
		if _, err := python.ParseFloat(text[:len(text)-1]); err == nil {
			c.fail(c.source(key), "%s is %q; the units are k, m, g and t", key, text)
		}
	}
	return 2048
}

// inMebibytes reads a size as the JVM does: bytes, or a number with k, m, g or t.
func inMebibytes(text string) (float64, bool) {
	if value, err := python.ParseFloat(text); err == nil {
		return python.Round(value/(1<<20), 5), true
	}
	if text == "" {
		return 0, false
	}
	value, err := python.ParseFloat(text[:len(text)-1])
	unit := map[byte]float64{'k': 1 << 10, 'm': 1 << 20, 'g': 1 << 30, 't': 1 << 40}[text[len(text)-1]]
	if err != nil || unit == 0 {
		return 0, false
	}
	return python.Round(value*unit/(1<<20), 5), true
}

// sparkEnv adds what every Spark driver has in its environment.
func (a *action) sparkEnv(v *variables) {
	v.text("AWS_DEFAULT_REGION", "us-west-2")
	v.text("AWS_CREDENTIALS_PROVIDER", awsCredentialsProvider)
	v.text("PAASTA_INSTANCE_TYPE", "spark")
	v.text("SPARK_USER", "root")
	v.text("SPARK_DRIVER_TYPE", "tron")
	account, _ := a.spark.get("spark.kubernetes.authenticate.executor.serviceAccountName")
	v.text("SERVICE_ACCOUNT_NAME", account)
	env := a.ns.system.Get("default_spark_driver_env")
	if (env.IsList() || env.IsString()) && !env.Truthy() {
		return // Python updates a mapping with anything that has no items.
	}
	if !a.holdsMap("default_spark_driver_env", env) || env == nil {
		return
	}
	for _, p := range env.Pairs {
		v.set(python.Str(p.Key), sorted(p.Value))
	}
}

// sparkDriver adds what only Spark drivers have, and returns the volumes with the kubeconfig.
func (a *action) sparkDriver(out *object, env *variables, labels, annotations *object,
	volumes *yaml11.Node) *yaml11.Node {
	kubeconfig := a.ns.system.Get("spark_kubeconfig")
	if kubeconfig == nil {
		kubeconfig = yaml11.NewString("/etc/kubernetes/spark.conf")
	}
	env.text("SCS_CONF_STR", a.spark.scs)
	env.set("KUBECONFIG", kubeconfig)
	out.put("ports", a.ports())
	port, _ := a.spark.get("spark.ui.port")
	if port != "" {
		annotations.text("prometheus.io/port", port)
		annotations.text("prometheus.io/path", "/metrics/prometheus")
	}
	labels.text("paasta.yelp.com/prometheus_shard", "ml-compute")
	labels.text("spark.yelp.com/user", sparkUser)
	labels.text("spark.yelp.com/driver_ui_port", port)
	if volumes == nil {
		return nil
	}
	mount := yaml11.NewMap(yaml11.Pair{Key: word("container_path"), Value: kubeconfig},
		yaml11.Pair{Key: word("host_path"), Value: kubeconfig},
		yaml11.Pair{Key: word("mode"), Value: word("RO")})
	return yaml11.NewList(append(append([]*yaml11.Node(nil), volumes.Items...), mount)...)
}

// ports are the different values of keys that end in .port, in the order of a Python set.
func (a *action) ports() *yaml11.Node {
	var set intSet
	for _, e := range a.spark.entries {
		if e.gone || !strings.HasSuffix(e.key, ".port") {
			continue
		}
		value, err := python.ParseInt(e.value, 10)
		if err != nil || !value.IsInt64() {
			a.fail(e.source, e.key+" is "+strconv.Quote(e.value)+", not a port", "")
			return nil
		}
		set.add(value.Int64())
	}
	var items []*yaml11.Node
	for _, value := range set.values() {
		items = append(items, yaml11.NewInt(value))
	}
	return yaml11.NewList(items...)
}

// timeoutPattern is a timeout that somebody wrote, up to the program.
var timeoutPattern = regexp.MustCompile(`^.*timeout\s+(?:--?[a-z][a-z-]*(?:(?:\s+|=)[\w-]+)?\s+)*\d+\.?\d*[smhd]?\s+\z`)

// timed tells whether a timeout stands before spark-submit in a command of one line. Only what is before the program
// is held against the pattern: what follows has thousands of characters. PaaSTA: auto_add_timeout_for_spark_job.
func timed(command string) bool {
	const program = "spark-submit "
	for at := 0; ; at += len(program) {
		next := strings.Index(command[at:], program)
		if next < 0 {
			return false
		}
		at += next
		if !strings.Contains(strings.TrimSuffix(command[at:], "\n"), "\n") && timeoutPattern.MatchString(command[:at]) {
			return true
		}
	}
}

// sparkCommand puts the configuration after the first Spark program in the command, and a timeout before spark-submit.
// PaaSTA: spark_tools.build_spark_command.
func (a *action) sparkCommand(command *yaml11.Node) *yaml11.Node {
	text, ok := command.Str()
	if !ok {
		a.fail(command, "the command of a Spark action is a string", "command: spark-submit …")
		return nil
	}
	conf := a.spark.options(a.config.Get("mrjob").Truthy())
	for _, program := range []string{"pyspark", "spark-shell", "spark-submit"} {
		if strings.Contains(text, program) {
			text = strings.Replace(text, program, program+" "+conf, 1)
			break
		}
	}
	const submit = "spark-submit"
	if !strings.Contains(text, submit) {
		return positioned(text, command)
	}
	if !strings.Contains(text, "timeout") || !timed(text) {
		limit := "12h"
		if n := a.config.Get("max_runtime"); n != nil {
			limit = python.Str(n)
		}
		// Only the text up to the second spark-submit survives, as in PaaSTA.
		parts := strings.SplitN(text, submit, 3)
		text = parts[0] + "timeout " + limit + " " + submit + parts[1]
	}
	return positioned(text, command)
}

// options prints the configuration for the command line; mrjob takes the master apart from the rest.
func (c *sparkConf) options(mrjob bool) string {
	var b strings.Builder
	b.Grow(96 * len(c.entries))
	flag := "--conf "
	if mrjob {
		master, _ := c.get("spark.master")
		b.WriteString("--spark-master=" + master)
		c.remove("spark.master")
		flag = "--jobconf "
	}
	for _, e := range c.entries {
		if e.gone {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		quoted := strings.IndexByte(e.value, ' ') >= 0
		b.WriteString(flag)
		b.WriteString(e.key)
		b.WriteByte('=')
		if quoted {
			b.WriteByte('\'')
		}
		b.WriteString(e.value)
		if quoted {
			b.WriteByte('\'')
		}
	}
	return b.String()
}
