package event

// What a box and BAAZ have to do with each other.

// BoxJoined says that the box speaks for a sales point of BAAZ from here on. What stands before it in the journal
// belongs to that point as well.
type BoxJoined struct {
	Address     string `json:"address"` // BAAZ's
	BAAZ        string `json:"baaz"`    // the key that signs BAAZ's answers, pinned, hex
	Key         string `json:"key"`     // name of the connection key (package wire), hex
	Company     uint64 `json:"company,string"`
	CompanyName string `json:"company_name"`
	Point       uint64 `json:"point"`
	PointName   string `json:"point_name"`
	Epoch       uint32 `json:"epoch"` // counts the boxes of the point; every later record carries it
	// Previous is the box that had the point before, and its head as BAAZ knew it; empty: none.
	Previous     string `json:"previous,omitempty"`
	PreviousSeq  uint64 `json:"previous_seq,omitempty"`
	PreviousHash string `json:"previous_hash,omitempty"`
	NextShift    int    `json:"next_shift"` // the next shift's number is not lower
}

// BoxReplaced says that the box has learned that another one has its sales point: it sells no more. What it sold before
// is taken for ever, what stands behind this fact is not.
type BoxReplaced struct{}

// CentralTaken says that all goods and customers were replaced by those that BAAZ keeps, as of a version.
type CentralTaken struct {
	Scope   string `json:"scope"` // the company's (package wire)
	Version uint64 `json:"version"`
	Chain   string `json:"chain"` // hash over the scope's history, hex
	Goods   int    `json:"goods"` // that the till has now
}

// LogsSent says that the box's logs were given to BAAZ, because somebody there has asked for them.
type LogsSent struct {
	Wish string `json:"wish"` // by which BAAZ names the request
	For  string `json:"for"`  // who has asked
}

func (LogsSent) Kind() Kind     { return KindLogsSent }
func (BoxJoined) Kind() Kind    { return KindBoxJoined }
func (BoxReplaced) Kind() Kind  { return KindBoxReplaced }
func (CentralTaken) Kind() Kind { return KindCentralTaken }
