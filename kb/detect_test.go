package kb_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

func TestDetectLanguageIsSure(t *testing.T) {
	for language, text := range map[string]string{
		"af": "Ek kan nie my rekening oopmaak nie, want die program wil nie begin nie. Wat moet ek nou doen?",
		"ar": "لا أستطيع طباعة الفاتورة من الهاتف، ماذا أفعل؟",
		"be": "Я не магу надрукаваць рахунак з тэлефона, што мне рабіць?",
		"bg": "Не мога да отпечатам фактурата от телефона си, какво трябва да направя?",
		"bn": "আমি আমার ফোন থেকে চালান ছাপাতে পারছি না।",
		"ca": "No puc imprimir la factura des del telèfon, què he de fer amb això? Moltes gràcies.",
		"cs": "Nemohu vytisknout fakturu z telefonu, co mám dělat? Tiskárna je přitom zapnutá a ostatní dokumenty tiskne.",
		"da": "Jeg kan ikke udskrive fakturaen fra min telefon, hvad skal jeg gøre? Printeren er tændt.",
		"de": "Ich kann die Rechnung nicht vom Telefon aus drucken, was soll ich tun?",
		"el": "Δεν μπορώ να εκτυπώσω το τιμολόγιο από το τηλέφωνο.",
		"en": "I cannot print the invoice from my phone, what should I do?",
		"es": "No puedo imprimir la factura desde el teléfono, ¿qué tengo que hacer?",
		"et": "Ma ei saa arvet telefonist välja trükkida, mida ma pean tegema? Printer on sisse lülitatud.",
		"eu": "Ezin dut faktura telefonotik inprimatu, zer egin behar dut orain? Eskerrik asko.",
		"fa": "نمی\u200cتوانم صورتحساب را از گوشی چاپ کنم، چه کار باید بکنم؟",
		"fi": "En voi tulostaa laskua puhelimesta, mitä minun pitäisi tehdä?",
		"fr": "Je ne peux pas imprimer la facture depuis mon téléphone, que dois-je faire ?",
		"ga": "Ní féidir liom an sonrasc a phriontáil ón bhfón, cad ba cheart dom a dhéanamh?",
		"he": "אני לא מצליח להדפיס את החשבונית מהטלפון",
		"hi": "मैं अपने फ़ोन से बिल नहीं छाप पा रहा हूँ, मुझे क्या करना चाहिए?",
		"hu": "Nem tudom kinyomtatni a számlát a telefonomról, mit kell tennem?",
		"id": "Saya tidak bisa mencetak faktur dari telepon saya, apa yang harus saya lakukan? Printernya sudah menyala.",
		"it": "Non riesco a stampare la fattura dal telefono, che cosa devo fare?",
		"ja": "電話から請求書を印刷できません。どうすればいいですか。",
		"ka": "ტელეფონიდან ინვოისს ვერ ვბეჭდავ",
		"kk": "Телефоннан шотты басып шығара алмай отырмын, енді не істеуім керек?",
		"km": "ខ្ញុំមិនអាចបោះពុម្ពវិក្កយបត្រពីទូរស័ព្ទបានទេ",
		"ko": "휴대폰에서 청구서를 인쇄할 수 없습니다. 어떻게 해야 하나요?",
		"lt": "Negaliu atspausdinti sąskaitos iš telefono, ką man daryti?",
		"lv": "Es nevaru izdrukāt rēķinu no tālruņa, ko man darīt? Printeris ir ieslēgts.",
		"nl": "Ik kan de factuur niet vanaf mijn telefoon afdrukken, wat moet ik doen?",
		"pl": "Nie mogę wydrukować faktury z telefonu, co mam zrobić?",
		"pt": "Não consigo imprimir a fatura do telefone, o que devo fazer?",
		"ro": "Nu pot să tipăresc factura de pe telefon, ce trebuie să fac?",
		"ru": "Не могу распечатать счёт с телефона, что мне делать?",
		"sv": "Jag kan inte skriva ut fakturan från min telefon, vad ska jag göra?",
		"ta": "எனது தொலைபேசியிலிருந்து விலைப்பட்டியலை அச்சிட முடியவில்லை",
		"th": "พิมพ์ใบแจ้งหนี้จากโทรศัพท์ไม่ได้ ต้องทำอย่างไร",
		"tr": "Faturayı telefonumdan yazdıramıyorum, ne yapmam gerekiyor?",
		"uk": "Не можу надрукувати рахунок із телефона, що мені робити?",
		"ur": "میں اپنے فون سے بل پرنٹ نہیں کر پا رہا ہوں، مجھے کیا کرنا چاہیے؟",
		"vi": "Tôi không thể in hóa đơn từ điện thoại, tôi phải làm gì?",
		"zh": "我无法从手机上打印发票，请问该怎么办？",
	} {
		among := append(kb.Languages(), "af", "bn", "he", "ka")
		tag, sure := kb.DetectLanguage(text, among)
		assert.True(t, sure, "%s: taken for %q", text, tag)
		assert.Equal(t, language, tag, text)
	}
}

