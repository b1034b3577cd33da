package memstore_test

import (
	"testing"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
	"github.com/supportloop/supportloop/tracker/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New() }, nil)
}
