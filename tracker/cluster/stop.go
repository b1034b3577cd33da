package cluster

import "strings"

// stopWords say nothing about what a text is about, by primary language. The lists
// are short on purpose: what is common in one log loses its weight there by itself.
// Negations and question words stay, they tell a request from a complaint.
var stopWords = map[string]map[string]bool{
	"en": set(`
a an the and or but if of at by for with about to from in into onto on as is are was were be been being am
it its this that these those there here i me my mine we us our you your he him his she her they them their
do does did doing done have has had having will would shall should may might must can could
im ive id ill youre youve thats theres isnt so than too very just also then else some any each such own same other
please kindly thanks thank hi hello hey dear regards`),
	"de": set(`
der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren sein ich du er sie es wir
ihr mich mir mein meine meinen meiner zu zum zur von vom mit bei auf für im in an am als auch noch nur so dass daß
haben habe hat hatte werden wird wurde bitte danke hallo`),
	"fr": set(`
le la les l un une des du de d et ou mais est sont je j tu il elle nous vous ils elles mon ma mes ce c cette ces au
aux en pour avec sur dans que qu qui se s ai a avez svp merci bonjour`),
	"es": set(`
el la los las un una unos unas y o pero es son yo me mi mis su sus al de del con por para en que se lo le ha he
hola gracias favor`),
	"it": set(`
il lo la i gli le l un uno una e ed o ma è sono io mi mio mia di del della da con su per in che si ho ha ciao grazie`),
	"pt": set(`
o a os as um uma e ou mas é são eu me meu minha em no na nos nas do da dos das de com por para que se olá obrigado`),
	"nl": set(`
de het een en of maar is zijn ik me mijn wij we van voor met op te in dat die er heb heeft hallo bedankt`),
	"sv": set(`en ett och eller men är jag mig min mitt vi att det den som på av för med till i har hej tack`),
	"da": set(`en et og eller men er jeg mig min mit vi at det den som på af for med til i har hej tak`),
	"nb": set(`en et og eller men er jeg meg min mitt vi at det den som på av for med til i har hei takk`),
}

// functionWords hold sentences together and name nothing: besides the stop words
// what no group is to be called by.
var functionWords = func() map[string]bool {
	m := set(`
not no nor none never nothing nobody nowhere something anything everything someone anyone everyone where when why how what who
which whose while whilst since until till before after again once only even still yet already now today yesterday tomorrow
later earlier soon always often sometimes usually ever like unlike because though although however therefore thus both either
neither every all another many much more most few less least several out up down off over under between through during against
without within across along around away back here there above below get gets got getting go goes going gone come comes came
make makes made take takes took give gives gave let lets put say says said tell tells told know knows knew think thinks want
wants wanted need needs needed try tries tried trying use used using see sees saw seen look looks keep keeps kept one two
three first second last next new old dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt werent hasnt havent
yes yeah good bad hope mean wait ask asked time times day days way thing things lot really quite rather
nicht kein keine keinen keinem keiner nie niemals nichts niemand wo wann warum wie was wer welche welcher welches während seit
bis bevor nachdem wieder immer oft manchmal schon jetzt heute gestern morgen später bald weil obwohl jedoch daher beide jede
jeder jedes alle alles andere viele viel mehr wenig mehrere aus über unter zwischen durch gegen ohne um hier dort da dann wenn
ob kann können konnte muss müssen soll sollte will wollen gibt geht machen macht nach vor mal ganz sehr doch dieser diese
dieses uns unser unsere unseren ihre ihren ihrer sich man hin her etwas
ja nein gut ab an zu mal
pas ne ni jamais rien personne où quand pourquoi comment quoi quel quelle quels quelles pendant depuis jusque avant après
encore toujours souvent déjà maintenant aujourd'hui aujourdhui hier demain tard parce bien tous toute toutes tout autre autres
plusieurs plus moins sans entre contre ici là alors comme si leur leurs notre nos votre vos son sa ses être avoir fait faire
peut peux dois doit très aussi y
no ni nunca nada nadie donde dónde cuando cuándo porque cómo como qué quién cual cuál mientras desde hasta antes después otra
vez siempre todavía aún ya ahora hoy ayer mañana tarde también todos toda todas todo otro otros otras muchos mucho más menos sin
entre contra aquí allí entonces si nuestro nuestra puede puedo hacer hace hay está están muy esto esta este estos estas`)
	for _, language := range []string{"en", "de", "fr", "es"} {
		for w := range stopWords[language] {
			m[w] = true
		}
	}
	return m
}()

func functional(word string) bool {
	return functionWords[strings.ReplaceAll(strings.ToLower(word), "'", "")]
}
