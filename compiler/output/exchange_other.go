//go:build !linux

package output

// exchange swaps two folders by way of a third name.
func exchange(staged, live, aside string) error { return exchangeInSteps(staged, live, aside) }
