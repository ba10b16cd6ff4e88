package finding

// G codes: what gates.yaml says of a change, and what is wrong with the file itself.
const (
	GateClosed     Code = "G001"
	GateInvalid    Code = "G002"
	GateUnanswered Code = "G003"
	GateExempt     Code = "G004"
)

var gateDocs = []Doc{
	{GateClosed, "a gate of the company holds the change",
		"gates.yaml in the system config has rules for changes. This change breaks one of them: the finding begins " +
			"with the gate's name, and its place is the source line that made the change. diff exits with 1, and " +
			"publish commits nothing, unless the gate's severity is warning.",
		"gates:\n- name: restart-budget\n  expression: size(change.restarts) <= 20\n  message: more than 20 workloads restart",
		"Make the change smaller, or add an exemption with a ticket and a last day to the gate."},
	{GateInvalid, "a gate cannot be used",
		"The expression of a gate is no CEL, names a variable or a field that does not exist, or gives no boolean. " +
			"A gate that cannot be asked protects nothing, so the run fails.",
		"gates:\n- name: restart-budget\n  expression: size(chnage.restarts) <= 20",
		"Correct the expression at the place that the finding names. `paasta-render schema gates` lists what it may ask."},
	{GateUnanswered, "a gate has no answer",
		"The expression failed while it was evaluated: it asks for a key that an object does not have, or for more " +
			"work than is allowed. It counts as an error, since nobody knows what it would have said.",
		"expression: after.spec.replicas > 1",
		"Ask whether the key is there first: has(after.spec.replicas), or after.?spec.?replicas."},
	{GateExempt, "an exemption let a gate pass",
		"The gate would hold the change, and an exemption with a ticket lets it pass until its last day. After that " +
			"day the gate holds again.",
		"",
		"Nothing now. Finish what the ticket asks for before the day, or agree on another one."},
}
