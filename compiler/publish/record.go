package publish

import (
	"encoding/json"
	"fmt"
)

// Record says in hydrator.metadata what a commit's trees were made from. The next run takes over what has not changed
// since, and `verify` proves it: neither believes it without the trees' hashes.
type Record struct {
	// Compiler is the version and the build of the program.
	Compiler string `json:"compiler"`
	// Settings are the flags that have a say in what is rendered.
	Settings string `json:"settings"`
	// System is the SHA-256 of all files of the system directory.
	System string `json:"system"`
	// Trees are the git trees of what was rendered, by folder of the output, without what other writers have there.
	Trees map[string]string `json:"trees"`
}

// ReadPart reads the hydrator.metadata of a part of a publication, which may have no tree; nil when it holds no record.
func ReadPart(file []byte) (commit string, r *Record) {
	var m metadata
	if json.Unmarshal(file, &m) != nil {
		return "", nil
	}
	return m.DrySHA, m.Record
}

// Clusters returns the clusters that hydrator.metadata names.
func Clusters(file []byte) []string {
	var m metadata
	if json.Unmarshal(file, &m) != nil {
		return nil
	}
	return m.Clusters
}

// ReadRecord reads hydrator.metadata: the source commit and the record; nil when it holds none.
func ReadRecord(file []byte) (commit string, r *Record) {
	var m metadata
	if json.Unmarshal(file, &m) != nil || m.Record == nil || len(m.Record.Trees) == 0 {
		return "", nil
	}
	return m.DrySHA, m.Record
}

// Differs says why trees of this record cannot be taken over by a run that would make the other one; empty when they
// can. Trees are not compared.
func (r *Record) Differs(now *Record) string {
	switch {
	case r.Compiler != now.Compiler:
		return fmt.Sprintf("the trees were made by another compiler, %s; this is %s", r.Compiler, now.Compiler)
	case r.Settings != now.Settings:
		return fmt.Sprintf("the trees were made with other flags, %s; these are %s", r.Settings, now.Settings)
	case r.System != now.System:
		return "the system config differs"
	}
	return ""
}
