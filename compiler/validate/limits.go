package validate

import (
	"fmt"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// minMax wants min_instances (default 1) not above max_instances. PaaSTA: validate_min_max_instances.
func (c *checker) minMax(k *cluster, i *instance) {
	most, least := i.config.Get("max_instances"), i.config.Get("min_instances")
	if most.IsNull() || least != nil && least.Kind == yaml11.Null {
		return
	}
	if least == nil {
		least = yaml11.NewInt(1)
	}
	below, ok := less(most, least)
	switch {
	case !ok:
		c.crash(k, i, i.place("max_instances"),
			"min_instances and max_instances cannot be compared: "+python.Repr(least)+", "+python.Repr(most))
	case below:
		c.report(k.finding(i, finding.Finding{Code: finding.MinOverMax, At: i.place("min_instances"),
			Message: fmt.Sprintf("min_instances is %s, above max_instances, which is %s", python.Repr(least),
				python.Repr(most))}))
	}
}

// less is Python's a < b; ok is false where Python raises.
func less(a, b *yaml11.Node) (result, ok bool) {
	if a.IsString() && b.IsString() {
		return a.Text < b.Text, true
	}
	x, aNumber := a.Number()
	y, bNumber := b.Number()
	return x < y, aNumber && bNumber
}

// poolLimit wants fewer cpus than the pool's largest node has. PaaSTA: validate_pool_limits.
func (c *checker) poolLimit(k *cluster, i *instance) {
	if pool := i.config.Get("pool"); !i.spark() && (pool.IsList() || pool.IsMap()) {
		c.crash(k, i, pool.Position(), "pool is "+pool.KindWithArticle()+", not a string")
		return
	}
	limits := k.System.Get("pool_limits").Get(k.Name).Get(k.pool(i))
	if limits.IsNull() {
		return
	}
	cpus := i.config.Get("cpus")
	if driver := i.config.Get("spark_args").Get("spark.driver.cores"); i.spark() {
		cpus = nil // executor spark has 1 unless its own setting says more
		if value, err := python.ParseFloat(python.Str(driver)); driver != nil && err == nil {
			cpus = yaml11.NewFloat(value)
		}
	}
	if cpus == nil {
		cpus = yaml11.NewInt(1)
	}
	most := limits.Get("max_cpus")
	if most == nil {
		most = yaml11.NewNull()
	}
	below, ok := less(cpus, most)
	if nan := cpus.Kind == yaml11.Float && cpus.Float != cpus.Float; nan {
		below = true // nothing is >= than NaN
	}
	switch {
	case !ok:
		c.crash(k, i, i.place("cpus"),
			"cpus and the pool's max_cpus cannot be compared: "+python.Repr(cpus)+", "+python.Repr(most))
	case !below:
		c.report(k.finding(i, finding.Finding{Code: finding.PoolLimit, At: i.place("cpus"),
			Suggestion: poolSuggestion(limits), Fix: poolFix(i),
			Message: fmt.Sprintf("cpus is %s; instances in pool %s must have fewer than %s", python.Str(cpus), k.pool(i),
				python.Str(most))}))
	}
}

// poolFix says where the other pool is written: the instance may have a pool, or not even cpus.
func poolFix(i *instance) finding.Fix {
	switch {
	case i.config.Has("pool"):
		return finding.Advice
	case i.config.Get("cpus").Position().File == "":
		return finding.AddBelow
	}
	return finding.AddBeside
}

func poolSuggestion(limits *yaml11.Node) string {
	pool, ok := limits.Get("recommended_pool").Str()
	if !ok {
		return ""
	}
	return "pool: " + pool
}

func (i *instance) spark() bool {
	executor, _ := i.config.Get("executor").Str()
	return i.kind == "tron" && executor == "spark"
}

// pool is the pool that the instance runs in. PaaSTA: get_pool of each type's config class.
func (k *cluster) pool(i *instance) string {
	fallback := "default"
	switch i.kind {
	case "tron":
		if i.spark() {
			return textOr(k.System.Get("default_spark_driver_pool_override"), "stable")
		}
		fallback = textOr(k.System.Get("tron_default_pool_override"), "default")
	case "flink", "flinkeks":
		fallback = "flink-spot"
		if spot := i.config.Get("spot"); spot != nil && spot.Kind == yaml11.Bool && !spot.Bool {
			fallback = "flink"
		}
	}
	return textOr(i.config.Get("pool"), fallback)
}

func textOr(n *yaml11.Node, fallback string) string {
	if text, ok := n.Str(); ok {
		return text
	}
	return fallback
}
