package barcode

// An identifier says what a range of GS1 application identifiers (AIs) holds.
type identifier struct {
	first, last string // the range, of two to four digits
	digits      int    // so many characters at the start are digits
	least, most int    // length of the whole value
	check       bool   // the value ends in a GS1 check digit
}

// predefined lists the lengths, identifier included, of element strings that need no separator behind them, by the
// first two digits of the identifier. The list is closed: GS1 promises that no new one joins it, so that old readers
// can step over identifiers which they do not know. Every other element string runs to FNC1 or to the end.
//
// Source: GS1 General Specifications, figure "Element strings with predefined length using GS1 Application Identifiers".
var predefined = map[string]int{
	"00": 20, "01": 16, "02": 16, "03": 16, "04": 18,
	"11": 8, "12": 8, "13": 8, "14": 8, "15": 8, "16": 8, "17": 8, "18": 8, "19": 8,
	"20": 4,
	"31": 10, "32": 10, "33": 10, "34": 10, "35": 10, "36": 10,
	"41": 16,
}

// identifiers lists every AI that a label may carry, so that an unknown one means a misread or a label that is not
// GS1's. Where a value has parts (a currency before an amount), digits covers the leading ones. Check digits are
// verified only where the number names the thing being sold: a supplier's slip in a location number stops no sale.
//
// Source: GS1 Barcode Syntax Dictionary; titles in the comments are its own.
var identifiers = []identifier{
	{"00", "00", 18, 18, 18, true},    // SSCC
	{"01", "02", 14, 14, 14, true},    // GTIN, CONTENT
	{"10", "10", 0, 1, 20, false},     // BATCH/LOT
	{"11", "13", 6, 6, 6, false},      // PROD, DUE, PACK DATE
	{"15", "17", 6, 6, 6, false},      // BEST BEFORE, SELL BY, EXPIRY
	{"20", "20", 2, 2, 2, false},      // VARIANT
	{"21", "22", 0, 1, 20, false},     // SERIAL, CPV
	{"235", "235", 0, 1, 28, false},   // TPX
	{"240", "241", 0, 1, 30, false},   // ADDITIONAL ID, CUST. PART No.
	{"242", "242", 6, 1, 6, false},    // MTO VARIANT
	{"243", "243", 0, 1, 20, false},   // PCN
	{"250", "251", 0, 1, 30, false},   // SECONDARY SERIAL, REF. TO SOURCE
	{"253", "253", 13, 13, 30, false}, // GDTI
	{"254", "254", 0, 1, 20, false},   // GLN EXTENSION COMPONENT
	{"255", "255", 25, 13, 25, false}, // GCN
	{"30", "30", 8, 1, 8, false},      // VAR. COUNT

	{"3100", "3105", 6, 6, 6, false}, // NET WEIGHT (kg); in all measures the last digit of the AI counts the decimals
	{"3110", "3115", 6, 6, 6, false}, // LENGTH (m)
	{"3120", "3125", 6, 6, 6, false}, // WIDTH (m)
	{"3130", "3135", 6, 6, 6, false}, // HEIGHT (m)
	{"3140", "3145", 6, 6, 6, false}, // AREA (m²)
	{"3150", "3155", 6, 6, 6, false}, // NET VOLUME (l)
	{"3160", "3165", 6, 6, 6, false}, // NET VOLUME (m³)
	{"3200", "3205", 6, 6, 6, false}, // NET WEIGHT (lb)
	{"3210", "3215", 6, 6, 6, false}, // LENGTH (in)
	{"3220", "3225", 6, 6, 6, false}, // LENGTH (ft)
	{"3230", "3235", 6, 6, 6, false}, // LENGTH (yd)
	{"3240", "3245", 6, 6, 6, false}, // WIDTH (in)
	{"3250", "3255", 6, 6, 6, false}, // WIDTH (ft)
	{"3260", "3265", 6, 6, 6, false}, // WIDTH (yd)
	{"3270", "3275", 6, 6, 6, false}, // HEIGHT (in)
	{"3280", "3285", 6, 6, 6, false}, // HEIGHT (ft)
	{"3290", "3295", 6, 6, 6, false}, // HEIGHT (yd)
	{"3300", "3305", 6, 6, 6, false}, // GROSS WEIGHT (kg); from here to 349n logistic measures
	{"3310", "3315", 6, 6, 6, false}, // LENGTH (m)
	{"3320", "3325", 6, 6, 6, false}, // WIDTH (m)
	{"3330", "3335", 6, 6, 6, false}, // HEIGHT (m)
	{"3340", "3345", 6, 6, 6, false}, // AREA (m²)
	{"3350", "3355", 6, 6, 6, false}, // VOLUME (l)
	{"3360", "3365", 6, 6, 6, false}, // VOLUME (m³)
	{"3370", "3375", 6, 6, 6, false}, // KG PER m²
	{"3400", "3405", 6, 6, 6, false}, // GROSS WEIGHT (lb)
	{"3410", "3415", 6, 6, 6, false}, // LENGTH (in)
	{"3420", "3425", 6, 6, 6, false}, // LENGTH (ft)
	{"3430", "3435", 6, 6, 6, false}, // LENGTH (yd)
	{"3440", "3445", 6, 6, 6, false}, // WIDTH (in)
	{"3450", "3455", 6, 6, 6, false}, // WIDTH (ft)
	{"3460", "3465", 6, 6, 6, false}, // WIDTH (yd)
	{"3470", "3475", 6, 6, 6, false}, // HEIGHT (in)
	{"3480", "3485", 6, 6, 6, false}, // HEIGHT (ft)
	{"3490", "3495", 6, 6, 6, false}, // HEIGHT (yd)
	{"3500", "3505", 6, 6, 6, false}, // AREA (in²)
	{"3510", "3515", 6, 6, 6, false}, // AREA (ft²)
	{"3520", "3525", 6, 6, 6, false}, // AREA (yd²)
	{"3530", "3535", 6, 6, 6, false}, // AREA (in²), logistic
	{"3540", "3545", 6, 6, 6, false}, // AREA (ft²), logistic
	{"3550", "3555", 6, 6, 6, false}, // AREA (yd²), logistic
	{"3560", "3565", 6, 6, 6, false}, // NET WEIGHT (t oz)
	{"3570", "3575", 6, 6, 6, false}, // NET VOLUME (oz)
	{"3600", "3605", 6, 6, 6, false}, // NET VOLUME (qt)
	{"3610", "3615", 6, 6, 6, false}, // NET VOLUME (gal.)
	{"3620", "3625", 6, 6, 6, false}, // VOLUME (qt), logistic
	{"3630", "3635", 6, 6, 6, false}, // VOLUME (gal.), logistic
	{"3640", "3645", 6, 6, 6, false}, // VOLUME (in³)
	{"3650", "3655", 6, 6, 6, false}, // VOLUME (ft³)
	{"3660", "3665", 6, 6, 6, false}, // VOLUME (yd³)
	{"3670", "3675", 6, 6, 6, false}, // VOLUME (in³), logistic
	{"3680", "3685", 6, 6, 6, false}, // VOLUME (ft³), logistic
	{"3690", "3695", 6, 6, 6, false}, // VOLUME (yd³), logistic

	{"37", "37", 8, 1, 8, false},       // COUNT
	{"3900", "3909", 15, 1, 15, false}, // AMOUNT, local currency
	{"3910", "3919", 18, 4, 18, false}, // AMOUNT, ISO 4217 number before it
	{"3920", "3929", 15, 1, 15, false}, // PRICE, local currency
	{"3930", "3939", 18, 4, 18, false}, // PRICE, ISO 4217 number before it
	{"3940", "3943", 4, 4, 4, false},   // PRCNT OFF
	{"3950", "3955", 6, 6, 6, false},   // PRICE/UoM

	{"400", "401", 0, 1, 30, false},     // ORDER NUMBER, GINC
	{"402", "402", 17, 17, 17, false},   // GSIN
	{"403", "403", 0, 1, 30, false},     // ROUTE
	{"410", "417", 13, 13, 13, false},   // GLNs: SHIP TO … PARTY
	{"420", "420", 0, 1, 20, false},     // SHIP TO POST
	{"421", "421", 3, 4, 12, false},     // SHIP TO POST with country
	{"422", "422", 3, 3, 3, false},      // ORIGIN
	{"423", "423", 15, 3, 15, false},    // COUNTRY - INITIAL PROCESS
	{"424", "424", 3, 3, 3, false},      // COUNTRY - PROCESS
	{"425", "425", 15, 3, 15, false},    // COUNTRY - DISASSEMBLY
	{"426", "426", 3, 3, 3, false},      // COUNTRY - FULL PROCESS
	{"427", "427", 0, 1, 3, false},      // ORIGIN SUBDIVISION
	{"4300", "4301", 0, 1, 35, false},   // SHIP TO COMP, NAME
	{"4302", "4306", 0, 1, 70, false},   // SHIP TO address
	{"4307", "4307", 0, 2, 2, false},    // SHIP TO COUNTRY
	{"4308", "4308", 0, 1, 30, false},   // SHIP TO PHONE
	{"4309", "4309", 20, 20, 20, false}, // SHIP TO GEO
	{"4310", "4311", 0, 1, 35, false},   // RTN TO COMP, NAME
	{"4312", "4316", 0, 1, 70, false},   // RTN TO address
	{"4317", "4317", 0, 2, 2, false},    // RTN TO COUNTRY
	{"4318", "4318", 0, 1, 20, false},   // RTN TO POST
	{"4319", "4319", 0, 1, 30, false},   // RTN TO PHONE
	{"4320", "4320", 0, 1, 35, false},   // SRV DESCRIPTION
	{"4321", "4323", 1, 1, 1, false},    // DANGEROUS GOODS, AUTH TO LEAVE, SIG REQUIRED
	{"4324", "4325", 10, 10, 10, false}, // NOT BEF / NOT AFT DEL DT
	{"4326", "4326", 6, 6, 6, false},    // REL DATE
	{"4330", "4333", 6, 6, 7, false},    // MAX / MIN TEMP

	{"7001", "7001", 13, 13, 13, false}, // NSN
	{"7002", "7002", 0, 1, 30, false},   // MEAT CUT
	{"7003", "7003", 10, 10, 10, false}, // EXPIRY TIME
	{"7004", "7004", 4, 1, 4, false},    // ACTIVE POTENCY
	{"7005", "7005", 0, 1, 12, false},   // CATCH AREA
	{"7006", "7006", 6, 6, 6, false},    // FIRST FREEZE DATE
	{"7007", "7007", 12, 6, 12, false},  // HARVEST DATE
	{"7008", "7008", 0, 1, 3, false},    // AQUATIC SPECIES
	{"7009", "7009", 0, 1, 10, false},   // FISHING GEAR TYPE
	{"7010", "7010", 0, 1, 2, false},    // PROD METHOD
	{"7011", "7011", 10, 6, 10, false},  // TEST BY DATE
	{"7020", "7022", 0, 1, 20, false},   // REFURB LOT, FUNC STAT, REV STAT
	{"7023", "7023", 0, 1, 30, false},   // GIAI - ASSEMBLY
	{"7030", "7039", 3, 4, 30, false},   // PROCESSOR
	{"7040", "7040", 1, 4, 4, false},    // UIC+EXT
	{"710", "715", 0, 1, 20, false},     // NHRN
	{"7230", "7239", 0, 3, 30, false},   // CERT
	{"7240", "7240", 0, 1, 20, false},   // PROTOCOL
	{"7241", "7241", 2, 2, 2, false},    // AIDC MEDIA TYPE
	{"7242", "7242", 0, 1, 25, false},   // VCN

	{"8001", "8001", 14, 14, 14, false}, // DIMENSIONS
	{"8002", "8002", 0, 1, 20, false},   // CMT No.
	{"8003", "8003", 14, 14, 30, false}, // GRAI
	{"8004", "8004", 0, 1, 30, false},   // GIAI
	{"8005", "8005", 6, 6, 6, false},    // PRICE PER UNIT
	{"8006", "8006", 18, 18, 18, false}, // ITIP
	{"8007", "8007", 0, 1, 34, false},   // IBAN
	{"8008", "8008", 12, 8, 12, false},  // PROD TIME
	{"8009", "8009", 0, 1, 50, false},   // OPTSEN
	{"8010", "8010", 0, 1, 30, false},   // CPID
	{"8011", "8011", 12, 1, 12, false},  // CPID SERIAL
	{"8012", "8012", 0, 1, 20, false},   // VERSION
	{"8013", "8013", 0, 1, 25, false},   // GMN
	{"8017", "8018", 18, 18, 18, false}, // GSRN
	{"8019", "8019", 10, 1, 10, false},  // SRIN
	{"8020", "8020", 0, 1, 25, false},   // REF No.
	{"8026", "8026", 18, 18, 18, false}, // ITIP CONTENT
	{"8030", "8030", 0, 1, 90, false},   // DIGSIG
	{"8110", "8110", 0, 1, 70, false},   // coupon
	{"8111", "8111", 4, 4, 4, false},    // POINTS
	{"8112", "8112", 0, 1, 70, false},   // coupon
	{"8200", "8200", 0, 1, 70, false},   // PRODUCT URL
	{"90", "90", 0, 1, 30, false},       // INTERNAL, by agreement
	{"91", "99", 0, 1, 90, false},       // INTERNAL, of a company
}

// identify finds the identifier at the start of s and the number of digits that it takes there.
func identify(s string) (id identifier, digits int, ok bool) {
	for _, id := range identifiers {
		n := len(id.first)
		if len(s) >= n && allDigits(s[:n]) && id.first <= s[:n] && s[:n] <= id.last {
			return id, n, true
		}
	}
	return identifier{}, 0, false
}
