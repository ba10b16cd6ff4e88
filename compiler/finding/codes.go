package finding

// Code is the stable name of a kind of finding, such as "Y001". Codes are never reused.
type Code string

// OfSchema tells whether the code is one of the JSON Schemas': a value has the wrong form, whatever it means.
func (c Code) OfSchema() bool { return c >= SchemaUnknownKey && c <= SchemaRepeated }

// Doc is what `paasta-render explain CODE` says.
type Doc struct {
	Code    Code
	Title   string // one line
	Meaning string // what it means, and what happens when it is ignored
	Example string // input that causes it; empty when obvious
	Fix     string // what to change
}

// Docs returns the documentation of the compiler's own codes; those that only one target reports are documented by the
// target, see target.Docs. One list an area, each in the file named after it.
func Docs() []Doc {
	var all []Doc
	for _, area := range [][]Doc{
		sourceDocs,
		meshDocs,
		monitoringDocs,
		kubernetesDocs,
		tronDocs,
		deploymentsDocs,
		pipelineDocs,
		autotuneDocs,
		capacityDocs,
		publishDocs,
		validateDocs,
		reviewDocs,
		gateDocs,
	} {
		all = append(all, area...)
	}
	return all
}
