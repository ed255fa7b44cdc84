package fault

// Every code, in the words of the moment it happens. Append only.
const (
	Internal Code = "internal"

	// Box and BAAZ. The first three say what BAAZ found wrong with a request, the next with who sent it.
	BatchMalformed    Code = "batch.malformed"
	BatchTooLarge     Code = "batch.too_large"
	BatchSignature    Code = "batch.signature"
	BatchGap          Code = "batch.gap"
	BoxForked         Code = "box.forked"
	BoxUnknown        Code = "box.unknown"
	BoxReplaced       Code = "box.replaced"
	BoxRevoked        Code = "box.revoked"
	BoxElsewhere      Code = "box.elsewhere"
	BoxRestored       Code = "box.restored"
	BoxTwice          Code = "box.twice"
	JoinMalformed     Code = "join.malformed"
	KeyUnknown        Code = "key.unknown"
	KeyUsed           Code = "key.used"
	KeyExpired        Code = "key.expired"
	ServerBusy        Code = "server.busy"
	UplinkUnreachable Code = "uplink.unreachable"
	UplinkStranger    Code = "uplink.stranger"
	RecordUncounted   Code = "record.uncounted"

	// People and programs that ask BAAZ. The first four say what is wrong with any request.
	RequestMalformed Code = "request.malformed"
	RequestTooLarge  Code = "request.too_large"
	RequestOrigin    Code = "request.origin"
	LoginNeeded      Code = "login.needed"
	TokenUnknown     Code = "token.unknown"
	AccessDenied     Code = "access.denied"
	CompanyUnknown   Code = "company.unknown"
	LoginWrong       Code = "login.wrong"
	LoginWait        Code = "login.wait"
	LoginTaken       Code = "login.taken"
	LinkUnknown      Code = "link.unknown"
	PersonUnknown    Code = "person.unknown"
	PersonPassword   Code = "person.password"
	PersonRole       Code = "person.role"
	OwnerLast        Code = "owner.last"
	OwnerThere       Code = "owner.there"
	SessionUnknown   Code = "session.unknown"
	TokenScope       Code = "token.scope"
	TokenMost        Code = "token.most"
	TokenGone        Code = "token.gone"
	PasskeyPlace     Code = "passkey.place"
	PasskeyRefused   Code = "passkey.refused"
	PasskeyUnknown   Code = "passkey.unknown"
	PasskeyThere     Code = "passkey.there"
	PasskeyMost      Code = "passkey.most"
	PointUnknown     Code = "point.unknown"
	RecordUnknown    Code = "record.unknown"

	// Master data: what BAAZ keeps for the tills, and its way down.
	RowRegister      Code = "row.register"
	RowUnknown       Code = "row.unknown"
	RowBad           Code = "row.bad"
	RowConflict      Code = "row.conflict"
	RowTaken         Code = "row.taken"
	RowUsed          Code = "row.used"
	RowScope         Code = "row.scope"
	SetUnknown       Code = "set.unknown"
	SetUndone        Code = "set.undone"
	RequestSignature Code = "request.signature"
	AlarmUnknown     Code = "alarm.unknown"
	AlarmAgain       Code = "alarm.again"
	LogsSent         Code = "logs.sent"
	WebhookUnknown   Code = "webhook.unknown"
	WebhookAddress   Code = "webhook.address"
	WebhookMost      Code = "webhook.most"
	WebhookTests     Code = "webhook.tests"
	RequestStale     Code = "request.stale"
	ScopeForeign     Code = "scope.foreign"
	ScopeBehind      Code = "scope.behind"
	CentralBroken    Code = "central.broken"
	CentralOld       Code = "central.old"
	CentralRow       Code = "central.row"

	// Requests and commands.
	CommandMalformed Code = "command.malformed"
	CommandUnknown   Code = "command.unknown"
	CommandID        Code = "command.id"
	CommandReused    Code = "command.reused"
	CommandTooLarge  Code = "command.too_large"
	TillBusy         Code = "till.busy"
	TillStopping     Code = "till.stopping"
	AuthMissing      Code = "auth.missing"
	AuthOrigin       Code = "auth.origin"
	NotFound         Code = "not_found"
	MethodRefused    Code = "method.refused"
	SocketOnly       Code = "socket.only"
	QueryMalformed   Code = "query.malformed"

	// People and rights.
	SellerNone     Code = "seller.none"
	SellerWrong    Code = "seller.wrong"
	SellerWait     Code = "seller.wait"
	SellerBad      Code = "seller.bad"
	SellerLocked   Code = "seller.locked"
	SellerChanged  Code = "seller.changed"
	RightMissing   Code = "right.missing"
	ApproverWrong  Code = "approver.wrong"
	ApproverLacks  Code = "approver.lacks"
	ReasonTooLong  Code = "reason.too_long"
	PasswordNeeded Code = "password.needed"

	// Shift.
	ShiftNone        Code = "shift.none"
	ShiftOpen        Code = "shift.open"
	ShiftNumberTaken Code = "shift.number_taken"
	CountNegative    Code = "count.bad"
	CountNeeded      Code = "count.needed"
	AmountBad        Code = "amount.bad"
	CashWhole        Code = "cash.whole"
	ClockNotSet      Code = "clock.not_set"

	// Scanning and goods.
	BarcodeUnknown    Code = "barcode.unknown"
	BarcodeMalformed  Code = "barcode.malformed"
	BarcodeCheckDigit Code = "barcode.check_digit"
	BarcodeAmbiguous  Code = "barcode.ambiguous"
	BarcodeZeroWeight Code = "barcode.zero_weight"
	GoodInactive      Code = "good.inactive"
	GoodNoPrice       Code = "good.no_price"
	QuantityNeeded    Code = "quantity.needed"
	QuantityBad       Code = "quantity.bad"
	QuantityWhole     Code = "quantity.whole"

	// Basket.
	BasketUnknown   Code = "basket.unknown"
	BasketEmpty     Code = "basket.empty"
	BasketsFull     Code = "baskets.full"
	BasketFull      Code = "basket.full"
	LineUnknown     Code = "line.unknown"
	DiscountRange   Code = "discount.range"
	DiscountBoth    Code = "discount.both"
	AmountTooLarge  Code = "amount.too_large"
	CustomerUnknown Code = "customer.unknown"
	CustomerBlocked Code = "customer.blocked"
	CustomerNotYet  Code = "customer.not_yet"
	CustomerExpired Code = "customer.expired"
	RegisterBad     Code = "register.bad"
	ConsumerBad     Code = "consumer.bad"

	// Excise stamps.
	StampMissing Code = "stamp.missing"
	StampTwice   Code = "stamp.twice"
	StampSold    Code = "stamp.sold"
	StampReason  Code = "stamp.reason"

	// Payment.
	PaymentShort    Code = "payment.short"
	PaymentOver     Code = "payment.over"
	PaymentKind     Code = "payment.kind"
	PaymentAmount   Code = "payment.amount"
	PaymentTenders  Code = "payment.tenders"
	PaymentNeedless Code = "payment.needless"
	TotalChanged    Code = "payment.total_changed"

	// Returns.
	ReturnNone       Code = "return.none"
	ReturnEmpty      Code = "return.empty"
	ReturnDone       Code = "return.done"
	ReturnLeft       Code = "return.left"
	ReturnGood       Code = "return.good"
	ReturnReason     Code = "return.reason"
	ReturnTenders    Code = "return.tenders"
	ReturnTender     Code = "return.tender"
	ReturnCode       Code = "return.code"
	ReturnElsewhere  Code = "return.elsewhere"
	ReturnUnverified Code = "return.unverified"
	ReturnLimit      Code = "return.limit"
	ReturnClaimed    Code = "return.claimed"
	ReturnLate       Code = "return.late"

	// Receipts.
	BillUnknown  Code = "bill.unknown"
	ShiftUnknown Code = "shift.unknown"
	PrintPending Code = "print.pending"
	PrintIdle    Code = "print.idle"

	// Printer and drawer.
	PrinterNone     Code = "printer.none"
	PrinterOffline  Code = "printer.offline"
	PrinterCover    Code = "printer.cover_open"
	PrinterPaper    Code = "printer.paper_out"
	PrinterPaperLow Code = "printer.paper_low"
	PrinterError    Code = "printer.error"
	PrinterSilent   Code = "printer.silent"
	DrawerLate      Code = "drawer.late"

	// Journal and storage.
	JournalDamaged Code = "journal.damaged"
	JournalFull    Code = "journal.full"
	JournalFailed  Code = "journal.failed"
	JournalNewer   Code = "journal.newer"
	JournalNone    Code = "journal.none"
	FolderInUse    Code = "folder.in_use"
	CatalogDamaged Code = "catalog.damaged"
	CatalogBusy    Code = "catalog.busy"
	CatalogWrite   Code = "catalog.write"
	CatalogEdits   Code = "catalog.edits"
	GoodBad        Code = "good.bad"
	BarcodeTaken   Code = "barcode.taken"
	CustomerBad    Code = "customer.bad"
	CardTaken      Code = "customer.card_taken"

	// Import and configuration.
	ImportRow    Code = "import.row"
	ImportFile   Code = "import.file"
	ConfigBad    Code = "config.bad"
	FollowerSkip Code = "follower.skipped"

	// The owner at the till.
	SettingUnknown Code = "setting.unknown"
	SettingBad     Code = "setting.bad"
	SettingOwner   Code = "setting.owner"
	SettingsLeft   Code = "setting.left_out"
	GoodsCentral   Code = "goods.central"
	UploadUnknown  Code = "upload.unknown"
	UploadName     Code = "upload.name"
	UploadTooLarge Code = "upload.too_large"
	UploadBroken   Code = "upload.broken"
	UploadNoRoom   Code = "upload.no_room"
	ImportBusy     Code = "import.busy"
	ImportGaveUp   Code = "import.gave_up"
	ImportChanged  Code = "import.changed"
	JoinKeyBad     Code = "join.key_bad"
	JoinAddress    Code = "join.address"
	JoinDone       Code = "join.done"
	JoinNone       Code = "join.none"

	// Updates of the box. The last five are why a trial ended.
	UpdateNone       Code = "update.none"
	UpdateMalformed  Code = "update.malformed"
	UpdateTruncated  Code = "update.truncated"
	UpdateUnsigned   Code = "update.unsigned"
	UpdateSignature  Code = "update.signature"
	UpdateDamaged    Code = "update.damaged"
	UpdateStation    Code = "update.station"
	UpdateOlder      Code = "update.older"
	UpdateBlocked    Code = "update.blocked"
	UpdateBase       Code = "update.base"
	UpdateTooLarge   Code = "update.too_large"
	UpdateBusy       Code = "update.busy"
	UpdateSaleOpen   Code = "update.sale_open"
	UpdateShiftOpen  Code = "update.shift_open"
	UpdatePower      Code = "update.power"
	UpdateNotReady   Code = "update.not_ready"
	UpdateWrite      Code = "update.write"
	UpdateFirmware   Code = "update.firmware"
	UpdateNoStick    Code = "update.no_stick"
	UpdateCut        Code = "update.cut"
	UpdateTill       Code = "update.till"
	UpdateScreen     Code = "update.screen"
	UpdateJournal    Code = "update.journal"
	UpdateNoReturn   Code = "update.no_return"
	UpdateRolledBack Code = "update.rolled_back"

	// Devices.
	DrawerOpen    Code = "drawer.open"
	DrawerOffline Code = "drawer.offline"
	BaazWaiting   Code = "baaz.waiting"
	DiskLow       Code = "disk.low"
	DiskUnknown   Code = "disk.unknown"

	// The box itself: its disk, network, clock, sticks.
	PermDamaged     Code = "perm.damaged"
	PermMissing     Code = "perm.missing"
	PermWell        Code = "perm.well"
	PermRepaired    Code = "perm.repaired"
	NetworkNoCard   Code = "network.no_card"
	NetworkNoCable  Code = "network.no_cable"
	NetworkNoLease  Code = "network.no_lease"
	NetworkConflict Code = "network.conflict"
	ClockRemembered Code = "clock.remembered"
	BoxNone         Code = "box.none"
	StickNone       Code = "stick.none"
	StickFormat     Code = "stick.format"
	StickFull       Code = "stick.full"
	StickFailed     Code = "stick.failed"
	StickBusy       Code = "stick.busy"
	StickKey        Code = "stick.key"
	CopyNone        Code = "copy.none"
	CopyOld         Code = "copy.old"
	CopyBad         Code = "copy.bad"

	// The tax office. The first stop a payment, the next a person's decision about an e-barimt, the last are told meanwhile.
	FiscalSettings    Code = "fiscal.settings"
	FiscalLacks       Code = "fiscal.lacks"
	FiscalCustomer    Code = "fiscal.customer"
	FiscalUnready     Code = "fiscal.unready"
	FiscalHanded      Code = "fiscal.handed"
	FiscalStopped     Code = "fiscal.stopped"
	FiscalNone        Code = "fiscal.none"
	FiscalBusy        Code = "fiscal.busy"
	FiscalIdle        Code = "fiscal.idle"
	FiscalNumber      Code = "fiscal.number"
	FiscalReason      Code = "fiscal.reason"
	FiscalGone        Code = "fiscal.gone"
	FiscalUnreachable Code = "fiscal.unreachable"
	FiscalStranger    Code = "fiscal.stranger"
	FiscalAsCash      Code = "fiscal.as_cash"
	FiscalDecide      Code = "fiscal.decide"
	FiscalWaiting     Code = "fiscal.waiting"
	FiscalOld         Code = "fiscal.old"
	FiscalLotteries   Code = "fiscal.lotteries"
	FiscalUnprinted   Code = "fiscal.unprinted"
)

