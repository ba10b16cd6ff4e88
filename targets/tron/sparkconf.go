package tron

import (
	"fmt"
	"math"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// sparkConf is a Spark configuration while it is computed: strings in the order in which they were set. The first
// thing that cannot be computed stays in err, as PaaSTA stops there.
type sparkConf struct {
	entries []sparkEntry
	index   map[string]int
	err     error
	errAt   *yaml11.Node

	constants, defaults *yaml11.Node // spark_constants of spark.yaml, and its defaults

	cpus         *yaml11.Node // of the driver; nil when spark.driver.cores is not set
	driverMemory int64        // MiB, with overhead
	scs          string       // what Spark's configuration service wants to know, JSON
}

type sparkEntry struct {
	key, value string
	source     *yaml11.Node // where the value was written; nil when it was computed
	gone       bool
}

func (c *sparkConf) get(key string) (string, bool) {
	i, ok := c.index[key]
	if !ok {
		return "", false
	}
	return c.entries[i].value, true
}

func (c *sparkConf) has(key string) bool {
	_, ok := c.index[key]
	return ok
}

// set changes a key in its place, or adds it at the end.
func (c *sparkConf) set(key, value string) { c.setFrom(key, value, nil) }

func (c *sparkConf) setFrom(key, value string, source *yaml11.Node) {
	if i, ok := c.index[key]; ok {
		c.entries[i].value = value
		return
	}
	c.index[key] = len(c.entries)
	c.entries = append(c.entries, sparkEntry{key: key, value: value, source: source})
}

// setDefault adds a key unless it is there.
func (c *sparkConf) setDefault(key, value string) {
	if !c.has(key) {
		c.set(key, value)
	}
}

// remove drops a key.
func (c *sparkConf) remove(key string) {
	if i, ok := c.index[key]; ok {
		c.entries[i].gone = true
		delete(c.index, key)
	}
}

func (c *sparkConf) fail(at *yaml11.Node, format string, values ...any) {
	if c.err == nil {
		c.err, c.errAt = fmt.Errorf(format, values...), at
	}
}

// source returns where a key was written, nil when nobody wrote it.
func (c *sparkConf) source(key string) *yaml11.Node {
	if i, ok := c.index[key]; ok {
		return c.entries[i].source
	}
	return nil
}

// whole reads a key as Python's int(): fallback when it is not set.
func (c *sparkConf) whole(key string, fallback number) number {
	text, ok := c.get(key)
	if !ok {
		return fallback.truncated()
	}
	value, err := python.ParseInt(text, 10)
	if err != nil {
		c.fail(c.source(key), "%s is %q, not an integer", key, text)
		return number{}
	}
	f, _ := value.Float64()
	return number{value: f}
}

// number is a Python int or float: how it is printed depends on which.
type number struct {
	value float64
	float bool
	text  *yaml11.Node // the string that int() can read and arithmetic cannot; nil as a rule
}

// plain refuses numbers that are strings where PaaSTA counts with them.
func (c *sparkConf) plain(numbers ...number) {
	for _, n := range numbers {
		if n.text != nil {
			c.fail(n.text, "nail/srv/configs/spark.yaml has the string %q where PaaSTA counts; write it without quotes",
				n.text.Text)
		}
	}
}

func whole(value int64) number { return number{value: float64(value)} }

func (n number) truncated() number { return number{value: math.Trunc(n.value)} }

func (n number) times(m number) number {
	return number{value: n.value * m.value, float: n.float || m.float}
}

func (n number) plus(m number) number {
	return number{value: n.value + m.value, float: n.float || m.float}
}

// over is Python's n // m; the caller knows that m is not zero.
func (n number) over(m number) number {
	return number{value: math.Floor(n.value / m.value), float: n.float || m.float}
}

func (n number) String() string {
	if n.float {
		return python.Float(n.value)
	}
	return fmt.Sprintf("%.0f", n.value)
}

// atLeast is Python's max(n, m), which keeps n when they are equal.
func (n number) atLeast(m number) number {
	if m.value > n.value {
		return m
	}
	return n
}

// number reads a value of spark.yaml; where is how a message calls it.
func (c *sparkConf) number(n *yaml11.Node, where string) number {
	value, ok := n.Number()
	var text *yaml11.Node
	if n.IsString() { // PaaSTA calls int() on some of them
		text = n
		parsed, err := python.ParseInt(n.Text, 10)
		if err == nil {
			value, _ = parsed.Float64()
			ok = true
		}
	}
	if !ok {
		c.fail(n, "nail/srv/configs/spark.yaml has no number for %s", where)
	}
	return number{value: value, float: n != nil && n.Kind == yaml11.Float, text: text}
}

func (c *sparkConf) constant(key string) number {
	return c.number(c.constants.Get(key), "spark_constants."+key)
}

func (c *sparkConf) standard(key string) number {
	return c.number(c.defaults.Get(key), "spark_constants.defaults."+key)
}

func (c *sparkConf) resource(size, key string) number {
	return c.number(c.constants.Path("resource_configs", size, key), "spark_constants.resource_configs."+size+"."+key)
}
