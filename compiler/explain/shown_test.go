package explain

import (
	"testing"
)

func TestLinesAreShownWithoutSecrets(t *testing.T) {
	for _, test := range []struct{ rule, path, line, want string }{
		{"a plain value", "spec.replicas", "replicas: 3", "replicas: 3"},
		{"a variable whose name is a secret's", "spec.template.spec.containers[main].env[DB_PASSWORD].value", "value: hunter2", "value: (hidden)"},
		{"a reference to a secret", "spec.template.spec.containers[main].env[DB_PASSWORD].value", "value: SECRET(db)", "value: SECRET(db)"},
		{"a password in an option", "actions.run.command", "command: run --password=hunter2hunter2", "command: (hidden)"},
		{"a line that is all secret", "args[0]", "- --password=hunter2hunter2", "(hidden)"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := shownLine(test.path, test.line); got != test.want {
				t.Errorf("shownLine = %q, want %q", got, test.want)
			}
		})
	}
}
