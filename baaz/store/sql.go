package store

// Every statement that BAAZ runs, one text for both engines. Rules, kept by tests:
//
//   - $1, $2 … are the arguments; VALUES /*rows*/ stands for the rows of an INSERT, on SQLite as "VALUES (?,?),(?,?)", on
//     PostgreSQL as columns, and /*list*/ for the arguments that follow the others, "$3,$4" (tx.go makes both)
//   - every statement on a company's table names the company; directories are asked first, by hash
//   - no arithmetic on literals (PostgreSQL counts in 32 bits), sums are CAST to BIGINT, nothing sorts or folds text
//     that a person reads: keys for that are made in Go
//   - rows are locked and read at once by UPDATE … RETURNING: SQLite knows no FOR UPDATE. Where several may hold a row that
//     only few change, /*held*/ stands for PostgreSQL's FOR SHARE; SQLite's one writer needs none
const (
	// Companies, points, the server's own secrets.
	sqlCompanyAdd   = `INSERT INTO company (company, name, created, world, vendor) VALUES ($1, $2, $3, $4, $5)`
	sqlCompanyGet   = `SELECT company, name, created, world, vendor FROM company WHERE company = $1`
	sqlCompanyList  = `SELECT company, name, created, world, vendor FROM company ORDER BY company`
	sqlCompanyOf    = `SELECT company, name, created, world, vendor FROM company WHERE vendor = $1 ORDER BY company`
	sqlCompanyPut   = `UPDATE company SET name = $2, vendor = $3 WHERE company = $1`
	sqlCompanyNamed = `SELECT company FROM company WHERE name = $1 ORDER BY company`
	sqlCompanies    = `SELECT company, name, created FROM company ORDER BY company`
	sqlSecretGet    = `SELECT value FROM secret WHERE company = $1 AND name = $2`
	sqlSecretAdd    = `INSERT INTO secret (company, name, value) VALUES ($1, $2, $3) ON CONFLICT (company, name) DO NOTHING`
	sqlPointLast    = `SELECT CAST(COALESCE(MAX(point), 0) AS BIGINT) FROM point WHERE company = $1`
	sqlPointAdd     = `INSERT INTO point (company, point, name, epoch, box, next_shift, created) VALUES ($1, $2, $3, 0, $4, 1, $5)`
	sqlPoints       = `SELECT point, name, epoch, box, next_shift FROM point WHERE company = $1 ORDER BY point`
	sqlPointLock    = `UPDATE point SET created = created WHERE company = $1 AND point = $2 RETURNING name, epoch, box, next_shift`
	sqlPointTake    = `UPDATE point SET epoch = $3, box = $4 WHERE company = $1 AND point = $2`
	sqlPointShift   = `UPDATE point SET next_shift = $3 WHERE company = $1 AND point = $2 AND next_shift < $3`
	sqlCompanyName  = `SELECT name FROM company WHERE company = $1`

	// Connection keys.
	sqlKeyCompany  = `SELECT company FROM directory_key WHERE hash = $1`
	sqlKeyDirected = `INSERT INTO directory_key (hash, company) VALUES ($1, $2)`
	sqlKeyAdd      = `INSERT INTO connection_key (company, hash, proof, point, created, expires, used, box, joined) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7)`
	sqlKeyLock     = `UPDATE connection_key SET created = created WHERE company = $1 AND hash = $2 RETURNING proof, point, expires, used, box, joined`
	sqlKeysWaiting = `SELECT point, COUNT(*), MAX(expires) FROM connection_key WHERE company = $1 AND used = 0 AND expires > $2 GROUP BY point`
	sqlKeysEnd     = `UPDATE connection_key SET expires = $3 WHERE company = $1 AND point = $2 AND used = 0 AND expires > $3`
	sqlKeyUse      = `UPDATE connection_key SET used = $3, box = $4, joined = $5 WHERE company = $1 AND hash = $2`

	// Boxes and the heads of their chains.
	sqlBoxCompany  = `SELECT company FROM directory_box WHERE hash = $1`
	sqlBoxDirected = `INSERT INTO directory_box (hash, company) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`
	sqlBoxPut      = `INSERT INTO box (company, box, public_key, point, epoch, state, head_seq, head_hash, learned, joined, seen) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, $8, $8)
		ON CONFLICT (company, box) DO UPDATE SET point = excluded.point, epoch = excluded.epoch, state = excluded.state, learned = 0, joined = excluded.joined`
	sqlBoxLock  = `UPDATE box SET seen = $3 WHERE company = $1 AND box = $2 RETURNING point, epoch, state, head_seq, head_hash, learned`
	sqlBoxHold  = `UPDATE box SET seen = seen WHERE company = $1 AND box = $2 RETURNING point, epoch, state, head_seq, head_hash, learned`
	sqlBoxRead  = `SELECT point, epoch, state, head_seq, head_hash, learned FROM box WHERE company = $1 AND box = $2`
	sqlBoxHead  = `UPDATE box SET head_seq = $3, head_hash = $4, learned = $5 WHERE company = $1 AND box = $2`
	sqlBoxState = `UPDATE box SET state = $3 WHERE company = $1 AND box = $2`
	sqlBoxes    = `SELECT box, point, epoch, state, head_seq, head_hash, learned FROM box WHERE company = $1 ORDER BY box`

	// What boxes say of themselves.
	sqlHeartbeatPut = `INSERT INTO heartbeat (company, box, heard, said) VALUES ($1, $2, $3, $4)
		ON CONFLICT (company, box) DO UPDATE SET heard = excluded.heard, said = excluded.said`
	sqlHeartbeat  = `SELECT heard, said FROM heartbeat WHERE company = $1 AND box = $2`
	sqlHeartbeats = `SELECT box, heard, said FROM heartbeat WHERE company = $1 ORDER BY box`

	// The tills of all companies, as they are listed. What stands between stars is put in by fleet.go, @ counts on there.
	sqlFleetFacts = `SELECT point.name, point.box, company.name, company.vendor FROM point JOIN company ON company.company = point.company WHERE point.company = $1 AND point.point = $2`
	sqlFleetFirm  = `SELECT name FROM company WHERE company = $1 /*held*/`
	sqlFleetHold  = `UPDATE fleet SET at = at WHERE company = $1 AND point = $2`
	sqlFleetRow   = `SELECT vendor, kind, at, firm, name, version, release, box FROM fleet WHERE company = $1 AND point = $2`
	sqlFleetWords = `SELECT word FROM fleet_word WHERE company = $1 AND point = $2 ORDER BY word`
	sqlFleetBox   = `SELECT state, point, seen FROM box WHERE company = $1 AND box = $2`
	sqlFleetKeys  = `SELECT CAST(COALESCE(MAX(expires), 0) AS BIGINT) FROM connection_key WHERE company = $1 AND point = $2 AND used = 0`
	sqlFleetPut   = `INSERT INTO fleet (company, point, vendor, kind, at, firm, name, version, release, box, moved) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN CAST($4 AS BIGINT) <= 1 THEN CAST($5 AS BIGINT) ELSE 0 END)
		ON CONFLICT (company, point) DO UPDATE SET moved = CASE WHEN excluded.kind <= 1 AND (fleet.kind > 1 OR excluded.at > fleet.at + $11 OR excluded.version <> fleet.version) THEN excluded.at ELSE fleet.moved END,
		vendor = excluded.vendor, kind = excluded.kind, at = excluded.at, firm = excluded.firm, name = excluded.name, version = excluded.version, release = excluded.release, box = excluded.box`
	sqlFleetSpoke       = `UPDATE fleet SET moved = CASE WHEN $4 > at + $7 OR version <> $5 THEN $4 ELSE moved END, kind = $3, at = $4, version = $5, release = $6 WHERE company = $1 AND box = $2 AND kind <= 1 RETURNING point`
	sqlFleetSeen        = `UPDATE fleet SET moved = CASE WHEN $3 > at + $5 THEN $3 ELSE moved END, at = $3 WHERE company = $1 AND box = $2 AND kind <= 1 AND at < $4`
	sqlFleetWordsGone   = `DELETE FROM fleet_word WHERE company = $1 AND point = $2`
	sqlFleetWordsAdd    = `INSERT INTO fleet_word (company, point, word) VALUES /*rows*/`
	sqlFleetPage        = `SELECT company, point, kind, at, firm, name, release, moved FROM fleet WHERE /*where*/ ORDER BY /*order*/ LIMIT /*limit*/`
	sqlFleetFound       = `SELECT COUNT(*) FROM (SELECT point FROM fleet WHERE /*where*/ LIMIT /*limit*/) AS found`
	sqlFleetCount       = `SELECT COUNT(*) FROM fleet WHERE /*where*/`
	sqlFleetVersions    = `SELECT version, COUNT(*) FROM fleet WHERE /*where*/ GROUP BY version ORDER BY version`
	sqlFleetHas         = `SELECT COUNT(*) FROM fleet_word w WHERE w.company = fleet.company AND w.point = fleet.point AND w.word >= @ AND w.word < @`
	sqlFleetFew         = `SELECT w.company, w.point FROM fleet_word w WHERE w.word >= @ AND w.word < @ UNION ALL SELECT v.company, v.point FROM fleet v WHERE v.version >= @ AND v.version < @`
	sqlFleetOnlineCount = `SELECT COUNT(*) FROM (SELECT point FROM fleet WHERE kind IN ($1, $2) AND at > $3 LIMIT $4) AS online`
	sqlFleetHaveCount   = `SELECT COUNT(*) FROM (SELECT point FROM fleet_word WHERE word >= $1 AND word < $2 LIMIT $3) AS few`
	sqlFleetRunCount    = `SELECT COUNT(*) FROM (SELECT point FROM fleet WHERE version >= $1 AND version < $2 LIMIT $3) AS few`
	sqlPointRead        = `SELECT name, epoch, box, next_shift FROM point WHERE company = $1 AND point = $2`
	sqlKeysOf           = `SELECT COUNT(*), CAST(COALESCE(MAX(expires), 0) AS BIGINT) FROM connection_key WHERE company = $1 AND point = $2 AND used = 0 AND expires > $3`
	sqlBoxStand         = `SELECT point, epoch, state, head_seq, head_hash, learned, joined, seen FROM box WHERE company = $1 AND box = $2`
	sqlAsidesOfBox      = `SELECT COUNT(*) FROM quarantine WHERE company = $1 AND box = $2 AND NOT EXISTS (SELECT 1 FROM record WHERE record.company = quarantine.company AND record.box = quarantine.box AND record.seq = quarantine.seq AND record.hash = quarantine.hash)`
	sqlProblemsOf       = `SELECT COUNT(*) FROM problem WHERE company = $1 AND box = $2`
	sqlAlarmsOf         = `SELECT COUNT(*) FROM alarm WHERE company = $1 AND box = $2 AND away_at = 0`

	// Logs that boxes are asked for.
	sqlLogWishAdd  = `INSERT INTO log_wish (company, box, wish, asked, asked_by, taken, size) VALUES ($1, $2, $3, $4, $5, 0, 0)`
	sqlLogWishes   = `SELECT wish, asked, asked_by, taken, size FROM log_wish WHERE company = $1 AND box = $2 ORDER BY asked DESC, wish`
	sqlLogWishTake = `UPDATE log_wish SET taken = $4, size = $5 WHERE company = $1 AND box = $2 AND wish = $3 AND taken = 0 RETURNING wish`
	sqlLogWishGone = `DELETE FROM log_wish WHERE company = $1 AND box = $2 AND wish = $3`
	sqlLogWishOff  = `DELETE FROM log_wish WHERE company = $1 AND box = $2 AND taken = 0`
	sqlLogFileAdd  = `INSERT INTO log_file (company, box, wish, data) VALUES ($1, $2, $3, $4)`
	sqlLogFileGet  = `SELECT data FROM log_file WHERE company = $1 AND box = $2 AND wish = $3`
	sqlLogFileGone = `DELETE FROM log_file WHERE company = $1 AND box = $2 AND wish = $3`

	// What is wrong with boxes, and who is told.
	sqlWatchGet  = `SELECT silent, resting, unsent, repeats, hours FROM watch WHERE company = $1`
	sqlWatchLock = `INSERT INTO watch (company, silent, resting, unsent, repeats, hours) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (company) DO UPDATE SET silent = watch.silent RETURNING silent, resting, unsent, repeats, hours`
	sqlWatchPut = `INSERT INTO watch (company, silent, resting, unsent, repeats, hours) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (company) DO UPDATE SET silent = excluded.silent, resting = excluded.resting, unsent = excluded.unsent, repeats = excluded.repeats, hours = excluded.hours`
	sqlTroubles    = `SELECT box, began, kind, code, point, ended, size, since FROM trouble WHERE company = $1 AND (ended = 0 OR began >= $2) ORDER BY began, box, kind, code`
	sqlTroubleList = `SELECT box, began, kind, code, point, ended, size, since FROM trouble WHERE company = $1 AND (CAST($2 AS BIGINT) = 0 OR point = $2) AND began < $3
		ORDER BY began DESC, box, kind, code LIMIT $4`
	sqlTroubleAdd = `INSERT INTO trouble (company, box, began, kind, code, point, ended, size, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (company, box, began, kind, code) DO NOTHING`
	sqlTroubleEnd        = `UPDATE trouble SET ended = $6 WHERE company = $1 AND box = $2 AND began = $3 AND kind = $4 AND code = $5 AND ended = 0`
	sqlWebhookAdd        = `INSERT INTO webhook (company, webhook, url, secret, made_by, created) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlWebhooks          = `SELECT webhook, url, secret, made_by, created, old_secret, old_until FROM webhook WHERE company = $1 ORDER BY created, webhook`
	sqlWebhookSecret     = `UPDATE webhook SET secret = $3, old_secret = $4, old_until = $5 WHERE company = $1 AND webhook = $2`
	sqlWebhookGone       = `DELETE FROM webhook WHERE company = $1 AND webhook = $2`
	sqlDeliveryAdd       = `INSERT INTO delivery (company, delivery, webhook, event, body, created, due, tries, done, status, outcome) VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, 0, '')`
	sqlDeliveryCompanies = `SELECT company FROM delivery WHERE done = 0 AND due <= $1 GROUP BY company ORDER BY company`
	sqlDeliveriesDue     = `SELECT delivery, webhook, event, body, created, due, tries, done, status, outcome FROM delivery WHERE company = $1 AND done = 0 AND due <= $2
		ORDER BY due, created, delivery LIMIT $3`
	sqlDeliveryTake = `UPDATE delivery SET due = $4 WHERE company = $1 AND delivery = $2 AND due = $3 AND done = 0 RETURNING delivery`
	sqlDeliverySent = `UPDATE delivery SET due = $3, tries = $4, done = $5, status = $6, outcome = $7 WHERE company = $1 AND delivery = $2`
	sqlDeliveries   = `SELECT delivery, webhook, event, body, created, due, tries, done, status, outcome FROM delivery WHERE company = $1 AND webhook = $2
		ORDER BY created DESC, delivery LIMIT $3`
	sqlDeliveriesSince = `SELECT COUNT(*) FROM delivery WHERE company = $1 AND webhook = $2 AND event = $3 AND created > $4`
	sqlDeliveriesOf    = `DELETE FROM delivery WHERE company = $1 AND webhook = $2`
	sqlDeliveriesOld   = `DELETE FROM delivery WHERE company = $1 AND done > 0 AND done < $2`

	// People, and what they and their programs come in with.
	sqlPersonLast   = `SELECT CAST(COALESCE(MAX(person), 0) AS BIGINT) FROM person WHERE company = $1`
	sqlPersonAdd    = `INSERT INTO person (company, person, login, login_hash, name, role, password, state, created, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	sqlPersonPut    = `UPDATE person SET login = $3, login_hash = $4, name = $5, role = $6, password = $7, state = $8, seen = $9 WHERE company = $1 AND person = $2`
	sqlPersonLock   = `UPDATE person SET seen = seen WHERE company = $1 AND person = $2 RETURNING person, login, login_hash, name, role, password, state, created, seen`
	sqlPersonGet    = `SELECT person, login, login_hash, name, role, password, state, created, seen FROM person WHERE company = $1 AND person = $2`
	sqlPersonLogin  = `SELECT person, login, login_hash, name, role, password, state, created, seen FROM person WHERE company = $1 AND login_hash = $2`
	sqlPeople       = `SELECT person, login, login_hash, name, role, password, state, created, seen FROM person WHERE company = $1 ORDER BY person`
	sqlPersonAny    = `SELECT company FROM person WHERE state = $1 LIMIT 1`
	sqlLoginCompany = `SELECT company FROM directory_login WHERE hash = $1`
	sqlLoginAdd     = `INSERT INTO directory_login (hash, company) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING RETURNING company`
	sqlLoginGone    = `DELETE FROM directory_login WHERE hash = $1`
	sqlSessionAdd   = `INSERT INTO session (company, hash, person, created, seen, network, agent) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	sqlSessionGet   = `SELECT hash, person, created, seen, network, agent FROM session WHERE company = $1 AND hash = $2`
	sqlSessionSeen  = `UPDATE session SET seen = $3 WHERE company = $1 AND hash = $2`
	sqlSessions     = `SELECT hash, person, created, seen, network, agent FROM session WHERE company = $1 ORDER BY person, created, hash`
	sqlSessionGone  = `DELETE FROM session WHERE company = $1 AND hash = $2`
	sqlSessionsGone = `DELETE FROM session WHERE company = $1 AND person = $2 AND (seen < $3 OR created < $4)`
	sqlLinkAdd      = `INSERT INTO link (company, hash, person, expires, used) VALUES ($1, $2, $3, $4, 0)`
	sqlLinkGet      = `SELECT person, expires, used FROM link WHERE company = $1 AND hash = $2`
	sqlLinkLock     = `UPDATE link SET used = used WHERE company = $1 AND hash = $2 RETURNING person, expires, used`
	sqlLinkUse      = `UPDATE link SET used = $3 WHERE company = $1 AND hash = $2`
	sqlLinksGone    = `DELETE FROM link WHERE company = $1 AND person = $2`
	sqlPasskeyAdd   = `INSERT INTO passkey (company, id, person, name, body, created, seen) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (company, id) DO NOTHING RETURNING person`
	sqlPasskeyPut   = `UPDATE passkey SET name = $3, body = $4, seen = $5 WHERE company = $1 AND id = $2`
	sqlPasskeyGone  = `DELETE FROM passkey WHERE company = $1 AND id = $2`
	sqlPasskeysGone = `DELETE FROM passkey WHERE company = $1 AND person = $2`
	sqlPasskeys     = `SELECT id, name, body, created, seen FROM passkey WHERE company = $1 AND person = $2 ORDER BY created, id`
	sqlCeremonyOld  = `DELETE FROM ceremony WHERE company = $1 AND at < $2`
	sqlCeremonyAdd  = `INSERT INTO ceremony (company, hash, at) VALUES ($1, $2, $3) ON CONFLICT (company, hash) DO NOTHING RETURNING at`
	sqlTokenAdd     = `INSERT INTO token (company, hash, name, scopes, made_by, created, seen, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	sqlTokenGet     = `SELECT hash, name, scopes, made_by, created, seen, expires FROM token WHERE company = $1 AND hash = $2`
	sqlTokens       = `SELECT hash, name, scopes, made_by, created, seen, expires FROM token WHERE company = $1 ORDER BY created, hash`
	sqlTokenSeen    = `UPDATE token SET seen = $3 WHERE company = $1 AND hash = $2`
	sqlTokenGone    = `DELETE FROM token WHERE company = $1 AND hash = $2`
	sqlAuditAdd     = `INSERT INTO audit (company, at, salt, person, who, action, subject, detail, network) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlAudits       = `SELECT at, person, who, action, subject, detail, network FROM audit WHERE company = $1 AND at >= $2 AND at < $3
		AND ($4 = '' OR who = $4) AND ($5 = '' OR SUBSTR(action, 1, LENGTH($5)) = $5) ORDER BY at DESC, salt LIMIT $6`

	// Records.
	sqlRecordsAdd  = `INSERT INTO record (company, box, seq, point, kind, received, late, hash, raw) VALUES /*rows*/`
	sqlRecordHash  = `SELECT hash FROM record WHERE company = $1 AND box = $2 AND seq = $3`
	sqlRecords     = `SELECT seq, point, late, raw FROM record WHERE company = $1 AND box = $2 AND seq > $3 ORDER BY seq LIMIT $4`
	sqlRecordCount = `SELECT COUNT(*) FROM record WHERE company = $1`
	sqlProblemsAdd = `INSERT INTO problem (company, box, seq, code, detail, at) VALUES /*rows*/`
	sqlProblems    = `SELECT box, seq, code, detail FROM problem WHERE company = $1 ORDER BY box, seq`
	sqlAside       = `INSERT INTO quarantine (company, box, seq, hash, why, at, raw) VALUES /*rows*/ ON CONFLICT (company, box, seq, hash) DO NOTHING`
	sqlAsidesOf    = `SELECT seq, raw FROM quarantine WHERE company = $1 AND box = $2 AND why = $3 AND (seq > $4 OR seq = $4 AND hash > $5) ORDER BY seq, hash LIMIT $6`
	sqlAsideIs     = `SELECT COUNT(*) FROM quarantine WHERE company = $1 AND box = $2 AND seq = $3 AND hash = $4`
	sqlAsideTake   = `DELETE FROM quarantine WHERE company = $1 AND box = $2 AND seq = $3 AND hash = $4`
	sqlBranchBox   = `INSERT INTO box (company, box, public_key, point, epoch, state, head_seq, head_hash, learned, joined, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)`
	sqlBranchAdd   = `INSERT INTO branch (company, box, trunk, seq, hash, opened) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlBranches    = `SELECT box, trunk, seq, hash FROM branch WHERE company = $1 ORDER BY trunk, seq, box`
	sqlAsides      = `SELECT box, seq, why, raw FROM quarantine WHERE company = $1 ORDER BY box, seq, hash`
	sqlAlarm       = `INSERT INTO alarm (company, box, kind, detail, times, first, last, away_by, away_at) VALUES ($1, $2, $3, $4, 1, $5, $5, '', 0)
		ON CONFLICT (company, box, kind) DO UPDATE SET times = alarm.times + excluded.times, detail = excluded.detail, last = excluded.last,
		away_by = excluded.away_by, away_at = excluded.away_at`
	sqlAlarms     = `SELECT box, kind, detail, times, first, last, away_by, away_at FROM alarm WHERE company = $1 ORDER BY away_at, last DESC, box, kind`
	sqlAlarmLock  = `UPDATE alarm SET times = times WHERE company = $1 AND box = $2 AND kind = $3 RETURNING detail, times, first, last, away_by, away_at`
	sqlAlarmRings = `SELECT COUNT(*) FROM alarm WHERE company = $1 AND box = $2 AND kind = $3 AND away_at = 0`
	sqlAlarmAway  = `UPDATE alarm SET away_by = $4, away_at = $5 WHERE company = $1 AND box = $2 AND kind = $3`

	// What people look at. Point 0 in a sum stands for all of them.
	sqlBoxList   = `SELECT box, point, epoch, state, head_seq, head_hash, learned, joined, seen FROM box WHERE company = $1 ORDER BY point, epoch, box`
	sqlBoxStates = `SELECT state, COUNT(*) FROM box GROUP BY state ORDER BY state`
	// What is in a chain by now, because its box has joined anew, needs nobody any more.
	sqlAsideCounts   = `SELECT box, COUNT(*) FROM quarantine WHERE company = $1 AND NOT EXISTS (SELECT 1 FROM record WHERE record.company = quarantine.company AND record.box = quarantine.box AND record.seq = quarantine.seq AND record.hash = quarantine.hash) GROUP BY box`
	sqlProblemCounts = `SELECT box, COUNT(*) FROM problem WHERE company = $1 GROUP BY box`
	sqlAlarmCounts   = `SELECT box, COUNT(*) FROM alarm WHERE company = $1 AND away_at = 0 GROUP BY box`
	sqlAsideList     = `SELECT box, seq, hash, why, at FROM quarantine WHERE company = $1 AND NOT EXISTS (SELECT 1 FROM record WHERE record.company = quarantine.company AND record.box = quarantine.box AND record.seq = quarantine.seq AND record.hash = quarantine.hash) ORDER BY at DESC, box, seq LIMIT $2`
	sqlProblemList   = `SELECT box, seq, code, detail, at FROM problem WHERE company = $1 ORDER BY at DESC, box, seq LIMIT $2`
	sqlRecordsOf     = `SELECT seq, point, late, received, raw FROM record WHERE company = $1 AND box = $2 AND kind = $3 AND seq < $4 ORDER BY seq DESC LIMIT $5`
	sqlRecordGet     = `SELECT seq, point, late, received, raw FROM record WHERE company = $1 AND box = $2 AND seq = $3`
	sqlDayLines      = `SELECT point, day, sales, late, gross, discount, rounding, total, vat, city_tax FROM sales_by_day WHERE company = $1 AND day >= $2 AND day <= $3
		AND (CAST($4 AS BIGINT) = 0 OR point = $4) ORDER BY day, point`
	sqlTenderLines = `SELECT tender, CAST(SUM(times) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM tenders_by_day WHERE company = $1 AND day >= $2 AND day <= $3
		AND (CAST($4 AS BIGINT) = 0 OR point = $4) GROUP BY tender ORDER BY tender`
	sqlSellerLines = `SELECT seller, MAX(name), CAST(SUM(sales) AS BIGINT), CAST(SUM(total) AS BIGINT) AS largest FROM sellers_by_day
		WHERE company = $1 AND day >= $2 AND day <= $3 AND (CAST($4 AS BIGINT) = 0 OR point = $4) GROUP BY seller ORDER BY largest DESC, seller LIMIT $5`

	// Rollups.
	sqlSalesByDayAdd = `INSERT INTO sales_by_day (company, point, day, sales, late, gross, discount, rounding, total, vat, city_tax) VALUES /*rows*/
		ON CONFLICT (company, point, day) DO UPDATE SET sales = sales_by_day.sales + excluded.sales, late = sales_by_day.late + excluded.late,
		gross = sales_by_day.gross + excluded.gross, discount = sales_by_day.discount + excluded.discount, rounding = sales_by_day.rounding + excluded.rounding,
		total = sales_by_day.total + excluded.total,
		vat = sales_by_day.vat + excluded.vat, city_tax = sales_by_day.city_tax + excluded.city_tax`
	sqlTendersByDayAdd = `INSERT INTO tenders_by_day (company, point, day, tender, times, amount) VALUES /*rows*/
		ON CONFLICT (company, point, day, tender) DO UPDATE SET times = tenders_by_day.times + excluded.times, amount = tenders_by_day.amount + excluded.amount`
	sqlSellersByDayAdd = `INSERT INTO sellers_by_day (company, point, day, seller, name, sales, total) VALUES /*rows*/
		ON CONFLICT (company, point, day, seller) DO UPDATE SET name = excluded.name, sales = sellers_by_day.sales + excluded.sales, total = sellers_by_day.total + excluded.total`
	sqlSalesByDay   = `SELECT point, day, sales, late, gross, discount, rounding, total, vat, city_tax FROM sales_by_day WHERE company = $1 ORDER BY point, day`
	sqlTendersByDay = `SELECT point, day, tender, times, amount FROM tenders_by_day WHERE company = $1 ORDER BY point, day, tender`

	// What reports are read from beside the rollups.
	sqlSumsAdd = `INSERT INTO sums (company, point, kind, span, key, name, times, quantity, total, vat, city_tax) VALUES /*rows*/
		ON CONFLICT (company, point, kind, span, key) DO UPDATE SET name = excluded.name, times = sums.times + excluded.times, quantity = sums.quantity + excluded.quantity,
		total = sums.total + excluded.total, vat = sums.vat + excluded.vat, city_tax = sums.city_tax + excluded.city_tax`
	sqlSumsAll = `SELECT point, kind, span, key, times, quantity, total, vat, city_tax FROM sums WHERE company = $1 AND kind <> 'weight' ORDER BY point, kind, span, key`
	// A branch a span: asked for several at once, a PostgreSQL that has not looked at the table lately reads all spans of the kind.
	sqlSums         = `SELECT key, name, times, quantity, total, vat, city_tax FROM sums WHERE company = $1 AND point = $2 AND kind = $3 AND span = /*each*/`
	sqlPendingAdd   = `INSERT INTO pending (company, at, salt, size, data) VALUES ($1, $2, $3, $4, $5)`
	sqlPending      = `SELECT data FROM pending WHERE company = $1 ORDER BY at, salt`
	sqlPendingSizes = `SELECT company, COUNT(*), CAST(SUM(size) AS BIGINT) FROM pending GROUP BY company ORDER BY company`
	sqlPendingUpTo  = `SELECT at FROM pending WHERE company = $1 ORDER BY at, salt LIMIT 1 OFFSET $2`
	sqlPendingTake  = `DELETE FROM pending WHERE company = $1 AND at <= $2 RETURNING at, data`
	sqlFolded       = `SELECT span, data FROM folded WHERE company = $1 AND point = $2 AND kind = $3 AND span IN (/*list*/)`
	sqlFoldedAll    = `SELECT point, kind, span, data FROM folded WHERE company = $1 ORDER BY point, kind, span`
	sqlFoldedPut    = `INSERT INTO folded (company, point, kind, span, data) VALUES /*rows*/
		ON CONFLICT (company, point, kind, span) DO UPDATE SET data = excluded.data`
	sqlDayBounds  = `SELECT COALESCE(MIN(day), ''), COALESCE(MAX(day), '') FROM sales_by_day WHERE company = $1`
	sqlPointLines = `SELECT point, CAST(SUM(sales) AS BIGINT), CAST(SUM(late) AS BIGINT), CAST(SUM(gross) AS BIGINT), CAST(SUM(discount) AS BIGINT), CAST(SUM(rounding) AS BIGINT),
		CAST(SUM(total) AS BIGINT) AS largest, CAST(SUM(vat) AS BIGINT), CAST(SUM(city_tax) AS BIGINT) FROM sales_by_day WHERE company = $1 AND day >= $2 AND day <= $3
		AND (CAST($4 AS BIGINT) = 0 OR point = $4) GROUP BY point ORDER BY largest DESC, point`
	sqlSalesAdd = `INSERT INTO sale (company, day, at, box, seq, point, shift, number, seller, customer, tender, lines, total, back) VALUES /*rows*/`
	sqlSaleFind = `SELECT r.box, r.raw FROM sale s JOIN record r ON r.company = s.company AND r.box = s.box AND r.seq = s.seq
		WHERE s.company = $1 AND s.day = $2 AND s.point = $3 AND s.shift = $4 AND s.number = $5 AND s.back = 0 ORDER BY s.at, s.box, s.seq`
	sqlReturnedAdd = `INSERT INTO returned (company, point, bill, box, seq) VALUES /*rows*/`
	sqlReturned    = `SELECT r.box, r.raw FROM returned t JOIN record r ON r.company = t.company AND r.box = t.box AND r.seq = t.seq
		WHERE t.company = $1 AND t.point = $2 AND t.bill = $3 ORDER BY r.received, t.box, t.seq`
	sqlClaimTake = `INSERT INTO return_claim (company, point, bill, box, until) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (company, point, bill) DO UPDATE SET box = excluded.box, until = excluded.until
		WHERE return_claim.box = excluded.box OR return_claim.until < $6 RETURNING until`
	sqlClaimEnd    = `DELETE FROM return_claim WHERE company = $1 AND point = $2 AND bill = $3 AND box = $4`
	sqlHandoverAdd = `INSERT INTO handover (company, box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, '') ON CONFLICT (company, box, seq) DO UPDATE SET point = excluded.point, bill = excluded.bill,
		back = excluded.back, place = excluded.place, local = excluded.local`
	sqlHandoverTake = `INSERT INTO handover (company, box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number)
		VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, $11, 0, '') ON CONFLICT (company, box, seq) DO UPDATE SET state = excluded.state, taker = excluded.taker,
		taken = excluded.taken WHERE handover.taken = 0 AND handover.point = excluded.point`
	sqlHandoverAsk    = `UPDATE handover SET asked = $5, state = $6 WHERE company = $1 AND box = $2 AND seq = $3 AND taker = $4`
	sqlHandoverSettle = `UPDATE handover SET state = $4, number = $5 WHERE company = $1 AND taker = $2 AND asked = $3
		AND (state IN ('waits', 'asked', 'refused', 'uncertain') OR state = $4) RETURNING box`
	sqlHandoversFor = `SELECT box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number FROM handover
		WHERE company = $1 AND state = 'waits' AND (CAST($2 AS BIGINT) = 0 OR point = $2) ORDER BY at, box, seq LIMIT $3`
	sqlHandoversOf    = `SELECT box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number FROM handover WHERE company = $1 AND box = $2 ORDER BY seq DESC LIMIT $3`
	sqlHandoverTakers = `SELECT DISTINCT taker FROM handover WHERE company = $1 AND point = $2 AND bill = $3 AND taken > 0 ORDER BY taker`
	sqlHandovers      = `SELECT box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number FROM handover WHERE company = $1`
	sqlHandover       = `SELECT box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number FROM handover WHERE company = $1 AND box = $2 AND seq = $3`
	sqlSaleAll        = `SELECT day, at, box, seq, point, shift, number, seller, customer, tender, lines, total, back FROM sale WHERE company = $1`
	sqlSaleList       = `SELECT day, at, box, seq, point, shift, number, seller, customer, tender, lines, total, back FROM sale
		WHERE company = $1 AND day >= $2 AND day <= $3 AND (CAST($4 AS BIGINT) = 0 OR point = $4) AND ($5 = '' OR seller = $5) AND ($6 = '' OR customer = $6)
		AND ($7 = '' OR tender = $7) AND ($8 = '' OR SUBSTR(at, 12, 2) = $8) AND (CAST($9 AS BIGINT) = 0 OR shift = $9) AND (CAST($10 AS BIGINT) = 0 OR number = $10)
		AND back >= $11 AND (day, at, box, seq) < ($12, $13, $14, $15) ORDER BY day DESC, at DESC, box DESC, seq DESC LIMIT $16`
	sqlSaleRecords = `SELECT s.day, s.at, s.box, s.seq, s.point, s.shift, s.number, s.seller, s.customer, s.tender, s.lines, s.total, s.back, r.raw FROM sale s
		JOIN record r ON r.company = s.company AND r.box = s.box AND r.seq = s.seq
		WHERE s.company = $1 AND s.day >= $2 AND s.day <= $3 AND (CAST($4 AS BIGINT) = 0 OR s.point = $4) AND ($5 = '' OR s.seller = $5) AND ($6 = '' OR s.customer = $6)
		AND ($7 = '' OR s.tender = $7) AND ($8 = '' OR SUBSTR(s.at, 12, 2) = $8) AND (CAST($9 AS BIGINT) = 0 OR s.shift = $9) AND (CAST($10 AS BIGINT) = 0 OR s.number = $10)
		AND s.back >= $11 AND (s.day, s.at, s.box, s.seq) < ($12, $13, $14, $15) ORDER BY s.day DESC, s.at DESC, s.box DESC, s.seq DESC LIMIT $16`
	sqlSumsOn      = `SELECT span FROM sums WHERE company = $1 AND point = 0 AND kind = $2 AND key = $3 AND span IN (/*list*/)`
	sqlReasonLines = `SELECT kind, reason, COUNT(*) AS often, CAST(SUM(amount) AS BIGINT) FROM incident
		WHERE company = $1 AND day >= $2 AND day <= $3 AND (CAST($4 AS BIGINT) = 0 OR point = $4) GROUP BY kind, reason ORDER BY often DESC, kind, reason`
	sqlSalesUpTo = `SELECT COALESCE(CAST(SUM(total) AS BIGINT), 0) FROM sale WHERE company = $1 AND day = $2 AND at <= $3 AND (CAST($4 AS BIGINT) = 0 OR point = $4)`
	sqlShiftPut  = `INSERT INTO shift (company, box, opened, point, shift, day, opened_at, opened_by, closed, closed_at, closed_by, bills, total, expected, counted, difference, counts, removed, removed_amount, drawer_opened, copies, overrides) VALUES /*rows*/
		ON CONFLICT (company, box, opened) DO UPDATE SET closed = excluded.closed, closed_at = excluded.closed_at, closed_by = excluded.closed_by, bills = excluded.bills, total = excluded.total,
		expected = excluded.expected, counted = excluded.counted, difference = excluded.difference, counts = excluded.counts, removed = excluded.removed,
		removed_amount = excluded.removed_amount, drawer_opened = excluded.drawer_opened, copies = excluded.copies, overrides = excluded.overrides`
	sqlShiftLast = `SELECT box, opened, point, shift, day, opened_at, opened_by, closed, closed_at, closed_by, bills, total, expected, counted, difference, counts, removed, removed_amount, drawer_opened, copies, overrides FROM shift WHERE company = $1 AND box = $2 AND opened < $3 ORDER BY opened DESC LIMIT 1`
	sqlShiftAll  = `SELECT box, opened, point, shift, day, opened_at, opened_by, closed, closed_at, closed_by, bills, total, expected, counted, difference, counts, removed, removed_amount, drawer_opened, copies, overrides FROM shift WHERE company = $1`
	sqlShiftList = `SELECT box, opened, point, shift, day, opened_at, opened_by, closed, closed_at, closed_by, bills, total, expected, counted, difference, counts, removed, removed_amount, drawer_opened, copies, overrides FROM shift
		WHERE company = $1 AND day >= $2 AND day <= $3 AND (CAST($4 AS BIGINT) = 0 OR point = $4) ORDER BY day DESC, opened_at DESC, box, opened DESC LIMIT $5`
	sqlIncidentsAdd = `INSERT INTO incident (company, day, at, box, seq, point, shift, kind, seller, approver, reason, what, amount) VALUES /*rows*/`
	sqlIncidentAll  = `SELECT day, at, box, seq, point, shift, kind, seller, approver, reason, what, amount FROM incident WHERE company = $1`
	sqlIncidentList = `SELECT day, at, box, seq, point, shift, kind, seller, approver, reason, what, amount FROM incident
		WHERE company = $1 AND day >= $2 AND day <= $3 AND (CAST($4 AS BIGINT) = 0 OR point = $4) AND ($5 = '' OR kind = $5) ORDER BY day DESC, at DESC, box, seq DESC LIMIT $6`

	// E-barimts. What is open has an index of its own; a box's bills begin with their day.
	sqlFiscalPut = `INSERT INTO fiscal (company, box, bill, asked, point, shift, local, at, job, attempt, back, parts, state, settled, settled_at, number, date, message, expected, given, before, after, decided_by, holds, open) VALUES /*rows*/
		ON CONFLICT (company, box, bill, asked) DO UPDATE SET state = excluded.state, settled = excluded.settled, settled_at = excluded.settled_at, number = excluded.number,
		date = excluded.date, message = excluded.message, expected = excluded.expected, given = excluded.given, before = excluded.before, after = excluded.after,
		decided_by = excluded.decided_by, holds = excluded.holds, open = excluded.open`
	sqlFiscalAll  = `SELECT box, bill, asked, point, shift, local, at, job, attempt, back, parts, state, settled, settled_at, number, date, message, expected, given, before, after, decided_by, holds FROM fiscal WHERE company = $1`
	sqlFiscalOf   = `SELECT box, bill, asked, point, shift, local, at, job, attempt, back, parts, state, settled, settled_at, number, date, message, expected, given, before, after, decided_by, holds FROM fiscal WHERE company = $1 AND box = $2 AND bill = $3 ORDER BY asked`
	sqlFiscalOpen = `SELECT box, bill, asked, point, shift, local, at, job, attempt, back, parts, state, settled, settled_at, number, date, message, expected, given, before, after, decided_by, holds FROM fiscal
		WHERE company = $1 AND open = 1 AND (CAST($2 AS BIGINT) = 0 OR point = $2) ORDER BY local, box, asked LIMIT $3`
	sqlFiscalCount = `SELECT state, COUNT(*), MIN(local) FROM fiscal WHERE company = $1 AND open = 1 AND (CAST($2 AS BIGINT) = 0 OR point = $2) GROUP BY state`
	sqlFiscalList  = `SELECT box, bill, asked, point, shift, local, at, job, attempt, back, parts, state, settled, settled_at, number, date, message, expected, given, before, after, decided_by, holds FROM fiscal
		WHERE company = $1 AND box = $2 AND bill >= $3 AND bill < $4 AND (CAST($5 AS BIGINT) = 0 OR point = $5) ORDER BY bill, asked`
	sqlFiscalStates = `SELECT bill, state FROM fiscal WHERE company = $1 AND box = $2 AND bill IN (/*list*/) ORDER BY bill, asked`

	// Master data. A scope's row is its lock: who changes the scope holds it from reading the version to writing the next.
	sqlScopeLock = `INSERT INTO master_scope (company, scope, version, chain, rows, changed) VALUES ($1, $2, 0, $3, 0, $4)
		ON CONFLICT (company, scope) DO UPDATE SET changed = excluded.changed RETURNING version, chain, rows`
	sqlScopeMove  = `UPDATE master_scope SET version = $3, chain = $4, rows = $5 WHERE company = $1 AND scope = $2`
	sqlScopeRead  = `SELECT version, chain, rows FROM master_scope WHERE company = $1 AND scope = $2`
	sqlScopes     = `SELECT scope, version FROM master_scope WHERE company = $1 ORDER BY scope`
	sqlMasterFind = `SELECT row_key, version, body FROM master_row WHERE company = $1 AND scope = $2 AND row_key IN (/*list*/)`
	sqlMasterAll  = `SELECT row_key, version, body FROM master_row WHERE company = $1 AND scope = $2 ORDER BY row_key`
	sqlMasterLike = `SELECT scope, row_key, version, body, sort FROM master_row WHERE company = $1 AND register = $2 AND ($3 = '' OR scope = $3)
		AND (sort, scope, row_key) > ($4, $5, $6) AND folded LIKE $7 ESCAPE '!' ORDER BY sort, scope, row_key LIMIT $8`
	sqlMasterListed = `SELECT scope, row_key, version, body, sort FROM master_row WHERE company = $1 AND register = $2 AND ($3 = '' OR scope = $3)
		AND (sort, scope, row_key) > ($4, $5, $6) ORDER BY sort, scope, row_key LIMIT $7`
	sqlMasterPut = `INSERT INTO master_row (company, scope, row_key, register, version, sort, folded, body) VALUES /*rows*/
		ON CONFLICT (company, scope, row_key) DO UPDATE SET version = excluded.version, sort = excluded.sort, folded = excluded.folded, body = excluded.body`
	sqlMasterGone  = `DELETE FROM master_row WHERE company = $1 AND scope = $2 AND row_key = $3`
	sqlMasterCount = `SELECT COUNT(*) FROM master_row WHERE company = $1 AND register = $2`
	sqlChangesAdd  = `INSERT INTO master_change (company, scope, version, row_key, gone, body, chain, at, who) VALUES /*rows*/`
	sqlChanges     = `SELECT version, row_key, gone, body, chain FROM master_change WHERE company = $1 AND scope = $2 AND version > $3 ORDER BY version LIMIT $4`
	sqlChangeChain = `SELECT chain FROM master_change WHERE company = $1 AND scope = $2 AND version = $3`
	sqlHistory     = `SELECT version, gone, body, at, who FROM master_change WHERE company = $1 AND scope = $2 AND row_key = $3 AND version < $4
		ORDER BY version DESC LIMIT $5`
	sqlChangesBack = `SELECT scope, version, row_key, gone, body, at, who FROM master_change WHERE company = $1 AND at >= $2 AND at < $3
		AND ($4 = '' OR who = $4) AND NOT EXISTS (SELECT 1 FROM change_part p WHERE p.company = master_change.company AND p.scope = master_change.scope
		AND p.first <= master_change.version AND p.last >= master_change.version) ORDER BY at DESC, scope, version DESC LIMIT $5`
	sqlSetsBack = `SELECT set_id, register, kind, who, subject, rows, undoes, undone FROM change_set WHERE company = $1 AND set_id >= $2 AND set_id < $3
		AND ($4 = '' OR who = $4) ORDER BY set_id DESC LIMIT $5`
	sqlChangedKeys = `SELECT row_key, MAX(version) FROM master_change WHERE company = $1 AND scope = $2 AND version > $3 GROUP BY row_key`
	sqlMasterRows  = `SELECT scope, row_key, version, sort, folded, body FROM master_row WHERE company = $1 AND register = $2 AND ($3 = '' OR scope = $3)`
	sqlSetAdd      = `INSERT INTO change_set (company, set_id, register, kind, who, subject, rows, undoes, undone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
		ON CONFLICT (company, set_id) DO NOTHING RETURNING set_id`
	sqlSetGrow   = `UPDATE change_set SET rows = rows + $3 WHERE company = $1 AND set_id = $2`
	sqlSetUndone = `UPDATE change_set SET undone = $3 WHERE company = $1 AND set_id = $2`
	sqlSetGet    = `SELECT register, kind, who, subject, rows, undoes, undone FROM change_set WHERE company = $1 AND set_id = $2`
	sqlSets      = `SELECT set_id, register, kind, who, subject, rows, undoes, undone FROM change_set WHERE company = $1 AND register = $2 AND set_id < $3
		ORDER BY set_id DESC LIMIT $4`
	sqlPartAdd     = `INSERT INTO change_part (company, scope, first, last, set_id) VALUES ($1, $2, $3, $4, $5)`
	sqlPartsOf     = `SELECT scope, first, last, set_id FROM change_part WHERE company = $1 AND set_id = $2 ORDER BY scope, first`
	sqlPartsIn     = `SELECT scope, first, last, set_id FROM change_part WHERE company = $1 AND scope = $2 AND last >= $3 AND first <= $4 ORDER BY first`
	sqlMarksFind   = `SELECT mark, scope, row_key FROM master_mark WHERE company = $1 AND mark IN (/*list*/)`
	sqlMarksAdd    = `INSERT INTO master_mark (company, mark, scope, row_key) VALUES /*rows*/`
	sqlMarkGone    = `DELETE FROM master_mark WHERE company = $1 AND mark = $2`
	sqlSnapshotAdd = `INSERT INTO master_snapshot (company, scope, version, chain, hash, size, raw, rows) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (company, scope, version) DO NOTHING RETURNING version`
	sqlSnapshots    = `SELECT version, chain, hash, size, raw, rows FROM master_snapshot WHERE company = $1 AND scope = $2 ORDER BY version DESC`
	sqlSnapshotGone = `DELETE FROM master_snapshot WHERE company = $1 AND scope = $2 AND version = $3`
	sqlPartsAdd     = `INSERT INTO master_snapshot_part (company, scope, version, part, data) VALUES ($1, $2, $3, $4, $5)`
	sqlPart         = `SELECT data FROM master_snapshot_part WHERE company = $1 AND scope = $2 AND version = $3 AND part = $4`
	sqlPartsGone    = `DELETE FROM master_snapshot_part WHERE company = $1 AND scope = $2 AND version = $3`

	// Of PostgreSQL alone: servers tell each other which scope has changed.
	sqlTell = `SELECT pg_notify('posbox', $1)`
	sqlHear = `LISTEN posbox`

	// Who may see which master data.
	sqlBoxKey       = `SELECT public_key FROM box WHERE company = $1 AND box = $2`
	sqlCompanySet   = `UPDATE company SET name = $2 WHERE company = $1`
	sqlPointSet     = `UPDATE point SET name = $3 WHERE company = $1 AND point = $2`
	sqlPurchasesAdd = `INSERT INTO purchases (company, customer, point, sales, total) VALUES /*rows*/
		ON CONFLICT (company, customer, point) DO UPDATE SET sales = purchases.sales + excluded.sales, total = purchases.total + excluded.total`
	sqlPurchases    = `SELECT customer, point, sales, total FROM purchases WHERE company = $1 ORDER BY customer, point`
	sqlPurchasesOf  = `SELECT total FROM purchases WHERE company = $1 AND customer = $2`
	sqlSellersByDay = `SELECT point, day, seller, sales, total FROM sellers_by_day WHERE company = $1 ORDER BY point, day, seller`
)

// table is one table as the copy between two stores needs it.
type table struct {
	name    string
	key     string // the columns of its primary key, by which it is read
	columns string
}

// tables lists every table, those that others refer to first. A test holds it against the databases' own catalogues.
var tables = []table{
	{"company", "company", "company, name, created, world, vendor"},
	{"secret", "company, name", "company, name, value"},
	{"point", "company, point", "company, point, name, epoch, box, next_shift, created"},
	{"connection_key", "company, hash", "company, hash, proof, point, created, expires, used, box, joined"},
	{"box", "company, box", "company, box, public_key, point, epoch, state, head_seq, head_hash, learned, joined, seen"},
	{"heartbeat", "company, box", "company, box, heard, said"},
	{"fleet", "company, point", "company, point, vendor, kind, at, firm, name, version, box, release, moved"},
	{"fleet_word", "company, point, word", "company, point, word"},
	{"log_wish", "company, box, wish", "company, box, wish, asked, asked_by, taken, size"},
	{"log_file", "company, box, wish", "company, box, wish, data"},
	{"watch", "company", "company, silent, resting, unsent, repeats, hours"},
	{"trouble", "company, box, began, kind, code", "company, box, began, kind, code, point, ended, size, since"},
	{"webhook", "company, webhook", "company, webhook, url, secret, made_by, created, old_secret, old_until"},
	{"delivery", "company, delivery", "company, delivery, webhook, event, body, created, due, tries, done, status, outcome"},
	{"record", "company, box, seq", "company, box, seq, point, kind, received, late, hash, raw"},
	{"problem", "company, box, seq", "company, box, seq, code, detail, at"},
	{"branch", "company, box", "company, box, trunk, seq, hash, opened"},
	{"quarantine", "company, box, seq, hash", "company, box, seq, hash, why, at, raw"},
	{"person", "company, person", "company, person, login, login_hash, name, role, password, state, created, seen"},
	{"session", "company, hash", "company, hash, person, created, seen, network, agent"},
	{"link", "company, hash", "company, hash, person, expires, used"},
	{"token", "company, hash", "company, hash, name, scopes, made_by, created, seen, expires"},
	{"passkey", "company, id", "company, id, person, name, body, created, seen"},
	{"ceremony", "company, hash", "company, hash, at"},
	{"audit", "company, at, salt", "company, at, salt, person, who, action, subject, detail, network"},
	{"alarm", "company, box, kind", "company, box, kind, detail, times, first, last, away_by, away_at"},
	{"sales_by_day", "company, point, day", "company, point, day, sales, late, gross, discount, total, vat, city_tax, rounding"},
	{"tenders_by_day", "company, point, day, tender", "company, point, day, tender, times, amount"},
	{"master_scope", "company, scope", "company, scope, version, chain, rows, changed"},
	{"master_row", "company, scope, row_key", "company, scope, row_key, register, version, sort, folded, body"},
	{"master_change", "company, scope, version", "company, scope, version, row_key, gone, body, chain, at, who"},
	{"master_mark", "company, mark", "company, mark, scope, row_key"},
	{"master_snapshot", "company, scope, version", "company, scope, version, chain, hash, size, raw, rows"},
	{"master_snapshot_part", "company, scope, version, part", "company, scope, version, part, data"},
	{"change_set", "company, set_id", "company, set_id, register, kind, who, subject, rows, undoes, undone"},
	{"change_part", "company, scope, first", "company, scope, first, last, set_id"},
	{"purchases", "company, customer, point", "company, customer, point, sales, total"},
	{"sums", "company, point, kind, span, key", "company, point, kind, span, key, name, times, quantity, total, vat, city_tax"},
	{"pending", "company, at, salt", "company, at, salt, size, data"},
	{"folded", "company, point, kind, span", "company, point, kind, span, data"},
	{"sale", "company, day, at, box, seq", "company, day, at, box, seq, point, shift, number, seller, customer, tender, lines, total, back"},
	{"returned", "company, point, bill, box, seq", "company, point, bill, box, seq"},
	{"handover", "company, box, seq", "company, box, seq, point, bill, back, place, local, at, state, taker, taken, asked, number"},
	{"return_claim", "company, point, bill", "company, point, bill, box, until"},
	{"shift", "company, box, opened", "company, box, opened, point, shift, day, opened_at, opened_by, closed, closed_at, closed_by, bills, total, expected, counted, difference, counts, removed, removed_amount, drawer_opened, copies, overrides"},
	{"incident", "company, day, at, box, seq", "company, day, at, box, seq, point, shift, kind, seller, approver, reason, what, amount"},
	{"fiscal", "company, box, bill, asked", "company, box, bill, asked, point, shift, local, at, job, attempt, back, parts, state, settled, settled_at, number, date, message, expected, given, before, after, decided_by, holds, open"},
	{"sellers_by_day", "company, point, day, seller", "company, point, day, seller, name, sales, total"},
	{"directory_key", "hash", "hash, company"},
	{"directory_box", "hash", "hash, company"},
	{"directory_login", "hash", "hash, company"},
}
