// Package capacity says whether pods fit on the nodes that a cluster can have, and what these nodes cost.
//
// A pool says which machines it may buy (Pool), the price file which machines there are (Type), a pod what it asks for
// (Pod). Misfits says why no machine of a pool takes a pod; Pack buys machines as Karpenter does and adds up their
// prices. Nothing here reads manifests or system configs of targets: who knows them hands the values in.
package capacity

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is what a pod asks for, or what a machine has for pods.
type Amount struct {
	CPU    int64 // millicores
	Memory int64 // bytes
	Disk   int64 // bytes of ephemeral storage
	GPUs   int64 // devices of nvidia.com/gpu
	Pods   int64
}

// Plus adds two amounts.
func (a Amount) Plus(b Amount) Amount {
	return Amount{a.CPU + b.CPU, a.Memory + b.Memory, a.Disk + b.Disk, a.GPUs + b.GPUs, a.Pods + b.Pods}
}

// Minus takes an amount away.
func (a Amount) Minus(b Amount) Amount {
	return Amount{a.CPU - b.CPU, a.Memory - b.Memory, a.Disk - b.Disk, a.GPUs - b.GPUs, a.Pods - b.Pods}
}

// Times is n times the amount.
func (a Amount) Times(n int) Amount {
	f := int64(n)
	return Amount{a.CPU * f, a.Memory * f, a.Disk * f, a.GPUs * f, a.Pods * f}
}

// Within tells whether a room has the amount of everything.
func (a Amount) Within(room Amount) bool {
	return a.CPU <= room.CPU && a.Memory <= room.Memory && a.Disk <= room.Disk && a.GPUs <= room.GPUs &&
		a.Pods <= room.Pods
}

// share is the greatest part of a room that the amount takes, of what people pay for: CPU, memory and GPUs.
func (a Amount) share(room Amount) float64 {
	most := 0.0
	for _, part := range [][2]int64{{a.CPU, room.CPU}, {a.Memory, room.Memory}, {a.GPUs, room.GPUs}} {
		if part[1] > 0 {
			most = max(most, float64(part[0])/float64(part[1]))
		}
	}
	return most
}

// MiB is the number of bytes in a mebibyte.
const MiB = 1 << 20

// resource is one part of an Amount as messages call it.
type resource struct {
	key  string // of an instance's configuration
	noun string
	of   func(Amount) int64
	text func(int64) string
}

var resources = []resource{
	{"cpus", "of CPU", func(a Amount) int64 { return a.CPU }, cores},
	{"mem", "of memory", func(a Amount) int64 { return a.Memory }, mebibytes},
	{"disk", "of disk", func(a Amount) int64 { return a.Disk }, mebibytes},
	{"gpus", "GPUs", func(a Amount) int64 { return a.GPUs }, func(n int64) string { return strconv.FormatInt(n, 10) }},
}

func cores(milli int64) string {
	return strconv.FormatFloat(float64(milli)/1000, 'f', -1, 64) + " cores"
}

func mebibytes(bytes int64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(bytes)/MiB), ".0") + " MiB"
}
