// Package paasta holds the rules of PaaSTA that more than one part of the compiler needs: how things are named, how a
// secret is referred to, what is in the name of an image, which capabilities a container loses.
//
// Each rule is here once, and its comment names the function of PaaSTA that it follows. A rule takes plain values and
// returns plain values: the package knows neither files nor findings nor targets. What only one target needs stays with
// that target.
package paasta

// SharedService is the folder of soa-configs whose secrets every service may use. PaaSTA:
// secret_tools.SHARED_SECRET_SERVICE.
const SharedService = "_shared"
