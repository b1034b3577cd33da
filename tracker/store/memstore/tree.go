package memstore

import (
	"bytes"
	"hash/maphash"

	"github.com/supportloop/supportloop/tracker/store"
)

// tree is an ordered map that is never changed: with and without return another
// tree that shares all it can. It is a treap (Aragon and Seidel, 1989) whose
// priorities are hashes of the keys. nil is the empty tree.
type tree struct {
	key, value  []byte
	priority    uint64
	left, right *tree
}

var seed = maphash.MakeSeed()

func (t *tree) get(key []byte) ([]byte, bool) {
	for t != nil {
		switch c := bytes.Compare(key, t.key); {
		case c < 0:
			t = t.left
		case c > 0:
			t = t.right
		default:
			return t.value, true
		}
	}
	return nil, false
}

// with returns t with value under key. Both slices become the tree's.
func (t *tree) with(key, value []byte) *tree {
	return t.insert(&tree{key: key, value: value, priority: maphash.Bytes(seed, key)})
}

func (t *tree) insert(n *tree) *tree {
	if t == nil {
		return n
	}
	c := bytes.Compare(n.key, t.key)
	if c == 0 {
		n.left, n.right = t.left, t.right
		return n
	}
	if n.priority > t.priority {
		n.left, n.right = t.split(n.key)
		return n
	}
	copied := *t
	if c < 0 {
		copied.left = t.left.insert(n)
	} else {
		copied.right = t.right.insert(n)
	}
	return &copied
}

// split returns what is before key and what is behind it.
func (t *tree) split(key []byte) (before, behind *tree) {
	if t == nil {
		return nil, nil
	}
	copied := *t
	if bytes.Compare(t.key, key) < 0 {
		copied.right, behind = t.right.split(key)
		return &copied, behind
	}
	before, copied.left = t.left.split(key)
	return before, &copied
}

func (t *tree) without(key []byte) *tree {
	if t == nil {
		return nil
	}
	c := bytes.Compare(key, t.key)
	if c == 0 {
		return join(t.left, t.right)
	}
	copied := *t
	if c < 0 {
		copied.left = t.left.without(key)
	} else {
		copied.right = t.right.without(key)
	}
	return &copied
}

// join returns the tree of both, when all of a is before all of b.
func join(a, b *tree) *tree {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		copied := *a
		copied.right = join(a.right, b)
		return &copied
	default:
		copied := *b
		copied.left = join(a, b.left)
		return &copied
	}
}

// ascend calls yield for the entries of r in order until it returns false.
func (t *tree) ascend(r store.Range, yield func(*tree) bool) bool {
	if t == nil {
		return true
	}
	if r.From == nil || bytes.Compare(t.key, r.From) > 0 {
		if !t.left.ascend(r, yield) {
			return false
		}
	}
	if r.Contains(t.key) && !yield(t) {
		return false
	}
	if r.To == nil || bytes.Compare(t.key, r.To) < 0 {
		return t.right.ascend(r, yield)
	}
	return true
}

// descend is ascend from the other end.
func (t *tree) descend(r store.Range, yield func(*tree) bool) bool {
	if t == nil {
		return true
	}
	if r.To == nil || bytes.Compare(t.key, r.To) < 0 {
		if !t.right.descend(r, yield) {
			return false
		}
	}
	if r.Contains(t.key) && !yield(t) {
		return false
	}
	if r.From == nil || bytes.Compare(t.key, r.From) > 0 {
		return t.left.descend(r, yield)
	}
	return true
}

func (t *tree) page(r store.Range, n int) []store.Entry {
	var page []store.Entry
	walk := t.ascend
	if r.Reverse {
		walk = t.descend
	}
	walk(r, func(t *tree) bool {
		page = append(page, store.Entry{Key: t.key, Value: t.value})
		return len(page) < n
	})
	return page
}

// bytes returns how many bytes of keys and values the tree holds.
func (t *tree) bytes() int64 {
	var sum int64
	t.ascend(store.Range{}, func(t *tree) bool {
		sum += int64(len(t.key) + len(t.value))
		return true
	})
	return sum
}
