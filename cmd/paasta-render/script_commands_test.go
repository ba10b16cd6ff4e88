package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are commands of the scripts: files that txtar cannot hold, and trees compared.
var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"latin1":  writer("latin1 FILE", func([]string) []byte { return []byte("main:\n  cmd: caf\xe9\n") }),
	"control": writer("control FILE", func([]string) []byte { return []byte("main:\n  cmd: 'a\x07b'\n") }),
	"huge":    writer("huge MIB FILE", func(args []string) []byte { return bytes.Repeat([]byte("# large\n"), mebibytes(args)>>3) }),
	"same":    sameTrees,
	"edit":    edit,
}

func mebibytes(args []string) int {
	n, _ := strconv.Atoi(args[0])
	return n << 20
}

// writer is a command that writes a file, its last argument.
func writer(usage string, content func(args []string) []byte) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, not bool, args []string) {
		if not || len(args) == 0 {
			ts.Fatalf("usage: %s", usage)
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[len(args)-1]), content(args), 0o644))
	}
}

// edit replaces what a regular expression finds in a file; it must find something.
func edit(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 3 {
		ts.Fatalf("usage: edit FILE REGEXP TEXT")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	before := ts.ReadFile(args[0])
	after := pattern.ReplaceAllString(before, strings.ReplaceAll(args[2], `\n`, "\n"))
	if before == after {
		ts.Fatalf("%s does not hold %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(after), 0o644))
}

// sameTrees fails unless two folders hold the same files.
func sameTrees(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 2 {
		ts.Fatalf("usage: same DIR DIR")
	}
	if d := cmp.Diff(files(ts, args[0]), files(ts, args[1])); d != "" {
		ts.Fatalf("the trees differ (-%s +%s):\n%s", args[0], args[1], d)
	}
}

func files(ts *testscript.TestScript, dir string) map[string]string {
	found := map[string]string{}
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		found[name[len(root):]] = string(data)
		return err
	}))
	return found
}

// condition knows "mount": whether a file system can be mounted for a test.
func condition(name string) (bool, error) {
	if name != "mount" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return exec.Command("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", os.TempDir()).Run() == nil, nil
}