func TestDetectLanguageIsNotSure(t *testing.T) {
	for promise, text := range map[string]string{
		"nothing":                        "",
		"numbers":                        "4711 2026-03-01 +49 30 1234",
		"a word of many languages":       "problem",
		"a name":                         "Printer Pro 3000",
		"a short query":                  "reset password",
		"two languages":                  "Hallo, ich kann mich seit gestern nicht mehr anmelden. Hello, I have not been able to sign in since yesterday.",
		"three":                          "Bonjour, je ne peux plus me connecter. I cannot sign in any more. Non riesco più ad accedere.",
		"code":                           "func main() { for i := 0; i < len(x); i++ { fmt.Println(x[i]) } }",
		"a stack trace":                  "java.lang.NullPointerException\n\tat com.example.Main.run(Main.java:42)\n\tat java.base/java.lang.Thread.run(Thread.java:833)",
		"an address":                     "https://example.org/help/reset?lang=en user@example.org",
		"made up":                        "Blorf gnarp wibbelty snozz frumious quonk",
		"a language nobody asked for":    "Jag kan inte skriva ut fakturan från min telefon, vad ska jag göra?",
		"Chinese characters or Japanese": "印刷",
	} {
		tag, sure := kb.DetectLanguage(text, []string{"en", "de", "fr", "es", "da", "it", "ja", "zh"})
		assert.False(t, sure, "%s: taken for %q", promise, tag)
	}
}

func TestDetectLanguageAnswersAsAsked(t *testing.T) {
	for _, row := range []struct {
		text, want string
		among      []string
	}{
		{"Jeg kan dessverre ikke skrive ut fakturaen fra telefonen min, hva skal jeg gjøre nå?", "no", []string{"en", "no", "sv"}},
		{"Não consigo imprimir a fatura do telefone, o que devo fazer?", "pt-BR", []string{"en", "pt-BR", "pt-PT"}},
		{"我无法从手机上打印发票，请问该怎么办？", "zh-Hans", []string{"en", "zh-Hans"}},
	} {
		tag, sure := kb.DetectLanguage(row.text, row.among)
		assert.True(t, sure, row.text)
		assert.Equal(t, row.want, tag, row.text)
	}
}

func TestDetectLanguageMakesNoGarbage(t *testing.T) {
	text := strings.Repeat("I cannot print the invoice from my phone, what should I do? ", 20)
	among := []string{"en", "de"}
	kb.DetectLanguage(text, among)
	require.Zero(t, testing.AllocsPerRun(10, func() { kb.DetectLanguage(text, among) }))
}

func FuzzDetectLanguage(f *testing.F) {
	f.Add("Ich kann die Rechnung nicht drucken", "de,en")
	f.Add("電話 from my \"téléphone\" [х] '‘’' \xff\u0301", "ja,zh,no")
	f.Add("l'''' ''' “„« A.B(c)", "")
	f.Fuzz(func(t *testing.T, text, list string) {
		among := strings.Split(list, ",")
		tag, sure := kb.DetectLanguage(text, among)
		again, still := kb.DetectLanguage(text, among)
		require.Equal(t, tag, again)
		require.Equal(t, sure, still)
		if tag == "" {
			require.False(t, sure)
		} else {
			require.Contains(t, among, tag)
		}
	})
}
