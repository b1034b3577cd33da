package tracker

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// Layout is the version of what this package writes into a store: the buckets
// below, their keys and their values. A newer one is refused with [ErrLayout].
//
// Numbers in keys are eight bytes, big-endian, so that byte order is their order.
// Values are JSON unless said otherwise. Hashes are the first 16 bytes of a
// SHA-256, so that no key tells what somebody wrote.
//
//	bucket                key                          value
//	meta                  "store"                      id, layout, key of references, when made
//	meta                  "head"                       how far each number has been given
//	changes               seq                          Change
//	contacts              contact                      Contact
//	contacts_by_time      when seen, contact           empty
//	contacts_by_ticket    ticket, contact              empty
//	blobs                 contact, attachment, part    up to 256 KiB of an attachment (bytes)
//	sources               hash of source id,           contact, problem, topic, rule
//	                      half hashes of the source
//	                      and of the content
//	                      or hash of a Message-ID      contact
//	                      that is no source id,
//	                      0, contact
//	customers             customer                     Customer
//	identities            hash of kind and value       customer (number)
//	tickets               ticket                       Ticket
//	tickets_by_customer   customer, ticket             empty
//	tickets_by_problem    problem, ticket              empty
//	tickets_by_topic      topic, ticket                empty
//	tickets_by_status     status, 0, ticket            empty
//	problems              problem                      Problem
//	problems_by_title     hash of the folded title,    empty
//	                      problem
//	refusals              ticket, "p" or "t", number   decision (number)
//	topics                topic                        Topic
//	decisions             decision                     Decision
//	decisions_by_ticket   ticket, decision             empty
//	articles              article                      Article
//	article_revisions     article, revision            Article
//	article_slugs         hash of the slug             article (number)
//	promises              promise                      Promise
//	promises_by_ticket    ticket, promise              empty
//	promises_open         when due, promise            empty
//	procedure_texts       SHA-256 of the text          a procedure's file, as it was followed (bytes)
//	runs                  run                          Run
//	runs_by_ticket        ticket, run                  empty
//	answers               ticket, hash of the          Answer
//	                      question's id
//	remedies              remedy                       Remedy
//	remedies_by_ticket    ticket, remedy               empty
//	uses                  use                          ArticleUse
//	uses_by_article       article, use                 empty
//	uses_by_ticket        ticket, use                  empty
//	outages               outage                       Outage
//
// What ends in _by_ and a word, and promises_open, can be made anew from the rest.
const Layout = 1

const (
	bMeta              store.Bucket = "meta"
	bChanges           store.Bucket = "changes"
	bContacts          store.Bucket = "contacts"
	bContactsByTime    store.Bucket = "contacts_by_time"
	bContactsByTicket  store.Bucket = "contacts_by_ticket"
	bBlobs             store.Bucket = "blobs"
	bSources           store.Bucket = "sources"
	bCustomers         store.Bucket = "customers"
	bIdentities        store.Bucket = "identities"
	bTickets           store.Bucket = "tickets"
	bTicketsByCustomer store.Bucket = "tickets_by_customer"
	bTicketsByProblem  store.Bucket = "tickets_by_problem"
	bTicketsByTopic    store.Bucket = "tickets_by_topic"
	bTicketsByStatus   store.Bucket = "tickets_by_status"
	bProblems          store.Bucket = "problems"
	bProblemsByTitle   store.Bucket = "problems_by_title"
	bRefusals          store.Bucket = "refusals"
	bTopics            store.Bucket = "topics"
	bDecisions         store.Bucket = "decisions"
	bDecisionsByTicket store.Bucket = "decisions_by_ticket"
	bArticles          store.Bucket = "articles"
	bArticleRevisions  store.Bucket = "article_revisions"
	bArticleSlugs      store.Bucket = "article_slugs"
	bPromises          store.Bucket = "promises"
	bPromisesByTicket  store.Bucket = "promises_by_ticket"
	bPromisesOpen      store.Bucket = "promises_open"
	bProcedureTexts    store.Bucket = "procedure_texts"
	bRuns              store.Bucket = "runs"
	bRunsByTicket      store.Bucket = "runs_by_ticket"
	bAnswers           store.Bucket = "answers"
	bRemedies          store.Bucket = "remedies"
	bRemediesByTicket  store.Bucket = "remedies_by_ticket"
	bUses              store.Bucket = "uses"
	bUsesByArticle     store.Bucket = "uses_by_article"
	bUsesByTicket      store.Bucket = "uses_by_ticket"
	bOutages           store.Bucket = "outages"
)

// buckets are all, in the order in which an export writes them.
var buckets = []store.Bucket{
	bMeta, bChanges, bContacts, bContactsByTime, bContactsByTicket, bBlobs, bSources,
	bCustomers, bIdentities, bTickets, bTicketsByCustomer, bTicketsByProblem, bTicketsByTopic,
	bTicketsByStatus, bProblems, bProblemsByTitle, bRefusals, bTopics, bDecisions, bDecisionsByTicket, bArticles,
	bArticleRevisions, bArticleSlugs, bPromises, bPromisesByTicket, bPromisesOpen,
	bProcedureTexts, bRuns, bRunsByTicket, bAnswers, bRemedies, bRemediesByTicket,
	bUses, bUsesByArticle, bUsesByTicket, bOutages,
}

var (
	keyStore = []byte("store")
	keyHead  = []byte("head")
)

// identityOfStore is what meta/store holds.
type identityOfStore struct {
	Layout int       `json:"layout"`
	ID     string    `json:"id"`
	Key    []byte    `json:"key"`
	Made   time.Time `json:"made"`
}

// head says how far each number has been given.
type head struct {
	Seq       uint64     `json:"seq"`
	Contacts  ContactID  `json:"contacts"`
	Customers CustomerID `json:"customers"`
	Tickets   TicketID   `json:"tickets"`
	Problems  ProblemID  `json:"problems"`
	Topics    TopicID    `json:"topics"`
	Articles  ArticleID  `json:"articles"`
	Promises  PromiseID  `json:"promises"`
	Decisions DecisionID `json:"decisions"`
	Runs      RunID      `json:"runs,omitempty"`
	Remedies  RemedyID   `json:"remedies,omitempty"`
	Uses      UseID      `json:"uses,omitempty"`
	Outages   OutageID   `json:"outages,omitempty"`
}

// hash is the key of things that must not be read off a key. Its parts are
// framed by their lengths, so that no two lists of parts run together.
func hash(parts ...string) []byte {
	h := sha256.New()
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)[:16]
}

// moment is a time as it stands in a key: earlier ones before later ones, also
// before 1970.
func moment(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(t.UnixMilli())^1<<63)
}

// load reads the record under k, nil where there is none.
func load[T any](r store.Reader, b store.Bucket, k []byte) (*T, error) {
	raw, err := r.Get(b, k)
	if err != nil || raw == nil {
		return nil, err
	}
	return decode[T](b, k, raw)
}

func decode[T any](b store.Bucket, k, raw []byte) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, fmt.Errorf("bucket %s, key %x: what stands there is not what this version writes: %w", b, k, err)
	}
	return v, nil
}

// save writes v under k.
func save(w store.Writer, b store.Bucket, k []byte, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("bucket %s: %w", b, err)
	}
	return w.Put(b, k, raw)
}

// each calls fn for every entry of r, page by page, until it fails.
func each(rd store.Reader, b store.Bucket, r store.Range, fn func(store.Entry) error) error {
	const page = 256
	for {
		entries, err := rd.Page(b, r, page)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(entries) < page {
			return nil
		}
		r = r.After(entries[len(entries)-1].Key)
	}
}
