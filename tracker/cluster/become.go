package cluster

// Become makes ix what other is: an index that was made anew, of the same options,
// from a log that an erasure had shortened. What was scored before is scored again
// when it is decided. other is not to be used afterwards.
func (ix *Index) Become(other *Index) {
	other.mu.Lock()
	defer other.mu.Unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.world, ix.next, ix.seq = other.world, other.next, other.seq
	ix.world.options = &ix.options
}
