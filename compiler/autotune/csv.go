package autotune

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/autotune/roundtrip"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
)

// columns are the columns of a rightsizer's CSV that carry a value, in the order in which PaaSTA applies them.
var columns = []string{"cpus", "mem", "disk", "hacheck_cpus", "cpu_burst_add", "min_instances", "max_instances"}

// holds are columns of ours: a value that is neither empty, null, 0 nor false keeps the instance from getting less.
var holds = []string{"throttled", "oom_killed"}

// ReadCSV reads the CSV of a rightsizer. name is the file's name for findings. ok is false when nothing can be read of
// it; a row with a fault is reported and stops its service, as it stops PaaSTA: the service's name is in refused.
func ReadCSV(name string, data []byte, report finding.Report) (all []Recommendation, refused map[string]bool, ok bool) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	refused = map[string]bool{}
	header, err := reader.Read()
	if err != nil {
		report(finding.Finding{Code: finding.AutotuneInput, At: finding.Position{File: name, Line: 1, Column: 1},
			Message: "the CSV has no header", Suggestion: "service,cluster,instance," + strings.Join(columns, ",")})
		return nil, nil, false
	}
	for _, needed := range []string{"service", "cluster", "instance"} {
		if !slices.Contains(header, needed) {
			report(finding.Finding{Code: finding.AutotuneInput, At: finding.Position{File: name, Line: 1, Column: 1},
				Message: fmt.Sprintf("the CSV has no column %q", needed), Suggestion: "service,cluster,instance," + strings.Join(columns, ",")})
			return nil, nil, false
		}
	}
	byInstance := map[[3]string]int{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, refused, true
		}
		if err != nil {
			report(finding.Finding{Code: finding.AutotuneInput, At: csvPlace(name, err), Message: "the CSV cannot be read: " + err.Error()})
			return nil, nil, false
		}
		row := csvRow{name: name, header: header, record: record, reader: reader}
		r, faults := row.recommendation()
		for _, f := range faults {
			f.Service, f.Instance = r.Service, r.Instance
			refused[r.Service] = true
			report(f)
		}
		if len(r.Settings) == 0 {
			continue
		}
		// A later row of the same instance replaces an earlier one and keeps its place, as in a Python dictionary.
		id := [3]string{r.Service, r.File, r.Instance}
		if at, again := byInstance[id]; again {
			all[at] = r
			continue
		}
		byInstance[id] = len(all)
		all = append(all, r)
	}
}

func csvPlace(name string, err error) finding.Position {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return finding.Position{File: name, Line: parse.Line, Column: parse.Column}
	}
	return finding.Position{File: name}
}

type csvRow struct {
	name           string
	header, record []string
	reader         *csv.Reader
}

// field returns the value of a column and its place; an absent one is empty.
func (r csvRow) field(column string) (string, finding.Position) {
	at := finding.Position{File: r.name}
	at.Line, at.Column = r.reader.FieldPos(0)
	value := ""
	for i, name := range r.header {
		if name == column && i < len(r.record) {
			value = r.record[i]
			at.Line, at.Column = r.reader.FieldPos(i)
		}
	}
	return value, at
}

// recommendation reads a row, as PaaSTA's get_kubernetes_recommendation_from_result and its sibling for Cassandra do.
func (r csvRow) recommendation() (Recommendation, []finding.Finding) {
	service, at := r.field("service")
	file, _ := r.field("cluster")
	instance, _ := r.field("instance")
	out := Recommendation{Service: service, File: file, Instance: instance, At: at}
	convert := kubernetesValue
	switch kind, _, _ := strings.Cut(file, "-"); kind {
	case "kubernetes":
	case "cassandracluster":
		convert = cassandraValue
	default:
		return out, nil
	}
	var faults []finding.Finding
	for _, column := range columns {
		text, at := r.field(column)
		if text == "" || text == "null" {
			continue
		}
		key, value, err := convert(column, text)
		if err != nil {
			faults = append(faults, finding.Finding{Code: finding.AutotuneInput, At: at, Message: column + ": " + err.Error()})
			continue
		}
		if value != nil {
			out.Settings = append(out.Settings, Setting{key, value})
		}
	}
	for _, column := range holds {
		if text, _ := r.field(column); !slices.Contains([]string{"", "null", "0", "0.0", "false", "False"}, text) {
			out.Held = strings.ReplaceAll(column, "_", "-")
		}
	}
	return out, faults
}

const (
	leastMiB     = 128 // PaaSTA recommends no less memory or disk
	mostBurst    = 1   // core
	leastHacheck = 0.1 // cores
	mostHacheck  = 1   // core
)

func kubernetesValue(column, text string) (key string, value *yaml.Node, err error) {
	if column == "min_instances" || column == "max_instances" {
		i, err := python.ParseInt(text, 10)
		if err != nil {
			return "", nil, err
		}
		return column, &yaml.Node{Kind: yaml.ScalarNode, Value: i.String()}, nil
	}
	f, err := python.ParseFloat(text)
	if err != nil {
		return "", nil, err
	}
	switch column {
	case "cpus":
		return column, roundtrip.Float(f), nil
	case "cpu_burst_add": // min(1, f): the integer 1 where f is not smaller
		if f < mostBurst {
			return column, roundtrip.Float(f), nil
		}
		return column, roundtrip.Int(mostBurst), nil
	case "mem", "disk":
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return "", nil, fmt.Errorf("%s is no amount of MiB", text)
		}
		return column, mebibytes(f), nil
	}
	return "sidecar_resource_requirements", hacheck(f), nil
}

// mebibytes is max(128, round(f)), rounded to the even neighbour as Python rounds.
func mebibytes(f float64) *yaml.Node {
	whole := math.Max(leastMiB, math.RoundToEven(f))
	return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(whole, 'f', 0, 64)}
}

// hacheck is what the health check's sidecar gets: max(0.1, min(f, 1)).
func hacheck(f float64) *yaml.Node {
	value := func() *yaml.Node {
		switch {
		case f > mostHacheck:
			return roundtrip.Int(mostHacheck)
		case f > leastHacheck:
			return roundtrip.Float(f)
		}
		return roundtrip.Float(leastHacheck)
	}
	cpu := func() *yaml.Node {
		n := roundtrip.Map()
		roundtrip.Set(n, "cpu", value())
		return n
	}
	resources, all := roundtrip.Map(), roundtrip.Map()
	roundtrip.Set(resources, "requests", cpu())
	roundtrip.Set(resources, "limits", cpu())
	roundtrip.Set(all, "hacheck", resources)
	return all
}

func cassandraValue(column, text string) (key string, value *yaml.Node, err error) {
	switch column {
	case "cpus":
		f, err := python.ParseFloat(text)
		if err != nil {
			return "", nil, err
		}
		return column, roundtrip.Float(f), nil
	case "mem", "disk":
		return column, roundtrip.String(text), nil
	}
	return "", nil, nil
}
