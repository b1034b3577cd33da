package cluster

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
