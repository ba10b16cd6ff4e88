package finding

// R codes: what a change does, found when it is compared, explained or published.
const (
	Unexpected Code = "R001"
)

var reviewDocs = []Doc{
	{Unexpected, "the change does something that was not meant",
		"diff --expect states what a change is meant to do: nothing at all (none), no end of a running pod " +
			"(no-restart), or to concern some services only (only SERVICE…). The smallest change that does " +
			"otherwise is shown.",
		"paasta-render diff --expect no-restart",
		"Take the change back, or state what it is meant to do."},
}
