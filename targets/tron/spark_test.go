package tron

import (
	"slices"
	"testing"
)

// The orders are those of CPython's list(set(ports)).
func TestIntSetKeepsPythonsOrder(t *testing.T) {
	for _, test := range []struct{ ports, want []int64 }{
		{[]int64{33000, 33008}, []int64{33000, 33008}},
		{[]int64{7001, 7002, 33000, 8}, []int64{33000, 7001, 7002, 8}},
		{[]int64{1, 2, 3, 4, 5, 6, 70000}, []int64{1, 2, 3, 4, 5, 6, 70000}},
		{[]int64{12, -1, 4}, []int64{12, 4, -1}},
		{[]int64{33000, 33008, 33016, 33024, 33032, 5, 0}, []int64{33024, 0, 5, 33000, 33032, 33008, 33016}},
		{[]int64{5, 5, 5}, []int64{5}},
	} {
		var set intSet
		for _, port := range test.ports {
			set.add(port)
		}
		if got := set.values(); !slices.Equal(got, test.want) {
			t.Errorf("set of %v lists %v, want %v", test.ports, got, test.want)
		}
	}
}

func TestTimed(t *testing.T) {
	for _, test := range []struct {
		rule, command string
		want          bool
	}{
		{"a timeout right before", "timeout 2h spark-submit x", true},
		{"options and fractions", "exec timeout -k 5 --signal=KILL 1.5h spark-submit x", true},
		{"a line feed at the end", "timeout 2h spark-submit x\n", true},
		{"no duration", "timeout spark-submit x", false},
		{"another line follows", "timeout 2h spark-submit x\ny", false},
		{"another line before", "a\ntimeout 2h spark-submit x", false},
		{"no timeout", "spark-submit x", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := timed(test.command); got != test.want {
				t.Errorf("timed(%q) = %t, want %t", test.command, got, test.want)
			}
		})
	}
}

func TestDriverMemory(t *testing.T) {
	for _, test := range []struct {
		rule string
		args map[string]string
		want int64 // MiB; 0 when PaaSTA stops
	}{
		{"a tenth on top", map[string]string{"spark.driver.memory": "2g"}, 2252},
		{"an overhead in MiB", map[string]string{"spark.driver.memory": "2g", "spark.driver.memoryOverhead": "500"}, 2548},
		{"an overhead with a unit", map[string]string{"spark.driver.memory": "2g", "spark.driver.memoryOverhead": "1g"},
			3072},
		{"a number alone is bytes", map[string]string{"spark.driver.memory": "1073741824"}, 1126},
		{"what is no number is 2 GiB", map[string]string{"spark.driver.memory": "4gb"}, 2252},
		{"an unknown unit stops PaaSTA", map[string]string{"spark.driver.memory": "4G"}, 0},
		{"as does no memory at all", nil, 0},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := &sparkConf{index: map[string]int{}}
			for key, value := range test.args {
				c.set(key, value)
			}
			if c.sizeDriver(); c.driverMemory != test.want && c.err == nil || (c.err != nil) != (test.want == 0) {
				t.Errorf("driver memory of %v = %d, %v, want %d", test.args, c.driverMemory, c.err, test.want)
			}
		})
	}
}