// Text is what a person is told: the sentence and the next step, in both languages.
type Text struct {
	Severity   Severity
	MN, HintMN string
	EN, HintEN string
}

// Texts says every code. A test demands that both languages are complete.
var Texts = map[Code]Text{
	Internal: {Blocking, "Программд алдаа гарлаа.", "Дахин оролдоно уу. Давтагдвал нийлүүлэгчид хэлнэ үү.",
		"Something went wrong inside the program.", "Try again. If it happens again, tell your vendor."},

	RowRegister: {Warning, "{register} гэсэн бүртгэл байхгүй.", "Хаягаа шалгана уу.",
		"There is no register {register}.", "Check the address."},
	RowUnknown: {Warning, "{register}: {code} алга.", "Кодоо шалгана уу; хэн нэгэн устгасан байж болно.",
		"{register}: there is no {code}.", "Check the code; somebody may have deleted it."},
	RowBad: {Warning, "{register} бүртгэлийн {code}, {field}: {detail}.", "Засаад дахин хадгална уу.",
		"Register {register}, row {code}, {field}: {detail}.", "Correct it and save again."},
	RowConflict: {Warning, "{register} {code}: өөр хүн энэ хооронд өөрчилсөн байна.", "Шинэ утгыг нь хараад дахин хадгална уу.",
		"{register} {code}: somebody has changed it meanwhile.", "Look at it as it is now and save again."},
	RowTaken: {Warning, "{value} нь {owner}-д бүртгэлтэй байна.", "Өөр утга оруулах, эсвэл нөгөөгөөс нь хасна уу.",
		"{value} already belongs to {owner}.", "Take another one, or remove it there first."},
	RowUsed: {Warning, "{code}-г {owner} ашиглаж байна.", "Эхлээд тэндээс нь хасна уу.",
		"{code} is used by {owner}.", "Take it out there first."},
	RowScope: {Warning, "{register}-г {scope}-д бүртгэхгүй.", "Компани, байршил, борлуулалтын цэгээс зөвийг сонгоно уу.",
		"{register} has no rows at {scope}.", "Choose the right one of company, location and sales point."},
	AlarmUnknown: {Warning, "Ийм дохио байхгүй.", "Жагсаалтыг шинэчилнэ үү.",
		"There is no such alarm.", "Load the list again."},
	WebhookUnknown: {Warning, "Ийм мэдэгдлийн хаяг алга.", "Жагсаалтыг шинэчилнэ үү.",
		"There is no such webhook.", "Load the list again."},
	WebhookAddress: {Warning, "Энэ хаяг руу мэдэгдэл илгээхгүй.", "Интернэтэд нээлттэй https:// хаяг оруулна уу.",
		"No messages are sent to this address.", "Give an https:// address that is open to the internet."},
	WebhookMost: {Warning, "Мэдэгдлийн хаяг {most}-оос олон байж болохгүй.", "Хэрэггүйг нь хасна уу.",
		"There cannot be more than {most} webhooks.", "Drop one that is not needed."},
	WebhookTests: {Warning, "Энэ хаягийг сүүлийн нэг цагт {most} удаа туршсан.", "Түр хүлээгээд дахин туршина уу.",
		"This webhook has been tested {most} times within the hour.", "Wait a while, then test again."},
	LogsSent: {Notice, "Кассын бүртгэлийг БААЗ-д өгсөн. Хүссэн: {by}.", "Хийх зүйл алга. Та мэдэхгүй бол {by}-аас асууна уу.",
		"This till's logs were given to BAAZ. Asked for by {by}.", "Nothing has to be done. If you do not know why, ask {by}."},
	AlarmAgain: {Notice, "Дохио дахин гарсан байна.", "Дахин үзээд хаана уу.",
		"The alarm has come again meanwhile.", "Look at it again, then put it away."},
	SetUnknown: {Warning, "Ийм багц өөрчлөлт алга.", "Жагсаалтаа шинэчилнэ үү.",
		"There is no such set of changes.", "Load the list again."},
	SetUndone: {Warning, "Энэ багц өөрчлөлт аль хэдийн буцаагдсан.", "Жагсаалтаа шинэчилнэ үү.",
		"This set of changes has been undone already.", "Load the list again."},
	RequestSignature: {Warning, "Хүсэлтийн гарын үсэг буруу байна.", "Касс өөрөө дахин оролдоно. Давтагдвал нийлүүлэгчид хэлнэ үү.",
		"The signature of the request is wrong.", "The till tries again by itself. If it stays, tell your vendor."},
	RequestStale: {Notice, "Хүсэлтийн цаг БААЗ-ын цагаас зөрж байна.", "Касс БААЗ-ын цагийг аваад өөрөө дахин оролдоно.",
		"The request's time is not BAAZ's.", "The till takes BAAZ's time and tries again by itself."},
	ScopeForeign: {Warning, "Энэ мэдээллийг энэ касс харах эрхгүй.", "Касс өөрийнхийгөө өөрөө дахин асууна.",
		"This till may not see that master data.", "The till asks again for what is its own by itself."},
	ScopeBehind: {Notice, "Хэт олон өөрчлөлт хоцорсон байна.", "Касс бүх мэдээллийг өөрөө шинээр татна.",
		"Too many changes were missed.", "The till takes everything anew by itself."},
	CentralBroken: {Warning, "БААЗ-аас ирсэн мэдээлэл бүрэн бус байна.", "Касс өөрөө дахин татна. Борлуулалт хуучин мэдээллээр үргэлжилнэ.",
		"What came from BAAZ is not whole.", "The till takes it again by itself. Selling goes on with what it has."},
	CentralOld: {Warning, "БААЗ-аас хуучин мэдээлэл ирлээ.", "Касс өөрөө дахин татна. Борлуулалт одоо байгаагаар үргэлжилнэ.",
		"What came from BAAZ is older than what the till has.", "The till takes it again by itself. Selling goes on with what it has."},
	CentralRow: {Warning, "БААЗ-ын {register} {code}-г касс ашиглаж чадсангүй: {detail}.", "БААЗ дээр засна уу, эсвэл кассын программыг шинэчилнэ үү.",
		"The till cannot use BAAZ's {register} {code}: {detail}.", "Correct it in BAAZ, or update the till's program."},

	BatchMalformed: {Warning, "БААЗ илгээсэн бичлэгийг ойлгосонгүй.", "Кассын программыг шинэчилнэ үү. Бичлэг кассанд хэвээр.",
		"BAAZ could not read what the till sent.", "Update the till's program. The records are safe in the till."},
	BatchTooLarge: {Notice, "Илгээсэн бичлэг хэт том байна.", "Касс өөрөө хувааж дахин илгээнэ.",
		"What the till sent is too large.", "The till sends it again in smaller parts by itself."},
	BatchSignature: {Warning, "Бичлэгийн гарын үсэг буруу байна.", "Нийлүүлэгчид хэлнэ үү.",
		"The signature of the records is wrong.", "Tell your vendor."},
	BatchGap: {Notice, "Дундаас нь бичлэг дутуу байна.", "Касс өөрөө нөхөж илгээнэ.",
		"Records in between are missing.", "The till sends them by itself."},
	BoxForked: {Blocking, "Хоёр касс нэг нэрээр ажиллаж байна: касс хувилагдсан, эсвэл диск нь хуучин хуулбараас сэргээгдсэн.", "Борлуулалт кассанд, бас БААЗ-д тусдаа хадгалагдаж байна. БААЗ-ын Касс хуудсанд «Борлуулалтыг тооцох» дарна уу; дараа нь хоёрын нэгийг шинээр суулгаж, шинэ түлхүүрээр холбоно уу.",
		"Two tills work with one identity: this one was cloned, or its disk was restored from an old copy.", "Its sales are kept in the till and put aside at BAAZ. In BAAZ, page Tills, press \"Count its sales\"; then set one of the two up anew and join it with a new key."},
	BoxUnknown: {Warning, "БААЗ энэ кассыг танихгүй байна.", "Холболтын түлхүүрээр дахин холбоно уу.",
		"BAAZ does not know this till.", "Join it with a connection key."},
	BoxReplaced: {Blocking, "Энэ борлуулалтын цэгт өөр касс холбогдсон.", "Шинэ кассаар зарна уу, эсвэл энэ кассыг шинэ түлхүүрээр холбоно уу.",
		"Another till has taken this sales point.", "Sell on the new till, or join this one with a new key."},
	BoxRevoked: {Blocking, "БААЗ энэ кассыг хаасан.", "Эзэн эсвэл нийлүүлэгчээс асууна уу.",
		"BAAZ has shut this till out.", "Ask the owner or your vendor."},
	BoxElsewhere: {Warning, "Энэ касс өөр компанид холбогдсон.", "Кассыг шинээр суулгаад дахин холбоно уу.",
		"This till belongs to another company.", "Set the till up anew, then join it."},
	BoxRestored: {Blocking, "Кассын диск хуучин хуулбараас сэргээгдсэн: БААЗ илүү олон бичлэгтэй.", "Зарж болно: борлуулалт БААЗ-д тусдаа хадгалагдана. БААЗ-ын Касс хуудсанд «Борлуулалтыг тооцох» дарж, кассыг шинээр суулгаад шинэ түлхүүрээр холбоно уу.",
		"The till's disk was restored from an old copy: BAAZ holds more of its records than it does.", "You can sell: its sales are put aside at BAAZ. In BAAZ, page Tills, press \"Count its sales\", then set the till up anew and join it with a new key."},
	BoxTwice: {Warning, "Хоёр машин энэ кассын нэрээр зэрэг ажиллаж байна.", "Борлуулалт алдагдахгүй. Хоёрын нэгийг шинээр суулгаж, БААЗ-ын Касс хуудаснаас авсан шинэ түлхүүрээр холбоно уу.",
		"Two machines work with this till's identity at once.", "No sale is lost. Set one of the two up anew and join it with a new key from BAAZ, page Tills."},
	JoinMalformed: {Warning, "Холбох хүсэлтийг ойлгосонгүй.", "Кассын программыг шинэчилнэ үү.",
		"The request to join could not be read.", "Update the till's program."},
	KeyUnknown: {Warning, "Ийм холболтын түлхүүр алга.", "Түлхүүрээ шалгаад дахин оруулна уу.",
		"There is no such connection key.", "Check the key and enter it again."},
	KeyUsed: {Warning, "Энэ холболтын түлхүүрийг өөр касс ашигласан.", "БААЗ дээр шинэ түлхүүр үүсгэнэ үү.",
		"Another till has used this connection key.", "Make a new key in BAAZ."},
	KeyExpired: {Warning, "Холболтын түлхүүрийн хугацаа дууссан.", "БААЗ дээр шинэ түлхүүр үүсгэнэ үү.",
		"The connection key has expired.", "Make a new key in BAAZ."},
	ServerBusy: {Notice, "БААЗ ачаалалтай байна.", "Түр хүлээгээд дахин оролдоно уу; касс өөрөө дахин илгээнэ.",
		"BAAZ is busy.", "Wait a moment and try again; a till does so by itself."},
	UplinkUnreachable: {Notice, "БААЗ-тай холбогдож чадахгүй байна. Зарж болно.", "Сүлжээгээ шалгана уу. Борлуулалт өөрөө илгээгдэнэ.",
		"BAAZ cannot be reached. You can sell.", "Check the network. Sales are sent by themselves."},
	UplinkStranger: {Warning, "БААЗ-ын хаягаас өөр сервер хариулж байна. Зарж болно.", "Сүлжээний нэвтрэх хуудас эсвэл хаягаа шалгана уу.",
		"Someone else answers at BAAZ's address. You can sell.", "Look for a log-in page of the network, or check the address."},
	RecordUncounted: {Warning, "Бичлэг хадгалагдсан боловч тайланд орсонгүй.", "Нийлүүлэгчид хэлнэ үү.",
		"The record is kept, but could not be counted in the reports.", "Tell your vendor."},

	RequestMalformed: {Notice, "Хүсэлтийг ойлгосонгүй: {detail}.", "Хүсэлтээ API-ийн тайлбартай тулгаад дахин илгээнэ үү.",
		"The request was not understood: {detail}.", "Compare it with /api/openapi.json and send it again."},
	RequestTooLarge: {Notice, "Хүсэлт хэт том байна.", "Хэсэг хэсгээр нь илгээнэ үү.",
		"The request is too large.", "Send it in parts."},
	RequestOrigin: {Blocking, "Өөр сайтаас ирсэн хүсэлтийг хүлээж авахгүй.", "БААЗ-ыг өөрийнх нь хаягаар нээнэ үү.",
		"A request from another site is refused.", "Open BAAZ by its own address."},
	LoginNeeded: {Notice, "Эхлээд нэвтэрнэ үү.", "Нэвтрэх нэр, нууц үгээ оруулна уу.",
		"Log in first.", "Enter your name and password."},
	TokenUnknown: {Warning, "Энэ токен хүчингүй байна.", "БААЗ-ын эзнээс шинэ токен авна уу.",
		"This token is not valid, or not any more.", "Ask the owner for a new one."},
	AccessDenied: {Warning, "Танд үүнийг хийх эрх алга.", "Эзэнд хандаж эрх авна уу.",
		"You do not have the right to do this.", "Ask the owner for it."},
	CompanyUnknown: {Notice, "Ийм компани алга.", "Компанийн дугаараа шалгана уу.",
		"There is no such company.", "Check its number."},
	LoginWrong: {Warning, "Нэвтрэх нэр эсвэл нууц үг буруу.", "Дахин бичнэ үү. Мартсан бол эзнээс нэг удаагийн холбоос авна уу.",
		"The name or the password is wrong.", "Type them again. If forgotten, ask the owner for a one-time link."},
	LoginWait: {Warning, "Олон удаа буруу оруулсан тул {seconds} секунд хүлээх хэрэгтэй.", "Хүлээгээд дахин оролдоно уу.",
		"After so many wrong tries you have to wait {seconds} seconds.", "Wait, then try again."},
	LoginTaken: {Warning, "Ийм нэвтрэх нэр аль хэдийн бүртгэлтэй.", "Өөр нэр сонгоно уу.",
		"This log-in name is taken.", "Choose another one."},
	LinkUnknown: {Warning, "Энэ холбоос хүчингүй: ашигласан эсвэл хугацаа нь дууссан.", "Шинэ холбоос авна уу: эзнээс, эсвэл сервер дээр baazd owner командаар.",
		"This link is not valid: it was used, or is too old.", "Ask the owner for a new one, or make one on the server with baazd owner."},
	PersonUnknown: {Notice, "Ийм хүн алга.", "Жагсаалтаа шинэчилнэ үү.",
		"There is no such person.", "Look at the list again."},
	PersonPassword: {Warning, "Нууц үг тохирохгүй: {detail}.", "Урт, таахад хэцүү нууц үг сонгоно уу.",
		"The password cannot be taken: {detail}.", "Choose a long one that is hard to guess."},
	PersonRole: {Warning, "Энд {role} гэсэн үүрэг байхгүй.", "Жагсаалтаас үүрэг сонгоно уу.",
		"There is no role {role} here.", "Choose one of the list."},
	OwnerLast: {Warning, "Энэ бол сүүлчийн эзэн: түүнгүйгээр хэн ч эрх олгож чадахгүй.", "Эхлээд өөр хүнийг эзэн болгоно уу.",
		"This is the last owner: without one nobody can give roles out.", "Make somebody else an owner first."},
	OwnerThere: {Warning, "Энэ компани аль хэдийн эзэнтэй.", "Эзнээс нь урилга авна уу.",
		"This company has an owner already.", "Ask the owner for an invitation."},
	SessionUnknown: {Notice, "Ийм нэвтрэлт алга.", "Жагсаалтаа шинэчилнэ үү.",
		"There is no such session.", "Look at the list again."},
	TokenScope: {Warning, "Энэ токенд {scope} гэсэн хүрээ тохирохгүй.", "Боломжит хүрээнээс сонгоно уу.",
		"A token here cannot have the scope {scope}.", "Choose one of the possible scopes."},
	TokenMost: {Warning, "Токен {most}-аас олон байж болохгүй.", "Хэрэггүйг нь хүчингүй болгоно уу.",
		"There cannot be more than {most} tokens.", "End those that nobody needs."},
	TokenGone: {Notice, "Ийм токен алга.", "Жагсаалтаа шинэчилнэ үү.",
		"There is no such token.", "Look at the list again."},
	PasskeyPlace: {Warning, "Энэ хаягаар passkey ашиглах боломжгүй.", "БААЗ-ыг https:// хаягаар, нэрээр нь нээнэ үү.",
		"Passkeys do not work at this address.", "Open BAAZ by its name, with https://."},
	PasskeyRefused: {Warning, "Passkey шалгалтад тэнцсэнгүй.", "Дахин оролдоно уу, эсвэл нууц үгээр нэвтэрнэ үү.",
		"The passkey did not prove who you are.", "Try again, or log in by password."},
	PasskeyUnknown: {Warning, "Ийм passkey БААЗ-д бүртгэлгүй.", "Нууц үгээр нэвтэрнэ үү.",
		"BAAZ does not know this passkey.", "Log in by password."},
	PasskeyThere: {Notice, "Энэ passkey аль хэдийн бүртгэлтэй.", "Өөр төхөөрөмж сонгоно уу.",
		"This passkey is registered already.", "Choose another device."},
	PasskeyMost: {Warning, "Passkey {most}-аас олон байж болохгүй.", "Хэрэггүйг нь устгана уу.",
		"There cannot be more than {most} passkeys.", "Remove those that you do not use."},
	PointUnknown: {Notice, "Ийм борлуулалтын цэг алга.", "Жагсаалтаа шинэчилнэ үү.",
		"There is no such sales point.", "Look at the list again."},
	RecordUnknown: {Notice, "Ийм бичлэг алга.", "Дугаараа шалгана уу.",
		"There is no such record.", "Check its number."},

	CommandMalformed: {Warning, "Тушаалыг ойлгосонгүй: {detail}.", "Хуудсыг дахин ачаална уу.",
		"The command could not be understood: {detail}.", "Reload the page."},
	CommandUnknown: {Warning, "Ийм тушаал байхгүй: {kind}.", "Хуудсыг дахин ачаална уу.",
		"There is no such command: {kind}.", "Reload the page."},
	CommandID: {Warning, "Тушаалын дугаар UUID биш байна.", "Хуудсыг дахин ачаална уу.",
		"The command's id is not a UUID.", "Send a fresh UUID as id."},
	CommandReused: {Warning, "Энэ дугаартай өөр тушаал өмнө нь биелсэн.", "Шинэ дугаараар дахин илгээнэ үү.",
		"Another command with this id has already been carried out.", "Send the command again with a fresh id."},
	CommandTooLarge: {Warning, "Тушаал хэт том байна.", "Тушаалыг багасгаж дахин илгээнэ үү.",
		"The command is too large.", "Send less in one command."},
	TillBusy: {Warning, "Касс завгүй байна.", "Хэсэг хүлээгээд дахин оролдоно уу.",
		"The till is busy.", "Wait a moment and try again."},
	TillStopping: {Warning, "Касс унтарч байна.", "Дахин аслыг хүлээнэ үү.",
		"The till is shutting down.", "Wait until it has started again."},
	AuthMissing: {Blocking, "Энэ хуудсыг нээх эрх алга.", "Кассын өөрийнх нь дэлгэцээр орно уу.",
		"This page needs the till's token.", "Open the till by its own link."},
	AuthOrigin: {Blocking, "Өөр газраас ирсэн хүсэлтийг хүлээж авахгүй.", "Кассын өөрийнх нь дэлгэцээр орно уу.",
		"A request from another site is refused.", "Open the till by its own link."},
	NotFound: {Notice, "Ийм хуудас байхгүй.", "Эхлэл рүү буцна уу.",
		"There is no such page.", "Go back to the start."},
	MethodRefused: {Notice, "Энэ хаяг ийм хүсэлт авдаггүй.", "API-ийн тайлбарыг үзнэ үү.",
		"This address does not take such a request.", "See /api/openapi.json."},
	SocketOnly: {Notice, "Энэ хаяг зөвхөн WebSocket-оор ажилладаг.", "Оронд нь /api/commands, /api/events хаягийг хэрэглэнэ үү.",
		"This address speaks WebSocket only.", "Use /api/commands and /api/events instead."},
	QueryMalformed: {Notice, "Хүсэлтийн {name} утга буруу байна.", "Утгыг засаад дахин илгээнэ үү.",
		"The value of {name} in the request is wrong.", "Correct it and send again."},

	SellerNone: {Blocking, "Худалдагч нэвтрээгүй байна.", "Код, нууц үгээрээ нэвтэрнэ үү.",
		"No seller is logged in.", "Log in with your code and password."},
	SellerWrong: {Warning, "Код эсвэл нууц үг буруу байна.", "Шалгаад дахин оруулна уу.",
		"The code or the password is wrong.", "Check both and try again."},
	SellerWait: {Warning, "Олон удаа буруу орууллаа.", "{seconds} секунд хүлээгээд дахин оролдоно уу.",
		"Too many wrong passwords.", "Wait {seconds} seconds and try again."},
	SellerBad: {Warning, "Худалдагчийн мэдээлэл буруу: {detail}.", "Засаад дахин хадгална уу.",
		"The seller's details are wrong: {detail}.", "Correct them and save again."},
	SellerLocked: {Blocking, "Касс түгжээтэй байна.", "Код, нууц үгээрээ нэвтэрнэ үү. Сагс хэвээр байгаа.",
		"The till is locked.", "Log in with your code and password. The basket is still there."},
	SellerChanged: {Warning, "Касст өөр худалдагч нэвтэрсэн байна.", "Бичсэнээ үргэлжлүүлэхийн тулд өөрийн кодоор нэвтэрнэ үү.",
		"Another seller has logged in at the till.", "Log in with your own code to go on with what you typed."},
	RightMissing: {Warning, "Танд үүнийг хийх эрх алга.", "Эрхтэй хүний код, нууц үгийг оруулна уу.",
		"You do not have the right to do this.", "Ask someone with the right to enter code and password."},
	ApproverWrong: {Warning, "Зөвшөөрөгчийн код эсвэл нууц үг буруу.", "Дахин оруулна уу.",
		"The approver's code or password is wrong.", "Enter them again."},
	ApproverLacks: {Warning, "{name} үүнийг зөвшөөрөх эрхгүй.", "Эрхтэй хүнийг дуудна уу.",
		"{name} may not allow this.", "Call someone who may."},
	ReasonTooLong: {Warning, "Шалтгаан хэт урт байна.", "200 тэмдэгтээс богино бичнэ үү.",
		"The reason is too long.", "Keep it under 200 characters."},
	PasswordNeeded: {Warning, "Нууц үг дор хаяж 4 тэмдэгт байна.", "Уртасгаад дахин оруулна уу.",
		"A password needs at least 4 characters.", "Enter a longer one."},

	ShiftNone: {Blocking, "Ээлж нээгээгүй байна.", "Эхлээд ээлжээ нээнэ үү.",
		"No shift is open.", "Open a shift first."},
	ShiftOpen: {Warning, "Ээлж аль хэдийн нээлттэй.", "Энэ ээлжээр үргэлжлүүлнэ үү.",
		"A shift is already open.", "Go on with it, or close it first."},
	ShiftNumberTaken: {Blocking, "Энэ цэгийн өмнөх касс ийм дугаартай ээлж нээсэн тул баримтын дугаар давхцана.", "Ээлжээ хаагаад шинээр нээнэ үү. Сагсанд байгаа бараа хэвээр үлдэнэ.",
		"A till before this one at the sales point had a shift of this number: bills would repeat.", "Close the shift and open the next one. What is in a basket stays."},
	CountNegative: {Warning, "Тоолсон дүн буруу байна.", "Дэвсгэрт бүрийн тоог шалгана уу.",
		"The count is not valid.", "Check the number of each note."},
	CountNeeded: {Warning, "Мөнгөө тоолоогүй байна.", "Эхлээд мөнгөө тоолно уу, эсвэл эрхтэй хүн зөвшөөрнө үү.",
		"The drawer has not been counted.", "Count it first, or let someone with the right approve."},
	AmountBad: {Warning, "Дүн буруу байна: {value}.", "0-ээс их, хамгийн ихдээ 2 оронтой бутархайтай дүн оруулна уу.",
		"The amount is not valid: {value}.", "Enter an amount above 0 with at most two decimals."},
	CashWhole: {Warning, "Бэлэн мөнгө бүхэл төгрөг биш байна: {value}.", "Бүхэл төгрөгөөр оруулна уу. Энэ касс дүнг бөөрөнхийлдөг.",
		"Cash is in whole ₮ here: {value}.", "Enter whole ₮. This till rounds to notes."},
	ClockNotSet: {Warning, "Цаг тохируулаагүй байна.", "Зарж болно. Сүлжээнд холбогдоход цаг засарна.",
		"The clock is not set.", "You can sell. The clock corrects itself when the network is there."},

	BarcodeUnknown: {Blocking, "{code} код бүртгэлгүй байна.", "Барааг нэрээр нь хайх эсвэл хойш нь тавина уу.",
		"No good is registered under {code}.", "Find it by name, or put it aside."},
	BarcodeMalformed: {Blocking, "Уншсан код ойлгогдохгүй байна: {code}.", "Дахин уншуулна уу.",
		"The scanned code makes no sense: {code}.", "Scan it again."},
	BarcodeCheckDigit: {Blocking, "{code} код буруу уншигдсан (хяналтын орон таарахгүй).", "Дахин уншуулна уу.",
		"{code} was misread: its check digit does not fit.", "Scan it again."},
	BarcodeAmbiguous: {Blocking, "{code} код хэд хэдэн бараанд бүртгэлтэй: {goods}.", "Барааг кодоор нь сонгоно уу.",
		"{code} belongs to several goods: {goods}.", "Choose the good by its own code."},
	BarcodeZeroWeight: {Blocking, "Шошгон дээрх жин тэг байна: {name}.", "Дахин жинлээд шинэ шошго наана уу.",
		"The label says zero: {name}.", "Weigh it again and stick on a new label."},
	GoodInactive: {Blocking, "{name} худалдаанаас хасагдсан.", "Эзнээс лавлана уу.",
		"{name} is not on sale.", "Ask the owner."},
	GoodNoPrice: {Blocking, "{name} үнэгүй байна.", "Эзнээс үнийг тавиулна уу.",
		"{name} has no price yet.", "Ask the owner to set one."},
	QuantityNeeded: {Warning, "{name} ({unit}) жинлэж зардаг бараа.", "Жинг нь оруулаад дахин уншуулна уу.",
		"{name} is sold by weight ({unit}).", "Enter the weight, then scan it again."},
	QuantityBad: {Warning, "Тоо хэмжээ буруу байна: {value}.", "0-ээс их, {most}-аас ихгүй тоо оруулна уу.",
		"The quantity is not valid: {value}.", "Enter a number above 0 and not over {most}."},
	QuantityWhole: {Warning, "{name} бүхлээр зарагддаг.", "Бүхэл тоо оруулна уу.",
		"{name} is sold in whole pieces.", "Enter a whole number."},

	BasketUnknown: {Warning, "Ийм сагс алга.", "Нээлттэй сагснаас сонгоно уу.",
		"There is no such basket.", "Choose one of the open baskets."},
	BasketEmpty: {Warning, "Сагс хоосон байна.", "Эхлээд бараа уншуулна уу.",
		"The basket is empty.", "Scan something first."},
	BasketsFull: {Warning, "Хэт олон сагс нээлттэй байна.", "Аль нэгийг нь дуусгана уу.",
		"Too many baskets are open.", "Finish one of them."},
	BasketFull: {Warning, "Нэг сагсанд {most} мөрөөс олон багтахгүй.", "Энэ сагсыг тооцоод шинээр эхэлнэ үү.",
		"A basket holds at most {most} lines.", "Take payment and go on in a new one."},
	LineUnknown: {Warning, "Ийм мөр алга.", "Сагснаас мөр сонгоно уу.",
		"There is no such line.", "Choose a line of the basket."},
	DiscountRange: {Warning, "Хөнгөлөлт буруу байна: {value}.", "0-ээс 100 хувь, эсвэл үнийн дүнгээс ихгүй дүн оруулна уу.",
		"The discount is not valid: {value}.", "Enter 0 to 100 percent, or an amount not above the price."},
	DiscountBoth: {Warning, "Хөнгөлөлтийг хувиар эсвэл дүнгээр өгнө.", "Аль нэгийг нь оруулна уу.",
		"Give a discount either in percent or as an amount.", "Enter one of the two."},
	AmountTooLarge: {Warning, "Дүн хэт их болж байна.", "Тоо хэмжээ, үнийг шалгана уу.",
		"The amount grows too large.", "Check quantity and price."},
	CustomerUnknown: {Warning, "{code} харилцагч бүртгэлгүй.", "Картын дугаарыг шалгана уу.",
		"No customer has the code {code}.", "Check the number on the card."},
	CustomerBlocked: {Warning, "{name} харилцагчийн карт хаагдсан.", "Хөнгөлөлтгүй үргэлжлүүлнэ үү.",
		"The card of {name} is blocked.", "Go on without the discount."},
	CustomerNotYet: {Warning, "{name} харилцагчийн карт {day}-наас хүчинтэй.", "Хөнгөлөлтгүй үргэлжлүүлнэ үү.",
		"The card of {name} is valid from {day}.", "Go on without the discount."},
	CustomerExpired: {Warning, "{name} харилцагчийн картын хугацаа {day}-нд дууссан.", "Хөнгөлөлтгүй үргэлжлүүлнэ үү.",
		"The card of {name} ended on {day}.", "Go on without the discount."},
	RegisterBad: {Warning, "Регистрийн дугаар буруу байна: {value}.", "Байгууллагынх 7 оронтой тоо, иргэнийх 2 кирилл үсэг 8 оронтой тоо, ТТД 11–14 оронтой тоо.",
		"The register number is not valid: {value}.", "A company's has 7 digits, a person's two Cyrillic letters and 8 digits, a taxpayer number 11 to 14 digits."},
	ConsumerBad: {Warning, "Хэрэглэгчийн дугаар буруу байна: {value}.", "И-баримт апп дахь 8 оронтой дугаар. Утасны дугаар биш.",
		"The consumer number is not valid: {value}.", "It has 8 digits and stands in the e-barimt app. It is no telephone number."},
	StampMissing: {Warning, "{name}: онцгой татварын тэмдэг {count} дутуу.", "Нэгж бүрийн тэмдгийг уншуулна уу.",
		"{name}: {count} excise stamps are missing.", "Scan the stamp of each unit."},
	StampTwice: {Warning, "{name}: энэ тэмдгийг уншуулсан байна.", "Өөр нэгжийн тэмдгийг уншуулна уу.",
		"{name}: this stamp has been scanned already.", "Scan the stamp of another unit."},
	StampReason: {Warning, "Зарагдсан тэмдэгтэй барааг зарах шалтгаан хэрэгтэй.", "Шалтгаанаа бичнэ үү.",
		"Selling goods whose stamp was sold needs a reason.", "Enter why."},
	StampSold: {Warning, "Энэ тэмдэгтэй бараа {bill} баримтаар зарагдсан.", "Тэмдгийг шалгаж, зөрчилтэй бол барааг зарахгүй байна уу.",
		"Goods with this stamp were sold by {bill}.", "Look at the stamp; do not sell the goods if it is a double."},

	PaymentShort: {Warning, "{missing} ₮ дутуу байна.", "Үлдсэн дүнг оруулна уу.",
		"{missing} ₮ are missing.", "Enter the rest."},
	PaymentOver: {Warning, "Бэлэн бус төлбөр {over} ₮-өөр илүү байна.", "Бэлэн бус дүнг багасгана уу.",
		"The non-cash payment is {over} ₮ too much.", "Lower it: change is given on cash only."},
	PaymentKind: {Warning, "Ийм төлбөрийн хэлбэр байхгүй: {kind}.", "Бэлэн, карт, шилжүүлэг, QR-аас сонгоно уу.",
		"There is no such way to pay: {kind}.", "Choose cash, card, transfer or qr."},
	PaymentAmount: {Warning, "Төлбөрийн дүн буруу байна: {value}.", "0-ээс их дүн оруулна уу.",
		"The payment's amount is not valid: {value}.", "Enter an amount above 0."},
	PaymentNeedless: {Warning, "Бэлнээр төлөх дүн үлдээгүй.", "Бэлэн мөнгийг хасна уу.",
		"Nothing is left to pay in cash.", "Take the cash out of the payment."},
	PaymentTenders: {Warning, "Хэт олон төлбөр орсон байна.", "20-оос цөөн болгоно уу.",
		"There are too many payments.", "Use at most 20."},
	TotalChanged: {Warning, "Дүн өөрчлөгдсөн: {total} ₮.", "Шинэ дүнгээр дахин төлүүлнэ үү.",
		"The total has changed to {total} ₮.", "Take payment again for the new total."},

	ReturnNone: {Notice, "Энэ сагсанд буцаалт алга.", "F8 дараад баримтаа уншуулна уу.",
		"There is no return in this basket.", "Press F8 and scan the receipt."},
	ReturnEmpty: {Notice, "Буцаах бараа сонгоогүй байна.", "Буцаах бараагаа сонгоно уу.",
		"Nothing to return has been chosen.", "Choose what comes back."},
	ReturnDone: {Notice, "{bill} баримтын бараа бүгд буцаагдсан.", "Баримтын дугаарыг шалгана уу.",
		"Everything on receipt {bill} has come back already.", "Check the receipt's number."},
	ReturnLeft: {Warning, "{name}: {left}-аас илүүг буцаах боломжгүй.", "Тоог нь засна уу.",
		"{name}: no more than {left} can come back.", "Correct the quantity."},
	ReturnGood: {Warning, "{code} энэ баримтад алга.", "Баримтад байгаа барааг уншуулна уу.",
		"{code} is not on this receipt.", "Scan a good that stands on the receipt."},
	ReturnReason: {Notice, "Буцаалтын шалтгаан хэрэгтэй.", "Шалтгаанаа сонгох эсвэл бичнэ үү.",
		"The return needs a reason.", "Choose a reason, or write one."},
	ReturnTenders: {Warning, "Буцаан олгох мөнгө {amount} ₮ болох ёстой.", "Дүнгээ засна уу.",
		"What goes back must come to {amount} ₮.", "Correct the amounts."},
	ReturnTender: {Warning, "Ингэж төлсөн мөнгөнөөс {left} ₮-өөс илүүг буцаах боломжгүй.", "Үлдсэнийг өөр төлбөрөөр нь буцаана уу.",
		"No more than {left} ₮ was paid this way.", "Pay the rest back the way it came."},
	ReturnCode: {Warning, "Код энэ дэлгүүрийн баримттай таарахгүй байна.", "Дахин уншуулна уу, эсвэл өөр дэлгүүрийн баримт эсэхийг хараарай.",
		"The code does not fit a receipt of this shop.", "Scan it again, or see whether the receipt is another shop's."},
	ReturnElsewhere: {Notice, "{bill} баримтыг энэ касс гаргаагүй.", "БААЗ-аас асууж байна; холболт байхгүй бол гаргасан касс дээр нь буцаана уу.",
		"This till did not make receipt {bill}.", "BAAZ is asked; without a connection return it at the till that made it."},
	ReturnUnverified: {Notice, "Өөр кассын барааг БААЗ-аас асуухгүйгээр буцаахыг тохиргоогоор хаасан.", "Гаргасан касс дээр нь буцаах, эсвэл холболт сэргэхийг хүлээнэ үү.",
		"The settings allow no return of another till's goods without asking BAAZ.", "Return them at the till that sold, or wait for the connection."},
	ReturnLimit: {Warning, "Шалгаагүй буцаалт нэг баримтад {limit} ₮-өөс хэтрэхгүй; өмнө нь {before} ₮ буцаасан.", "Цөөн бараа буцаах, эсвэл БААЗ-тай холбогдохыг хүлээнэ үү.",
		"Unverified, at most {limit} ₮ go back for one receipt; {before} ₮ went back before.", "Take back less, or wait until BAAZ can be asked."},
	ReturnClaimed: {Notice, "{bill} баримтын барааг өөр касс буцааж байна.", "Тэр касс дуустал, эсвэл 20 минут хүлээнэ үү.",
		"Another till takes the goods of receipt {bill} back.", "Wait until it is done, or for 20 minutes."},
	ReturnLate: {Notice, "Буцаалт хэт удаан нээлттэй байлаа.", "Буцаалтыг болиод баримтаа дахин уншуулна уу.",
		"The return has been open for too long.", "Cancel the return and scan the receipt again."},

	BillUnknown: {Notice, "{bill} баримт алга.", "Дугаарыг шалгана уу.",
		"There is no receipt {bill}.", "Check the number."},
	ShiftUnknown: {Notice, "{shift} дугаартай хаагдсан ээлж алга.", "Дугаарыг шалгана уу.",
		"There is no closed shift {shift}.", "Check the number."},
	PrintPending: {Notice, "Энэ баримт хэвлэгдэж байна.", "Дуустал хүлээнэ үү.",
		"This receipt is being printed.", "Wait until it is done."},
	PrintIdle: {Notice, "Хэвлэгдэж буй баримт алга.", "Хийх зүйл алга.",
		"Nothing is being printed.", "There is nothing to do."},

	PrinterNone: {Notice, "Принтер холбоогүй.", "Баримтыг дэлгэцээс үзүүлнэ үү.",
		"No printer is fitted.", "Show the receipt on the screen."},
	PrinterOffline: {Warning, "Принтер хариу өгөхгүй байна. Зарж болно.", "Тэжээл, кабелийг шалгана уу. Баримт өөрөө үргэлжилнэ.",
		"The printer does not answer. You can sell.", "Check its power and cable. The receipt goes on by itself."},
	PrinterCover: {Warning, "Принтерийн таг онгорхой. Зарж болно.", "Тагийг хаана уу. Баримт өөрөө үргэлжилнэ.",
		"The printer's cover is open. You can sell.", "Close the cover. The receipt goes on by itself."},
	PrinterPaper: {Warning, "Принтерийн цаас дууссан. Зарж болно.", "Шинэ цаас хийнэ үү. Баримт өөрөө үргэлжилнэ.",
		"The printer is out of paper. You can sell.", "Put in a new roll. The receipt goes on by itself."},
	PrinterPaperLow: {Notice, "Принтерийн цаас дуусах дөхсөн.", "Шинэ ороомог бэлдэнэ үү.",
		"The printer's paper is nearly out.", "Have a new roll ready."},
	PrinterError: {Warning, "Принтер алдаа заалаа. Зарж болно.", "Цаас гацсан эсэхийг шалгаад унтрааж асаана уу.",
		"The printer reports an error. You can sell.", "Look for jammed paper, then switch it off and on."},
	PrinterSilent: {Warning, "Принтер хэвлэснээ баталсангүй.", "Баримт гарсан эсэхийг хараад шаардлагатай бол дахин хэвлэнэ үү.",
		"The printer did not confirm the print.", "Look whether the receipt came out; print it again if not."},
	DrawerLate: {Notice, "Мөнгөний хайрцаг онгойсонгүй.", "Түлхүүрээр онгойлгоно уу.",
		"The drawer did not open in time.", "Open it with the key."},

	JournalDamaged: {Blocking, "Кассын журнал гэмтсэн тул зарж болохгүй.", "Кассыг унтраалгүй нийлүүлэгчийг дуудна уу. Файл хэвээр байгаа.",
		"The till's journal is damaged, so it cannot sell.", "Call your vendor; leave the box as it is. The file is kept."},
	JournalFull: {Blocking, "Диск дүүрсэн тул бичиж чадсангүй.", "Зай гаргаад дахин оролдоно уу. Юу ч алдагдаагүй.",
		"The disk is full; nothing was written.", "Make room and try again. Nothing was lost."},
	JournalFailed: {Blocking, "Диск рүү бичиж чадсангүй.", "Кассыг дахин асаана уу. Сүүлийн борлуулалтыг жагсаалтаас шалгана уу.",
		"The disk refused to write.", "Restart the till, then look for the last sale in the list."},
	JournalNewer: {Blocking, "Журналыг илүү шинэ программ бичсэн байна.", "Программыг шинэчилнэ үү.",
		"The journal was written by a newer program.", "Update the program."},
	JournalNone: {Notice, "Энд журнал алга: {dir}.", "Хавтсыг шалгана уу.",
		"There is no journal in {dir}.", "Check the folder."},
	FolderInUse: {Blocking, "{dir} хавтсыг өөр касс ашиглаж байна.", "Нөгөөг нь зогсоогоод дахин эхлүүлнэ үү.",
		"Another till uses the folder {dir}.", "Stop it first, then start again."},
	CatalogDamaged: {Blocking, "Барааны бүртгэл уншигдахгүй байна.", "Барааг дахин оруулна уу. Борлуулалт хэвээр байгаа.",
		"The list of goods cannot be read.", "Import the goods again. All sales are safe."},
	CatalogBusy: {Warning, "Өөр файл оруулж байна: {dir}.", "Дуусахыг нь хүлээгээд дахин оролдоно уу.",
		"Another import into {dir} is running.", "Wait until it is done, then try again."},
	CatalogWrite: {Warning, "Барааны бүртгэлийг хадгалж чадсангүй.", "Дискний зайг шалгаад дахин оролдоно уу. Юу ч өөрчлөгдөөгүй.",
		"The list of goods could not be written.", "Check the space on the disk and try again. Nothing was changed."},
	CatalogEdits: {Blocking, "Гараар хийсэн зарим өөрчлөлт уншигдахгүй байна.", "Сүүлд зассан бараа, харилцагчаа шалгаад дахин хадгална уу.",
		"Some changes that were made by hand cannot be read.", "Check the goods and customers that were changed last and save them again."},
	GoodBad: {Warning, "{code} бараа, {column}: {detail}.", "Засаад дахин хадгална уу. Юу ч өөрчлөгдөөгүй.",
		"Good {code}, {column}: {detail}.", "Correct it and save it again. Nothing was changed."},
	BarcodeTaken: {Warning, "{barcode} баркод өөр бараанд бүртгэлтэй: {name} ({code}).", "Нөгөө бараанаас нь хасаад дахин хадгална уу.",
		"The barcode {barcode} belongs to another good: {name} ({code}).", "Take it off that one first, then save again."},
	CustomerBad: {Warning, "{code} харилцагч, {column}: {detail}.", "Засаад дахин хадгална уу. Юу ч өөрчлөгдөөгүй.",
		"Customer {code}, {column}: {detail}.", "Correct it and save it again. Nothing was changed."},
	CardTaken: {Warning, "{card} дугаар өөр харилцагчид бүртгэлтэй: {name} ({code}).", "Дугаарыг шалгаад дахин хадгална уу.",
		"The number {card} belongs to another customer: {name} ({code}).", "Check the number and save again."},

	ImportRow: {Warning, "{row}-р мөр, {column} багана: {detail}.", "Файлыг засаад дахин оруулна уу. Юу ч өөрчлөгдөөгүй.",
		"row {row}, column {column}: {detail}.", "Correct the file and import it again. Nothing was changed."},
	ImportFile: {Warning, "Файлыг уншиж чадсангүй: {detail}.", "Файлаа шалгаад дахин оруулна уу. Юу ч өөрчлөгдөөгүй.",
		"The file cannot be read: {detail}.", "Check the file and import it again. Nothing was changed."},
	ConfigBad: {Blocking, "Тохиргоо буруу: {path}: {detail}.", "Тохиргоог засаад дахин эхлүүлнэ үү.",
		"The configuration is wrong at {path}: {detail}.", "Correct it and start again."},
	FollowerSkip: {Warning, "{follower}: {seq} бичлэгийг боловсруулж чадсангүй.", "Нийлүүлэгчид хэлнэ үү.",
		"{follower} could not handle record {seq} and passed it.", "Tell your vendor."},

	SettingUnknown: {Warning, "Ийм тохиргоо энд байхгүй: {path}.", "Жагсаалтаас сонгоно уу.",
		"There is no such setting here: {path}.", "Choose one of the list."},
	SettingBad: {Warning, "Тохиргооны утга тохирохгүй: {path}: {detail}.", "Утгыг засаад дахин хадгална уу. Юу ч өөрчлөгдөөгүй.",
		"The setting cannot be taken: {path}: {detail}.", "Correct the value and save again. Nothing was changed."},
	SettingOwner: {Warning, "Ингэвэл танд бүх эрх үлдэхгүй болно.", "Өөрийн үүргийн бүх эрхийг (*) хэвээр үлдээнэ үү.",
		"After this you would no longer have every right.", "Leave your own role the right to everything (*)."},
	SettingsLeft: {Warning, "Энэ касс дээр хийсэн тохиргоо одоо тохирохгүй тул хэрэглээгүй: {path}: {detail}.", "Зарж болно. Эзэн тохиргоог шалгаж засна уу.",
		"A setting made at this till no longer fits and is left out: {path}: {detail}.", "You can sell. The owner should look at the settings."},
	GoodsCentral: {Warning, "Барааг БААЗ-аас удирдаж байна.", "Барааг БААЗ дээр өөрчилнө үү.",
		"Goods are kept by BAAZ.", "Change them there."},
	UploadUnknown: {Warning, "Оруулсан файл алга болсон байна.", "Файлаа дахин сонгож оруулна уу.",
		"The uploaded file is no longer there.", "Choose the file again."},
	UploadName: {Warning, "Файлын нэр буруу байна.", "1–100 тэмдэгтийн энгийн нэртэй файл сонгоно уу.",
		"The name of the file is not valid.", "Choose a file with a plain name of 1 to 100 characters."},
	UploadTooLarge: {Warning, "Файл хэт том байна.", "64 МБ-аас бага файл сонгоно уу.",
		"The file is too large.", "Choose a file of at most 64 MiB."},
	UploadBroken: {Warning, "Файл бүрэн ирсэнгүй.", "Дахин оруулна уу. Юу ч өөрчлөгдөөгүй.",
		"The file did not arrive whole.", "Upload it again. Nothing was changed."},
	UploadNoRoom: {Warning, "Диск дүүрсэн тул файлыг хадгалж чадсангүй. Зарж болно.", "Нийлүүлэгчид хэлнэ үү. Юу ч өөрчлөгдөөгүй.",
		"The disk is full: the file was not kept. You can sell.", "Tell your vendor. Nothing was changed."},
	ImportChanged: {Warning, "Энэ файл урьдчилан харсан файл биш байна.", "Файлаа дахин сонгож, өөрчлөлтийг нь үзнэ үү.",
		"This is not the file whose preview you have seen.", "Choose the file again and look at its preview."},
	ImportGaveUp: {Warning, "{name} файлыг оруулах гэж гурван удаа оролдоод болсонгүй.", "Файлаа шалгаж эсвэл жижиглэж дахин оруулна уу. Юу ч өөрчлөгдөөгүй.",
		"The import of {name} was given up after three tries.", "Check the file or make it smaller, then import it again. Nothing was changed."},
	ImportBusy: {Warning, "Өөр бараа оруулалт явагдаж байна.", "Дуусахыг нь хүлээнэ үү.",
		"Another import of goods is under way.", "Wait until it is done."},
	JoinKeyBad: {Warning, "Холболтын түлхүүр буруу байна.", "БААЗ дээрх түлхүүртэй тулгаж дахин бичнэ үү.",
		"The connection key is not right.", "Compare it with the one that BAAZ shows and type it again."},
	JoinAddress: {Warning, "БААЗ-ын хаяг буруу байна.", "Хаягийг БААЗ дээр харагдаж байгаагаар нь бүтнээр бичнэ үү.",
		"The address of BAAZ is not right.", "Write it whole, as BAAZ shows it."},
	JoinDone: {Notice, "Энэ касс БААЗ-д аль хэдийн холбогдсон.", "Юу ч хийх шаардлагагүй.",
		"This till has already joined BAAZ.", "There is nothing to do."},
	JoinNone: {Notice, "БААЗ-д холбох хүсэлт алга.", "Юу ч хийх шаардлагагүй.",
		"Nobody has asked to join BAAZ.", "There is nothing to do."},

	UpdateNone: {Notice, "Энэ касс өөрөө шинэчлэгддэггүй.", "Программыг нь нийлүүлэгч шинэчилнэ.",
		"This till is no box that updates itself.", "Its vendor updates the program."},
	UpdateMalformed: {Warning, "Энэ нь шинэчлэлийн файл биш эсвэл эвдэрсэн байна.", "Нийлүүлэгчийн өгсөн файлыг дахин татаж авна уу. Юу ч өөрчлөгдөөгүй.",
		"This is no update, or it is damaged.", "Get the file from your vendor again. Nothing was changed."},
	UpdateTruncated: {Warning, "Шинэчлэл бүрэн ирсэнгүй.", "Дахин оруулна уу. Касс хуучин хувилбараараа ажиллаж байна.",
		"The update did not arrive whole.", "Bring it again. The till goes on with its version."},
	UpdateUnsigned: {Warning, "Шинэчлэлд энэ кассын таних гарын үсэг алга.", "Зөвхөн нийлүүлэгчээс авсан файлыг ашиглана уу. Юу ч өөрчлөгдөөгүй.",
		"The update is not signed by anyone whom this till knows.", "Use only files of your vendor. Nothing was changed."},
	UpdateSignature: {Warning, "Шинэчлэлийн гарын үсэг буруу: файлыг хэн нэгэн өөрчилсөн эсвэл эвдэрсэн.", "Нийлүүлэгчээс дахин авна уу. Юу ч өөрчлөгдөөгүй.",
		"The update's signature is wrong: somebody has changed it, or it is damaged.", "Get it from your vendor again. Nothing was changed."},
	UpdateDamaged: {Warning, "Шинэчлэлийн доторх өгөгдөл эвдэрсэн байна.", "Файлыг дахин татаж авна уу. Касс хуучин хувилбараараа ажиллаж байна.",
		"What is in the update is damaged.", "Get the file again. The till goes on with its version."},
	UpdateStation: {Warning, "Энэ шинэчлэл өөр төрлийн кассынх ({station}). Энэ касс: {here}.", "Энэ төрлийн кассын файлыг нийлүүлэгчээс авна уу.",
		"This update is for boxes of another kind ({station}). This one is {here}.", "Ask your vendor for the file for this kind."},
	UpdateOlder: {Notice, "Хувилбар {version} шинэ биш байна. Касс {here} хувилбартай.", "Юу ч хийх шаардлагагүй.",
		"Version {version} is not newer. The till has version {here}.", "There is nothing to do."},
	UpdateBlocked: {Warning, "Хувилбар {version} энэ касс дээр хоёр удаа ажиллаж чадаагүй тул дахин суулгахгүй.", "Нийлүүлэгчээс дараагийн хувилбарыг авна уу.",
		"Version {version} has failed twice on this till and is not installed again.", "Ask your vendor for a later version."},
	UpdateBase: {Warning, "Энэ богино шинэчлэлд кассанд байхгүй хэсэг дутуу байна.", "Нийлүүлэгчээс бүтэн шинэчлэлийн файл авна уу.",
		"This short update leaves out a part that the till does not have.", "Ask your vendor for the whole update."},
	UpdateTooLarge: {Warning, "Шинэчлэл кассын дискэнд багтахгүй байна.", "Нийлүүлэгчид хэлнэ үү. Юу ч өөрчлөгдөөгүй.",
		"The update does not fit on the till's disk.", "Tell your vendor. Nothing was changed."},
	UpdateBusy: {Notice, "Шинэчлэл явагдаж байна.", "Дуусахыг нь хүлээнэ үү.",
		"An update is under way.", "Wait until it is done."},
	UpdateSaleOpen: {Warning, "Дуусаагүй борлуулалт байна.", "Сагсаа төлөх эсвэл хаясны дараа шинэчилнэ үү.",
		"A sale is open.", "Finish or drop every basket, then update."},
	UpdateShiftOpen: {Warning, "Ээлж нээлттэй байна. Шинэчлэхэд касс хэдэн минут зарж чадахгүй.", "Ээлжээ хаах эсвэл одоо шинэчлэхээ баталгаажуулна уу.",
		"A shift is open. During an update the till cannot sell for some minutes.", "Close the shift, or confirm that you want it now."},
	UpdatePower: {Warning, "Цэнэг бага байна: {percent} %.", "Цахилгаанд залгаад дахин оролдоно уу.",
		"The battery is low: {percent} %.", "Plug the till in, then try again."},
	UpdateNotReady: {Notice, "Бэлэн болсон шинэчлэл алга.", "Эхлээд шинэчлэлийн файлаа оруулна уу.",
		"No update is ready.", "Bring its file first."},
	UpdateWrite: {Warning, "Шинэчлэлийг дискэнд зөв бичиж чадсангүй. Касс хуучин хувилбараараа ажиллаж байна.", "Дахин оролдоно уу. Давтагдвал диск муудсан байж магадгүй: нийлүүлэгчид хэлнэ үү.",
		"The update could not be written to the disk rightly. The till goes on with its version.", "Try again. If it stays so, the disk may be failing: tell your vendor."},
	UpdateFirmware: {Warning, "Төхөөрөмжийн эхлүүлэгч шинэ хувилбарыг туршихыг зөвшөөрсөнгүй.", "Нийлүүлэгчид хэлнэ үү. Касс хуучин хувилбараараа ажиллаж байна.",
		"The machine's firmware does not let the new version be tried.", "Tell your vendor. The till goes on with its version."},
	UpdateNoStick: {Notice, "Шинэчлэлтэй USB флаш олдсонгүй.", "Файлтай (.bundle) флашийг залгаад дахин оролдоно уу.",
		"There is no USB stick with an update.", "Plug in a stick with the file (.bundle), then try again."},
	UpdateCut: {Warning, "Туршилтын үеэр цахилгаан тасарсан эсвэл шинэ хувилбар эхэлж чадсангүй.", "Касс хуучин хувилбараараа ажиллаж байна. Дахин оролдож болно.",
		"The trial ended with a power cut, or the new version did not start.", "The till goes on with its old version. You can try again."},
	UpdateTill: {Warning, "Шинэ хувилбарын касс зарахад бэлэн болсонгүй.", "Касс хуучин хувилбараараа ажиллаж байна. Нийлүүлэгчид хэлнэ үү.",
		"The new version's till did not become ready to sell.", "The till goes on with its old version. Tell your vendor."},
	UpdateScreen: {Warning, "Шинэ хувилбар дэлгэц гаргаж чадсангүй.", "Касс хуучин хувилбараараа ажиллаж байна. Нийлүүлэгчид хэлнэ үү.",
		"The new version showed no screen.", "The till goes on with its old version. Tell your vendor."},
	UpdateJournal: {Warning, "Шинэ хувилбар бичлэгээ бүтнээр уншиж чадсангүй.", "Касс хуучин хувилбараараа ажиллаж байна. Нийлүүлэгчид хэлнэ үү.",
		"The new version did not see all records.", "The till goes on with its old version. Tell your vendor."},
	UpdateNoReturn: {Warning, "Шинэ хувилбарыг баталгаажуулж чадсангүй.", "Касс хуучин хувилбараараа ажиллаж байна. Нийлүүлэгчид хэлнэ үү.",
		"The new version could not be confirmed.", "The till goes on with its old version. Tell your vendor."},
	UpdateRolledBack: {Warning, "Хувилбар {version} ажиллаж чадаагүй тул касс хуучин хувилбартаа буцсан. Зарж болно.", "Эзэн «Шинэчлэл» хуудсыг үзнэ үү.",
		"Version {version} did not work; the till went back to its old version. You can sell.", "The owner should look at the page Updates."},

	DrawerOpen: {Notice, "Мөнгөний хайрцаг онгорхой байна. Зарж болно.", "Хайрцгийг хаана уу.",
		"The cash drawer is open. You can sell.", "Close it."},
	DrawerOffline: {Warning, "Принтер хариу өгөхгүй тул мөнгөний хайрцаг өөрөө онгойхгүй. Зарж болно.", "Түлхүүрээр онгойлгоно уу. Принтерийн тэжээл, кабелийг шалгана уу.",
		"The drawer does not open by itself: the printer does not answer. You can sell.", "Open it with the key. Check the printer's power and cable."},
	BaazWaiting: {Notice, "БААЗ-ын хариуг хүлээж байна. Энэ хооронд касс бие даан зарна.", "Юу ч хийх шаардлагагүй. Удвал хаяг, түлхүүрийг шалгана уу.",
		"Waiting for BAAZ. Meanwhile the till sells on its own.", "Nothing needs doing. If it takes long, check address and key."},
	DiskLow: {Warning, "Дискний зай дуусаж байна: {free} МБ үлдсэн. Зарж болно.", "Нийлүүлэгчид хэлнэ үү. Дүүрвэл касс зарж чадахгүй болно.",
		"The disk is nearly full: {free} MB are left. You can sell.", "Tell your vendor. Once it is full the till cannot sell."},
	DiskUnknown: {Warning, "Дискний зайг мэдэж чадсангүй. Зарж болно.", "Кассыг дахин асаана уу. Давтагдвал нийлүүлэгчид хэлнэ үү.",
		"The space on the disk cannot be told. You can sell.", "Restart the till. If it stays so, tell your vendor."},

	PermDamaged: {Blocking, "Кассын диск гэмтсэн тул зарж чадахгүй. Дискэнд юу ч бичээгүй.", "Нийлүүлэгчид хэлнэ үү. Засвар хийвэл зарим бичлэг алдагдаж болзошгүй.",
		"The till's disk is damaged: it cannot sell. Nothing was written to it.", "Call your vendor. A repair may lose some records."},
	PermMissing: {Blocking, "Кассын диск олдсонгүй тул зарж чадахгүй.", "Кассыг унтраагаад асаана уу. Давтагдвал нийлүүлэгчид хэлнэ үү.",
		"The till's disk cannot be found: it cannot sell.", "Switch the till off and on. If it stays so, call your vendor."},
	PermWell: {Warning, "Диск эрүүл байна, засах зүйл алга.", "Юу ч хийх шаардлагагүй.",
		"The disk is well: there is nothing to repair.", "Nothing needs doing."},
	PermRepaired: {Notice, "Асаахад дискний алдааг зассан. Юу ч алдагдаагүй.", "Давтагдвал нийлүүлэгчид хэлнэ үү: диск хуучирсан байж магадгүй.",
		"Faults of the disk were put right at the start. Nothing was lost.", "If it happens again, tell your vendor: the disk may be wearing out."},
	NetworkNoCard: {Warning, "Сүлжээний карт олдсонгүй. Зарж болно.", "Сүлжээний төхөөрөмжийг шалгана уу, эсвэл нийлүүлэгчид хэлнэ үү.",
		"There is no network card. You can sell.", "Check the network adapter, or tell your vendor."},
	NetworkNoCable: {Warning, "Сүлжээний кабель салсан байна. Зарж болно.", "Кабелийн хоёр үзүүрийг шалгана уу.",
		"The network cable is unplugged. You can sell.", "Check both ends of the cable."},
	NetworkNoLease: {Warning, "Сүлжээ хаяг өгөхгүй байна. Зарж болно.", "Чиглүүлэгчийг (router) шалгана уу, эсвэл тохиргоонд тогтмол хаяг бичнэ үү.",
		"The network gives no address. You can sell.", "Check the router, or set a fixed address in the settings."},
	NetworkConflict: {Warning, "Өөр төхөөрөмж {address} хаягийг эзэлсэн байна. Зарж болно.", "Тохиргоонд өөр хаяг бичнэ үү, эсвэл нөгөө төхөөрөмжийг салгана уу.",
		"Another machine has the address {address}. You can sell.", "Set another address in the settings, or unplug the other machine."},
	ClockRemembered: {Warning, "Цаг сүүлд ажилласан үеэсээ үргэлжилж байна: хоцорсон байж магадгүй. Зарж болно.", "Сүлжээнд холбогдоход цаг засарна. Кассын зайг (батарей) солиулна уу.",
		"The clock goes on from when the till last ran: it may be slow. You can sell.", "It corrects itself when the network is there. Have the till's battery replaced."},
	BoxNone: {Warning, "Энэ касс тусгай төхөөрөмж дээр ажиллаагүй тул үүнийг хийж чадахгүй.", "Төхөөрөмж дээр нь хийнэ үү.",
		"This till does not run on a box, so it cannot do that.", "Do it on the machine itself."},
	StickNone: {Warning, "USB флаш алга.", "Флаш залгаад дахин оролдоно уу.",
		"There is no USB stick.", "Plug one in and try again."},
	StickFormat: {Warning, "USB флашийн форматыг ашиглах боломжгүй.", "FAT32 эсвэл exFAT форматтай флаш залгана уу.",
		"The USB stick's format cannot be used.", "Plug in one with FAT32 or exFAT."},
	StickFull: {Warning, "USB флашийн зай хүрэлцсэнгүй.", "Флаш дээр зай гаргах, эсвэл том флаш залгана уу. Кассын өгөгдөл хэвээр.",
		"The USB stick is full.", "Make room on it or plug in a larger one. The till's data is as it was."},
	StickFailed: {Warning, "USB флаш руу бичиж чадсангүй: {detail}.", "Өөр флашаар дахин оролдоно уу. Кассын өгөгдөл хэвээр.",
		"The USB stick could not be written: {detail}.", "Try another stick. The till's data is as it was."},
	StickBusy: {Notice, "USB флаш руу бичиж байна.", "Дуусахыг хүлээгээд дахин оролдоно уу.",
		"The USB stick is being written.", "Wait until that is done and try again."},
	StickKey: {Warning, "USB флаш дээрх холболтын түлхүүрийг уншиж чадсангүй. Зарж болно.", "posbox-key.txt файлыг флаш дээр дахин үүсгэх, эсвэл түлхүүрийг гараар бичнэ үү.",
		"The connection key on the USB stick could not be read. You can sell.", "Make posbox-key.txt on the stick anew, or type the key in."},
	CopyNone: {Warning, "Борлуулалтын хуулбар байхгүй. Зарж болно.", "USB флаш залгаж орхино уу: касс шөнө бүр хуулна. Эсвэл БААЗ-д холбоно уу.",
		"There is no copy of the sales. You can sell.", "Leave a USB stick in: the till copies every night. Or join BAAZ."},
	CopyOld: {Warning, "Борлуулалтын сүүлийн хуулбар хуучирсан: {day}. Зарж болно.", "USB флаш залгаатай эсэхийг шалгана уу.",
		"The last copy of the sales is old: {day}. You can sell.", "Check that the USB stick is plugged in."},
	CopyBad: {Warning, "Борлуулалтын хуулбар алдаатай болжээ. Касс дээрх бичлэг хэвээр.", "Өөр USB флаш залгана уу.",
		"The copy of the sales is not right. What the till holds is as it was.", "Plug in another USB stick."},

	FiscalSettings: {Warning, "И-баримтын тохиргоо дутуу: {field}.", "Эзэн Тохиргоо → И-баримт хэсэгт бөглөнө.",
		"The e-barimt settings lack {field}.", "The owner sets it: settings, e-barimt."},
	FiscalLacks: {Warning, "{name}: {field} алга эсвэл буруу тул и-баримт олгох боломжгүй.", "Барааны бүртгэлд засах, эсвэл барааг хасна уу.",
		"{name} has no usable {field}: no e-barimt can be issued.", "Set it in the goods, or take the good out."},
	FiscalCustomer: {Warning, "Худалдан авагчийн ТТД мэдэгдэхгүй байна.", "Дугаараа шалгах, регистрийн оронд 11 – 14 оронтой ТТД оруулах, эсвэл Хувь хүн сонгоно уу.",
		"The taxpayer number of the business is not known.", "Check the number, enter the taxpayer number (11 to 14 digits) in its place, or choose Person."},
	FiscalUnready: {Warning, "Өөр касс дээр буцаасны дараа үлдсэн бараа эсвэл тохиргоонд татварын мэдээлэл дутуу.", "Барааны бүртгэл, тохиргоог засаад дахин илгээнэ үү.",
		"After a return at another till, the goods that stay or the settings lack something that the tax office wants.", "Mend the goods or the settings, then send it again."},
	FiscalHanded: {Warning, "Өөр касс буцаан авсан {count} буцаалтыг энэ касс татварт мэдээлж чадсангүй.", "PosAPI-ийн тохиргоог шалгана уу. Дахин өөрөө оролдоно.",
		"{count} returns that other tills took could not be reported by this one.", "Check the settings of PosAPI. It is tried again by itself."},
	FiscalStopped: {Blocking, "И-баримтын үйлчилгээ холбогдохгүй байна. Тохиргоогоор борлуулалт зогссон.", "PosAPI ажиллаж байгаа эсэхийг шалгана уу.",
		"The e-barimt service cannot be reached. The settings stop selling meanwhile.", "Check that PosAPI runs."},
	FiscalNone: {Notice, "Энэ касс и-баримт олгодоггүй.", "Эзэн Тохиргоо → И-баримт хэсэгт хаягийг оруулна.",
		"This till issues no e-barimt.", "The owner sets the address: settings, e-barimt."},
	FiscalBusy: {Notice, "{bill}: и-баримтын хүсэлт дуусаагүй байна.", "Дуустал хүлээнэ үү.",
		"{bill}: an e-barimt request is still under way.", "Wait until it is done."},
	FiscalIdle: {Notice, "{bill}: шийдэх и-баримт алга.", "Хийх зүйл алга.",
		"{bill}: there is no e-barimt to decide about.", "There is nothing to do."},
	FiscalNumber: {Warning, "ДДТД 33 оронтой тоо, огноо 2026-11-23 14:05:09 хэлбэртэй байна.", "Татварын системээс хуулж оруулна уу.",
		"The receipt's number has 33 digits, its date the form 2026-11-23 14:05:09.", "Copy both from the tax office's list."},
	FiscalReason: {Warning, "Болих шалтгаан хэрэгтэй.", "Шалтгаанаа бичнэ үү.",
		"Giving it up needs a reason.", "Enter why."},
	FiscalGone: {Warning, "{bill}: сугалааны дугаар кассын санахад үлдээгүй.", "Хуулбар хэвлэх, эсвэл цуцлаад дахин олгоно уу.",
		"{bill}: the till no longer has its lottery number.", "Print a copy, or cancel the e-barimt and issue it anew."},
	FiscalUnreachable: {Warning, "И-баримтын үйлчилгээ холбогдохгүй байна. Зарж болно, түр баримт хэвлэнэ.", "PosAPI ажиллаж байгаа эсэхийг шалгана уу. Баримт дараа өөрөө бүртгэгдэнэ.",
		"The e-barimt service cannot be reached. You can sell; provisional receipts are printed.", "Check that PosAPI runs. The receipts are registered by themselves later."},
	FiscalStranger: {Warning, "PosAPI {tin} ТТД-д баримт олгодоггүй.", "Операторын системд татвар төлөгчийг бүртгүүлнэ үү, эсвэл ТТД-г засна уу.",
		"PosAPI issues nothing for the taxpayer {tin}.", "Register the taxpayer with the operator, or mend the number."},
	FiscalAsCash: {Notice, "PosAPI эдгээр төлбөрийн хэлбэрийг авдаггүй тул бэлэн гэж мэдээлж байна: {kinds}.", "PosAPI-ийн операторт төлбөрийн хэлбэрийг нэмүүлнэ үү.",
		"PosAPI takes no word for these ways to pay, they are reported as cash: {kinds}.", "Have the operator of PosAPI add them."},
	FiscalDecide: {Warning, "{count} и-баримт хүний шийдвэр хүлээж байна.", "Цэс → И-баримт хуудсаар шийднэ үү.",
		"{count} e-barimts wait for a person's decision.", "Decide on the e-barimt page of the menu."},
	FiscalWaiting: {Notice, "{count} түр баримт и-баримт болж бүртгэгдэхийг хүлээж байна.", "Өөрөө бүртгэгдэнэ.",
		"{count} provisional receipts wait to be registered.", "They are registered by themselves."},
	FiscalOld: {Blocking, "Татварын албанд {hours} цаг илгээгээгүй баримт байна. Хуулиар 72 цаг.", "Интернэт холболтоо шалгаад одоо илгээнэ үү.",
		"A receipt has not been sent to the tax office for {hours} hours. The law allows 72.", "Check the internet connection and send now."},
	FiscalLotteries: {Warning, "Сугалааны дугаар {left} үлдсэн.", "Одоо илгээж, шинэ дугаар татна уу.",
		"{left} lottery numbers are left.", "Send now: that fetches new ones."},
	FiscalUnprinted: {Notice, "{count} баримтын сугалаа, QR хэвлэгдээгүй.", "Цэс → И-баримт хуудсаар хэвлэнэ үү.",
		"Lottery and QR code of {count} receipts are not printed.", "Print them on the e-barimt page of the menu."},
}
