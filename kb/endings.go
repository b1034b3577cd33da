package kb

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// endings are a light stemmer: the longest ending that leaves enough of a word comes off.
type endings struct {
	all      []string // the longest first
	least    int      // letters that have to be left
	passes   int      // how many endings may follow each other
	fleeting string   // vowels that other forms of a word do not have before its last letter
	last     *strings.Replacer
}

// newEndings reads a list of endings with spaces between.
func newEndings(list string, least, passes int, fleeting string, last ...string) *endings {
	e := &endings{all: strings.Fields(list), least: least, passes: passes, fleeting: fleeting}
	slices.SortStableFunc(e.all, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	if last != nil {
		e.last = strings.NewReplacer(last...)
	}
	return e
}

// off is word without its endings.
func (e *endings) off(word string) string {
	for range e.passes {
		before := word
		for _, ending := range e.all {
			if rest, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(rest) >= e.least {
				word = rest
				break
			}
		}
		if word == before {
			break
		}
	}
	if letters := []rune(word); len(letters) > e.least && e.fleeting != "" {
		n := len(letters)
		if strings.ContainsRune(e.fleeting, letters[n-2]) && !strings.ContainsRune(vowels, letters[n-1]) && !strings.ContainsRune(vowels, letters[n-3]) {
			word = string(letters[:n-2]) + string(letters[n-1])
		}
	}
	if e.last != nil {
		_, size := utf8.DecodeLastRuneInString(word)
		word = word[:len(word)-size] + e.last.Replace(word[len(word)-size:])
	}
	return word
}

const vowels = "aeiouyáéíóúýěůąęäöüаеиоуыэюяіїєъ"

// The endings of nouns and adjectives in all cases, numbers and genders, and the commonest
// of verbs, from the grammars of the languages.
var (
	czech = newEndings(`a e i o u y á é í ů ý ě ou em em ém ím ým ům ám ech ích ách ých ami emi ěmi ími ými mi
		ovi ové ého ému ího ímu ata at atům atech aty eti ete
		it et ěn at ut ovat uji uje ujeme ujete ují oval ovala ovalo ovali ován ována ováno ování
		il ila ilo ili al ala alo ali ám áš áme áte ají ím íš íme íte ení ání ěný ený aný`, 3, 1, "e", "č", "k", "c", "k", "ž", "h", "z", "h", "ř", "r")
	slovak = newEndings(`a e i o u y á é í ú ý ia ie iu ou om em ém ím ým ám och ích ách ých ami mi ími ými ovi ové ého ému ieho iemu
		ov iam iach ov ej ať iť eť ovať ujem uje ujeme ujete ujú oval ovala ovali ovaný ovanie
		il ila ilo ili al ala alo ali ám áš áme áte ajú ím íš íme íte enie anie ený aný`, 3, 1, "eo", "č", "k", "c", "k", "ž", "h", "z", "h")
	polish = newEndings(`a e i o u y ą ę ie ia iu ią ię em om ów ach ami iem iom iów iach iami owi owie ego emu ej ym im ych ich ymi imi
		iego iemu iej ać ić yć eć ować uję uje ujesz ujemy ujecie ują ował owała owało owali owały owany owana owane owania owanie
		am asz amy acie ają ał ała ało ali ały ił iła iło ili iły ył yła yło yli yły em esz emy ecie anie ania enie enia aniu eniu aniem eniem any ana ane ony ona one`, 3, 1, "e", "ć", "c", "ń", "n", "ł", "l", "ś", "s", "ź", "z")
	croatian = newEndings(`a e i o u om em ama ima og oga omu ome oj im ih eg ega em emu ovi ove ova ovima evi eve eva evima
		ije iju ija ijem ijom ijama ijima ati iti eti uti ovati uje uju ujem uješ ujemo ujete ao ali ale io ila ilo ili ile
		am aš amo ate aju im iš imo ite enje anje enja anja enju anju enjem anjem an ana ano ani ane en ena eno eni ene`, 3, 1, "a", "č", "k", "c", "k", "ć", "t")
	slovenian = newEndings(`a e i o u om em ama ami ima im ih ega emu em im imi ov ev ova ovi oma ema ah eh
		ati iti eti ovati uje ujem uješ ujemo ujete ujejo al ala alo ali il ila ilo ili am aš amo ate ajo im iš imo ite ijo anje enje anja enja anju enju an ana ano ani en ena eno eni`, 3, 1, "ae", "č", "k", "c", "k")
	bulgarian = newEndings(`а я о е и у ю ът ят та то те та ия ият ите ата ята ото ето овете ове еве ища ищата ията иите иите ията ости остите
		ам ям аш яш ат ят им иш ите аме яме ате яте ах ях аха яха ал ял ала яла ало яло али яли ен на но ни ене ането ане ания анията ението ение ения енията`, 3, 2, "еъ", "ц", "к", "ч", "к")
	macedonian = newEndings(`а о е и у от та то те ов ва во ве он на но не ата ите ото ето овите ови еви иот ија ијата ии иите ост оста ости остите
		ам аш ат им иш еме ете аат име ите ев еше ав аше увам уваш ува уваме увате уваат ал ала ало але ил ила ило иле ен ена ено ени ање ањето ања ење ењето ења`, 3, 2, "е")
	ukrainian = newEndings(`а я о е и і ї у ю ь й ів їв ам ям ами ями ах ях ом ем єм ою ею єю ові еві єві ий ій ого ього ому ьому им їм іх их ими їх їми а яя е є і
		ати яти ити іти ути ти ає яє ує ю єш ємо єте ють ять ать ить имо ите ав яв ала яла ало яло али яли ив ила ило или увати ував увала увало ували ується ся сь
		ання яння ення іння анням енням ню ня ість ості істю`, 3, 2, "оеі", "ч", "к", "ц", "к", "ж", "г")
	belarusian = newEndings(`а я о ё е э ы і у ю ь й аў яў оў ёў ам ям амі ямі ах ях ом ем ём ой ою ай аю ей ею ы ыя ага яга ым ім ых іх ымі імі
		аць яць іць ыць ець уць ае яе уе аю ею ем еш еце юць аць яць іць ім іце аў яў ала яла ала алі ялі іў іла ілі ся ца анне енне ання ення`, 3, 1, "оеа")
	lithuanian = newEndings(`as is ys us a o e ė i u ų ą ę į ai iai ei ė es os ys ius ies aus iaus ui iui am iam oje yje uje ėje ose yse uose ėse ams ims oms ėms ais iais omis ėmis imis
		ių iu io ia ios ią ioje iosios asis ojo ti yti ėti auti uoti a o ė ia ame ate iame iate ome ote siu si s sime site au ai ėjau ėjo iau ojo davo imas imo imą imu ymas ymo ymą`, 3, 1, "")
	latvian = newEndings(`s š a e is us u i o ā ē ī ū as es os is us am em im om ai ei ij oj ām ēm īm iem ās ēs īs os ā ē ī ū um ums umu uma umi umus
		ais ajai ajam ajā ajo ajos ajām ajiem ot āt ēt īt it t ts ta tu tas ti tie tos ju ja jam jat ji šana šanu šanas šanai`, 3, 1, "")
	estonian = newEndings(`a e i u d t id ed ud ad de te id sse s st lt le ks ni na ta ga ses se des tes del tel delt telt dele tele deks teks deni dega tega dest test iga ita ini ina ist iks ile ilt it is
		ma da me te vad sin s sime site sid nud tud takse ti mine mise mist misel misega`, 3, 1, "")
	catalan     = newEndings(`s a e o es os as en ció cio cions sió sio sions ment ments r ar er ir ant ent at ada ats ades it ida its ides ava aven ia ien aré arà`, 3, 1, "", "ç", "c", "g", "j")
	galician    = newEndings(`s a e o es os as ns n ción cións sión sións mente mento mentos r ar er ir ando endo indo ado ada ados adas ido ida idos idas ou aron aba aban ía ían eu eron ei`, 3, 1, "")
	basque      = newEndings(`a ak ek ari ei ek en aren n an etan era etara tik etatik eko etako ko rekin arekin ekin rik z az ez tzea tzeko tzen ten tu du i ean ra ren rentzat arentzat entzat rako`, 3, 1, "")
	modernGreek = newEndings(`α ε η ι ο υ ω ασ εσ ησ οσ υσ ουσ ου οι ων ιου ιων ια ιο ιοσ ιεσ εισ εων εωσ ματα ματοσ ματων μα ματι ματια ικα
		ει εισ ουμε ετε ουν ουνε αω αει ασ αμε ατε ανε ομαι εσαι εται ομαστε εστε ονται σα σεσ σε σαμε σατε σαν θηκα θηκε θηκαν σω σει σουμε σετε σουν μενοσ μενη μενο μενοι μενεσ μενα`, 3, 1, "")
	armenianEndings = newEndings(`ը ն ի ին ից ով ում եր երը երի երին երից երով երում ներ ները ների ներին ներից ներով ներում ության ությունը ությամբ ություն ությունից ությունների
		ել ալ եմ ես է ենք եք են եց եցի եցին ած ող ում`, 3, 1, "")
	kazakh = newEndings(`лар лер дар дер тар тер ның нің дың дің тың тің ға ге қа ке на не да де та те нда нде дан ден тан тен нан нен ды ді ты ті ны ні н мен бен пен
		ым ім м ың ің ң сы сі ы і мыз міз ымыз іміз ңыз ңіз ыңыз іңіз`, 3, 3, "")
	korean = newEndings(`은 는 이 가 을 를 에 의 와 과 도 만 로 으로 에서 에게 한테 부터 까지 처럼 보다 이나 이랑 랑 하고 께서 에는 에도 에서는 으로는 으로도 들 들은 들이 들을 들의
		입니다 이다 인가요 인지 한다 합니다 하는 하면 하고 하기 해요 했습니다 했어요 하지 할 한 됩니다 되는 되지 된 됐습니다 되나요 하나요 습니다 나요`, 2, 1, "")
)
