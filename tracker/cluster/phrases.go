package cluster

import "strings"

// What people and mail programs write around what they have to say. Lower case,
// longest first where one begins another.
var (
	greetings = lines(`
good morning
good afternoon
good evening
good day
greetings
hello there
hello
hey there
hey
hi there
hi all
hi
dear sir or madam
dear sirs
dear
to whom it may concern
guten morgen
guten tag
guten abend
hallo zusammen
hallo
sehr geehrte damen und herren
sehr geehrte
sehr geehrter
liebe
lieber
servus
moin
bonjour
bonsoir
salut
madame, monsieur
cher
chère
buenos días
buenos dias
buenas tardes
buenas noches
buenas
hola
estimado
estimada
estimados
buongiorno
buonasera
salve
ciao
gentile
bom dia
boa tarde
boa noite
olá
prezado
prezada
goedemorgen
goedemiddag
goedendag
geachte
beste
hej
hei
moi
god dag
dzień dobry
szanowni państwo
witam
cześć
dobrý den
добрый день
здравствуйте
привет
merhaba
`)

	farewells = lines(`
kind regards
best regards
warm regards
with regards
many regards
regards
best wishes
all the best
yours sincerely
yours faithfully
yours truly
sincerely
cheers
mit freundlichen grüßen
mit freundlichem gruß
freundliche grüße
mit besten grüßen
beste grüße
viele grüße
liebe grüße
schöne grüße
mfg
vg
lg
cordialement
bien cordialement
salutations
meilleures salutations
bien à vous
un saludo
saludos
saludos cordiales
atentamente
cordiali saluti
distinti saluti
saluti
atenciosamente
cumprimentos
com os melhores cumprimentos
met vriendelijke groet
met vriendelijke groeten
vriendelijke groet
groeten
med vänlig hälsning
med vänliga hälsningar
vänliga hälsningar
med venlig hilsen
venlig hilsen
med vennlig hilsen
vennlig hilsen
ystävällisin terveisin
terveisin
z poważaniem
pozdrawiam
s pozdravem
с уважением
saygılarımla
`)

	thanksLines = lines(`
thanks in advance
many thanks
thanks a lot
thanks very much
thanks
thank you in advance
thank you very much
thank you so much
thank you
thx
vielen dank im voraus
vielen dank
danke im voraus
danke
merci d'avance
merci beaucoup
merci
muchas gracias
gracias
grazie mille
grazie
muito obrigado
obrigado
obrigada
bedankt
alvast bedankt
tack
tak
takk
kiitos
dziękuję
спасибо
teşekkürler
`)

	// notices are lines that a program or a legal department wrote.
	notices = lines(`
sent from my 
sent from mail for
sent from yahoo
get outlook for
von meinem iphone gesendet
von meinem ipad gesendet
gesendet von 
envoyé de mon
enviado desde mi
inviato da
verzonden vanaf
this email and any
this e-mail and any
this message and any
this email is confidential
this e-mail is confidential
this message is confidential
this message is intended
this email is intended
the information contained in this
confidentiality notice
disclaimer:
please consider the environment
diese e-mail enthält
diese nachricht enthält
ce message et toutes
este mensaje y
caution: this email originated
external email
[external]
you received this message because
to unsubscribe
unsubscribe
`)

	originals = lines(`
original message
forwarded message
original appointment
ursprüngliche nachricht
weitergeleitete nachricht
original-nachricht
message d'origine
message transféré
mensaje original
messaggio originale
mensagem original
oorspronkelijk bericht
ursprungligt meddelande
`)

	fromLines   = lines("from:\n*from:\nvon:\n*von:\nde:\nda:\nvan:\nfrån:\nfra:\nod:\nот:")
	headerLines = lines("sent:\ndate:\nto:\nsubject:\ngesendet:\ndatum:\nan:\nbetreff:\nenvoyé\nà:\nobjet:\nenviado\npara:\nasunto:\nassunto:\ninviato:\na:\noggetto:\nverzonden:\naan:\nonderwerp:\nskickat:\ntill:\nämne:\nsendt:\ntil:\nemne:\nwysłano:\ndo:\ntemat:\nотправлено:\nкому:\nтема:\ncc:\nreply-to:")

	attributions = [][2]string{
		{"on ", " wrote:"}, {"am ", " schrieb"}, {"le ", " écrit"}, {"el ", " escribió"}, {"il ", " scritto"},
		{"em ", " escreveu"}, {"op ", " schreef"}, {"den ", " skrev"}, {"w dniu", "napisał"}, {"", "> wrote:"},
	}
)

// lines splits a table; blanks at the end of a line count.
func lines(table string) []string { return strings.Split(strings.Trim(table, "\n"), "\n") }
