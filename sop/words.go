package sop

// phrase is a run of folded words; a word ending in * stands for every word that
// begins so.
type phrase []string
