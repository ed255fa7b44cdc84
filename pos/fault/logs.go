package fault

import "strings"

// noted says what a message of the till's log means to whoever owns the till. Rooms write their logs in English, for
// whoever helps by telephone; a test at the module's root demands a line here for each message.
var noted = map[string]struct{ mn, en string }{
	"BAAZ was not told how this box is": {"Төхөөрөмжийн байдлыг БААЗ-д мэдэгдэж чадсангүй. Дахин оролдоно.", "BAAZ could not be told how this box is. It is tried again."},
	"BAAZ":                              {"БААЗ-тай холбогдож чадсангүй. Касс ажилласаар, дахин оролдоно.", "BAAZ could not be reached. The till sells on and tries again."},
	"BAAZ holds less than it did; sending again":              {"БААЗ урьд авснаасаа цөөн бичлэгтэй болжээ. Дутууг нь дахин илгээж байна.", "BAAZ holds less than it did. What it lacks is sent again."},
	"BAAZ was not given the logs that it wants":               {"БААЗ-ын хүссэн бүртгэлийг өгч чадсангүй. Дахин оролдоно.", "BAAZ could not be given the logs that it wants. It is tried again."},
	"returns of other tills were not taken":                   {"Өөр кассын авсан буцаалтыг БААЗ-аас авч чадсангүй. Дахин оролдоно.", "Returns that other tills took could not be fetched from BAAZ. It is tried again."},
	"a return of another till was taken in":                   {"Өөр касс энэ кассын зарсан барааг буцаан авсан: энд бүртгэлээ.", "Another till took back what this one had sold; that is recorded here."},
	"logs are given to BAAZ":                                  {"Кассын бүртгэлийг БААЗ-д өглөө: тэндээс хүссэн.", "This till's logs are given to BAAZ: somebody there has asked for them."},
	"a connection key came on a stick":                        {"USB флашаас холболтын түлхүүр авлаа.", "A connection key came on a USB stick."},
	"a lost journal would not be noticed":                     {"Борлуулалтын бичлэг алга болбол мэдэгдэх тэмдэг тавьж чадсангүй.", "The mark that would tell of lost sales could not be made."},
	"a person has said to repair the disk whatever it costs":  {"Хүн дискийг засахыг зөвшөөрлөө.", "A person has said to repair the disk."},
	"answer broken off":                                       {"Дэлгэцэд өгөх хариу тасарлаа.", "An answer to the screen broke off."},
	"append failed":                                           {"Бичлэг хадгалагдсангүй. Борлуулалт зогссон байж болно.", "A record could not be kept. Selling may have stopped."},
	"command cannot be written":                               {"Энэ үйлдлийг бичиж чадсангүй, юу ч өөрчлөгдөөгүй.", "What was wished for could not be written; nothing has changed."},
	"cursor not stored":                                       {"Хаана хүрснээ тэмдэглэж чадсангүй. Дараа нь давтан шалгана.", "How far the work has come could not be noted; it is checked again later."},
	"e-barimt":                                                {"И-баримтын хүсэлтийн хариу.", "What became of an e-barimt request."},
	"e-barimt: not sent to the tax office":                    {"И-баримтын мэдээг татварын албанд илгээж чадсангүй. Дахин оролдоно.", "The e-barimt data could not be sent to the tax office; it is tried again."},
	"e-barimt: outcome waits":                                 {"И-баримтын хариуг тэмдэглэж чадсангүй. Дахин оролдоно.", "What became of an e-barimt request could not be noted yet; it is tried again."},
	"e-barimt: request cannot be read":                        {"И-баримтын нэг хүсэлтийг уншиж чадсангүй.", "An e-barimt request could not be read."},
	"follower panicked":                                       {"Программын алдаа: хэвлэх, илгээх зэрэг нэг ажил тасалдлаа. Дахин эхэлнэ.", "A fault of the program: printing, sending or the like was interrupted. It begins again."},
	"follower waits":                                          {"Хэвлэх, илгээх зэрэг нэг ажил хүлээж байна. Дахин оролдоно.", "Printing, sending or the like waits and is tried again."},
	"from BAAZ":                                               {"БААЗ-аас ирсэн мэдээллийн зарим нь таарахгүй тул аваагүй.", "Some of what BAAZ sent does not fit and was left out."},
	"goods not refreshed":                                     {"Барааны жагсаалтыг шинэчилж чадсангүй. Хуучнаараа зарна.", "The goods could not be refreshed. The till sells by the old ones."},
	"goods taken from BAAZ":                                   {"Барааг БААЗ-аас авлаа.", "Goods were taken from BAAZ."},
	"journal does not verify":                                 {"Борлуулалтын бичлэг шалгалтад тэнцсэнгүй. Туслалцаа авна уу.", "The records of sales do not verify. Get help."},
	"journal not closed":                                      {"Борлуулалтын бичлэгийг бүрэн хааж чадсангүй.", "The records of sales were not closed properly."},
	"master data":                                             {"БААЗ-аас бараа, үнэ, тохиргоо авч чадсангүй. Байгаагаараа зарна.", "Goods, prices and settings could not be taken from BAAZ. The till sells by what it has."},
	"not joined anew":                                         {"Шинэ холболтын түлхүүрээр БААЗ-д холбогдсонгүй. Өмнөх холболт хэвээр.", "The till has not joined BAAZ by the new connection key. It stays where it had joined."},
	"no new journal file could be begun; the old one goes on": {"Бичлэгийн шинэ файл эхлүүлж чадсангүй, хуучин нь үргэлжилнэ.", "No new file of records could be begun; the old one goes on."},
	"older copies stay on the stick":                          {"USB флашийн хуучин хуулбаруудыг устгаж чадсангүй.", "Older copies could not be removed from the stick."},
	"panic":                                                   {"Программын алдаа: нэг хүсэлт биелсэнгүй. Касс ажилласаар байна.", "A fault of the program: one request failed. The till goes on."},
	"posd check will not find this till":                      {"Шалгах программ энэ кассыг олохгүй.", "The program that checks records will not find this till."},
	"printer driver ended":                                    {"Принтерийн холболт тасарлаа.", "The connection to the printer ended."},
	"drafts that are done with were not deleted":              {"Хадгалсан эсвэл гарсан кассчны дутуу бичсэнийг устгаж чадсангүй.", "What had been half typed and is done with could not be deleted."},
	"sockets cut off":                                         {"Касс унтрахдаа дэлгэцийн захиалгын хариуг өгч амжсангүй. Дэлгэц өөрөө дахин асууна.", "The till stopped before it could answer all that the screen had asked for. The screen asks again by itself."},
	"printer not left at rest":                                {"Принтерийг бүрэн салгаж чадсангүй.", "The printer was not left at rest."},
	"record passed":                                           {"Нэг бичлэгийг ойлгоогүй тул алгаслаа. Дэлгэцэд бас харагдана.", "A record was not understood and passed. The screen tells of it, too."},
	"records end early":                                       {"Бичлэгийг дуустал уншиж чадсангүй.", "The records could not be read to their end."},
	"request failed":                                          {"Дэлгэцийн нэг хүсэлт биелсэнгүй.", "A request of the screen failed."},
	"setting not known to this program, kept":                 {"Энэ хувилбар мэдэхгүй тохиргоо байна; хэвээр нь үлдээлээ.", "There is a setting that this version does not know; it is kept."},
	"state not stored":                                        {"Кассын байдлыг хадгалж чадсангүй. Дахин оролдоно.", "The till's state could not be stored; it is tried again."},
	"stored state cannot be read; it is built again from the records": {"Хадгалсан байдлыг уншиж чадаагүй тул бичлэгээс дахин бүтээлээ.", "The stored state could not be read and was built again from the records."},
	"taxpayer not kept":                                          {"Татвар төлөгчийн мэдээллийг хадгалж чадсангүй. Дахин асууна.", "What was said of a taxpayer could not be kept; it is asked for again."},
	"the box cannot be understood":                               {"Төхөөрөмжийн нэг мэдээллийг уншиж чадсангүй.", "Something that the box tells could not be read."},
	"the box does not learn BAAZ's time":                         {"БААЗ-ын цагийг төхөөрөмжид дамжуулж чадсангүй.", "BAAZ's time could not be told to the box."},
	"the clock's floor stays":                                    {"Цагийн доод хязгаарыг шинэчилж чадсангүй.", "The clock's floor could not be renewed."},
	"the connection key cannot be read":                          {"Холболтын түлхүүрийг уншиж чадсангүй. Дахин оруулна уу.", "The connection key could not be read. Enter it again."},
	"the connection key is lost":                                 {"Холболтын түлхүүр алга болжээ. Дахин оруулна уу.", "The connection key is lost. Enter it again."},
	"the last sales are not known":                               {"Сүүлийн борлуулалтуудыг уншиж чадсангүй.", "The last sales could not be read."},
	"the network stays as it was":                                {"Сүлжээний тохиргоог хэрэглэж чадсангүй, хуучнаараа үлдлээ.", "The network's settings could not be used; it stays as it was."},
	"the sales were not copied":                                  {"Борлуулалтыг USB флаш руу хуулж чадсангүй.", "The sales were not copied to the USB stick."},
	"the stick's connection key was not taken":                   {"USB флашийн холболтын түлхүүрийг авсангүй.", "The connection key on the stick was not taken."},
	"the till cannot sell":                                       {"Касс зарж чадахгүй байна. Дэлгэц дээр шалтгаан нь бий.", "The till cannot sell. The screen says why."},
	"what BAAZ had sent is asked for again":                      {"БААЗ-аас ирсэн мэдээллийг дахин авч байна.", "What BAAZ had sent is asked for again."},
	"what was copied is not remembered":                          {"Хуулсан тухайгаа тэмдэглэж чадсангүй.", "What was copied could not be noted."},
	"what was copied last is not known":                          {"Сүүлд юу хуулснаа мэдэхгүй байна.", "What was copied last is not known."},
	"what was half typed is lost":                                {"Дутуу бичсэн зүйлс уншигдсангүй.", "What was half typed could not be read."},
	"what was known of taxpayers is lost, it is asked for again": {"Татвар төлөгчдийн хадгалсан мэдээлэл уншигдсангүй. Дахин асууна.", "What was kept of taxpayers could not be read; it is asked for again."},
}

// Noted says a message of the log in a language; "" where nobody has. Where the record's error is a fault whose sentence
// needs no more to be filled in, that follows.
func Noted(msg, err, lang string) string {
	n, ok := noted[msg]
	if !ok {
		return ""
	}
	code, _, _ := strings.Cut(err, ": ")
	text, why := n.mn, Texts[Code(code)].MN
	if lang == "en" {
		text, why = n.en, Texts[Code(code)].EN
	}
	if why != "" && !strings.Contains(why, "{") {
		text += " " + why
	}
	return text
}
