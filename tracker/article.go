package tracker

import "time"

// Article is an entry of the knowledge base. Articles are records of the tracker,
// so that closing a ticket and reporting can count on them; package kb searches
// them and takes them in and out of folders.
type Article struct {
	ID          ArticleID   `json:"id"`
	Slug        string      `json:"slug,omitempty"` // a short name of its own, unique where it is set
	Title       string      `json:"title"`
	Issue       string      `json:"issue,omitempty"` // in the customer's words
	Environment string      `json:"environment,omitempty"`
	Cause       string      `json:"cause,omitempty"`
	Resolution  string      `json:"resolution,omitempty"`
	Workaround  string      `json:"workaround,omitempty"`
	Body        string      `json:"body,omitempty"` // Markdown
	Products    []string    `json:"products,omitempty"`
	Versions    []string    `json:"versions,omitempty"`
	Language    string      `json:"language,omitempty"` // BCP 47
	Audience    Audience    `json:"audience"`
	Confidence  Confidence  `json:"confidence"`
	Owner       string      `json:"owner,omitempty"`
	ReviewBy    time.Time   `json:"review_by,omitzero"`
	Problems    []ProblemID `json:"problems,omitempty"`    // that it is about; [Tracker.Problem] resolves one that was merged since
	Procedures  []string    `json:"procedures,omitempty"`  // ids
	ReplacedBy  ArticleID   `json:"replaced_by,omitempty"` // of an archived one: what says it better
	Reused      int         `json:"reused"`                // tickets that used it
	Flags       int         `json:"flags,omitempty"`       // that are open: [Tracker.ArticleUses] lists them
	Revision    int         `json:"revision"`              // 1 for a new one
	Reason      string      `json:"reason,omitempty"`      // why there is this revision, if somebody said
	Updated     time.Time   `json:"updated"`
	By          Actor       `json:"by"` // of this revision
}

// Audience is who may read an article.
type Audience string

const (
	Internal  Audience = "internal" // the default
	Customers Audience = "customers"
)

// Confidence is how far an article can be trusted, after KCS.
type Confidence string

const (
	WorkInProgress Confidence = "work_in_progress" // the default
	NotValidated   Confidence = "not_validated"
	Validated      Confidence = "validated"
	Archived       Confidence = "archived"
)
