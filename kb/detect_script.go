package kb

import "unicode"

// script is a way of writing.
type script int8

const (
	none script = iota
	latin
	cyrillic
	arabicScript
	devanagari
	han // and, together with it, kana and hangul
	kana
	hangul
	greek
	armenian
	hebrew
	bengali
	gurmukhi
	gujarati
	odia
	tamilScript
	telugu
	kannada
	malayalam
	sinhala
	thai
	lao
	burmese
	georgian
	amharic
	khmer
	scripts // how many there are
)

// shared reports whether several languages that we know are written so.
func (s script) shared() bool { return s >= latin && s <= devanagari }

// scriptLanguage is the language of a script that has one.
var scriptLanguage = [scripts]string{
	greek: "el", armenian: "hy", hebrew: "he", bengali: "bn", gurmukhi: "pa", gujarati: "gu", odia: "or",
	tamilScript: "ta", telugu: "te", kannada: "kn", malayalam: "ml", sinhala: "si", thai: "th", lao: "lo",
	burmese: "my", georgian: "ka", amharic: "am", khmer: "km",
}

// scriptRanges are where the letters of scripts stand in Unicode, in order.
var scriptRanges = []struct {
	first, last rune
	script      script
}{
	{'A', 'z', latin}, {0xAA, 0x24F, latin}, {0x250, 0x2AF, latin},
	{0x370, 0x3FF, greek}, {0x400, 0x52F, cyrillic}, {0x531, 0x58F, armenian}, {0x590, 0x5FF, hebrew},
	{0x600, 0x6FF, arabicScript}, {0x750, 0x77F, arabicScript}, {0x8A0, 0x8FF, arabicScript},
	{0x900, 0x97F, devanagari}, {0x980, 0x9FF, bengali}, {0xA00, 0xA7F, gurmukhi}, {0xA80, 0xAFF, gujarati},
	{0xB00, 0xB7F, odia}, {0xB80, 0xBFF, tamilScript}, {0xC00, 0xC7F, telugu}, {0xC80, 0xCFF, kannada},
	{0xD00, 0xD7F, malayalam}, {0xD80, 0xDFF, sinhala}, {0xE00, 0xE7F, thai}, {0xE80, 0xEFF, lao},
	{0x1000, 0x109F, burmese}, {0x10A0, 0x10FF, georgian}, {0x1100, 0x11FF, hangul}, {0x1200, 0x139F, amharic},
	{0x1780, 0x17FF, khmer}, {0x1E00, 0x1EFF, latin}, {0x1F00, 0x1FFF, greek}, {0x3005, 0x3007, han},
	{0x3040, 0x30FF, kana}, {0x3130, 0x318F, hangul}, {0x31F0, 0x31FF, kana}, {0x3400, 0x4DBF, han},
	{0x4E00, 0x9FFF, han}, {0xAC00, 0xD7A3, hangul}, {0xF900, 0xFAFF, han}, {0xFB50, 0xFDFF, arabicScript},
	{0xFE70, 0xFEFC, arabicScript}, {0xFF21, 0xFF5A, latin}, {0xFF66, 0xFF9F, kana}, {0x20000, 0x323AF, han},
}

// scriptOf is the script of a letter.
func scriptOf(r rune) script {
	if r <= 'z' {
		return latin
	}
	low, high := 0, len(scriptRanges)
	for low < high {
		switch mid := (low + high) / 2; {
		case r < scriptRanges[mid].first:
			high = mid
		case r > scriptRanges[mid].last:
			low = mid + 1
		default:
			return scriptRanges[mid].script
		}
	}
	return none
}

// weight is how many letters of an alphabet say as much as one of the script.
func (s script) weight() int {
	switch s {
	case han:
		return 4
	case kana, hangul:
		return 3
	}
	return 1
}

// fewLetters is how much of a script makes a text, in letters of an alphabet.
const fewLetters = 4

// script is the script of most of a text; of the names and terms in Latin letters that
// texts in other scripts are full of, a third counts. Clear is whether there is little
// else.
func (d *detection) script() (most script, clear bool) {
	var weights [scripts]int
	other := 0
	for s := latin; s < scripts; s++ {
		in := s
		if s == kana || s == hangul {
			in = han
		}
		weights[in] += 3 * d.letters[s] * s.weight()
	}
	weights[latin] /= 3
	for s, w := range weights {
		if w > weights[most] {
			most = script(s)
		}
	}
	for s, w := range weights {
		if script(s) != most {
			other += w
		}
	}
	letters := weights[most]
	if most != latin {
		letters /= 3
	}
	if letters < fewLetters {
		return most, false
	}
	if most == latin {
		return most, other*4 <= weights[latin]
	}
	return most, other*2 <= weights[most]
}

// east tells Chinese, Japanese and Korean apart.
func (d *detection) east(among []string) (tag string, sure bool) {
	h, k, c := d.letters[han], d.letters[kana], d.letters[hangul]
	all := h + k + c
	japanese := k*10 >= all || d.japanese > 0 && d.chinese == 0
	switch {
	case c*2 >= all:
		tag = asked("ko", among)
		return tag, tag != "" && k*5 <= all
	case japanese:
		tag = asked("ja", among)
		sure = c*5 <= all && (d.chinese*10 <= all) && (k > 1 || d.japanese > 1)
	default:
		tag = asked("zh", among)
		sure = k*20 <= all && c*5 <= all && (d.chinese > d.japanese || h >= 12 && d.japanese*20 <= h)
	}
	if tag == "" { // a few characters that both write
		if tag = asked("zh", among); tag == "" {
			tag = asked("ja", among)
		}
		return tag, false
	}
	return tag, sure
}

// Characters that one of the two languages does not write. The first are simplified
// forms and the particles of modern Chinese, the second forms and characters that Japan
// made.
var (
	onlyChinese = characters("这這们們个说对开问题显错误设输码读连网络电脑单选择载转换启动运编译软页签无应为发现总级试验闭终键监听块务处变颜时间请谢没吗嗎呢吧啊么麼您你怎什很也让给还她哪" +
		"沒嗎說讓啦呀咱俩啥" + "图标签点击鼠标项删除复制粘贴识别报告")
	onlyJapanese = characters("気円図対実変読発売価検権験駅黒済込働畑択広応斉毎沢浅渋様拡払仮伝転鉄続縦脳覧説録絵経継緑県圧囲単営団塩増壊帰弾徴戻抜拝掲揺摂歩歳残涙焼")
)

func characters(s string) map[rune]bool {
	set := map[rune]bool{}
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			set[r] = true
		}
	}
	return set
}
