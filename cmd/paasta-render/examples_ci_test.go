package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a pipeline runs is pinned, and a change from a fork comes near no secret.
func TestPipelinesArePinned(t *testing.T) {
	uses := regexp.MustCompile(`uses: (\S+)`)
	pinned := regexp.MustCompile(`^(\./\S+|[\w./-]+@[0-9a-f]{40})$`)
	files, err := filepath.Glob("../../examples/ci/*")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../../examples/ci/review/action.yml", "../../examples/ci/gitlab/templates/review.yml")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		text := string(data)
		for _, m := range uses.FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(m[1]) {
				t.Errorf("%s uses %s, which is not pinned to a commit", name, m[1])
			}
		}
		for _, loose := range []string{"@latest", ":latest", "go install", "pull_request_target"} {
			if strings.Contains(text, loose) {
				t.Errorf("%s holds %q", name, loose)
			}
		}
		if strings.Contains(text, "curl") && strings.Contains(text, "--output") && !strings.Contains(text, "sha256sum") &&
			!strings.Contains(text, "notes") {
			t.Errorf("%s downloads what it does not check", name)
		}
	}
	review, err := os.ReadFile("../../examples/ci/github.yaml")
	if err != nil {
		t.Fatal(err)
	}
	job, _, _ := strings.Cut(string(review), "\n  publish:")
	if strings.Contains(job, "secrets.") || !strings.Contains(job, "contents: read") || strings.Contains(job, ": write") {
		t.Error("the review job has a secret, or may write")
	}
}
