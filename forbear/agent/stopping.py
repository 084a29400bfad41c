"""How people ask for silence, in English, Spanish, Portuguese and French, as rules over normalized words.

Sources: 47 CFR 64.1200(a)(10) (the per-se words and "any reasonable manner"), the keyword lists of
Twilio and AWS, CTIA Messaging Principles. A rule names what was asked to stop: a medium, or None for
whatever medium the message came by.
"""

import re


def _phrases(joined: str) -> frozenset[str]:
    return frozenset(joined.split("|"))


# A whole message, or a clause of one, that is nothing but this is an opt-out.
STRONG = _phrases(
    "stop|stopall|stop all|stop it|stop this|stop that|stop now|stop texting|stop texts|unstop me|"
    "unsubscribe|unsub|optout|opt out|opt me out|revoke|cease|desist|remove me|no more|td|stop sending|"
    "arret|arreter|arretez|stopper|desabonner|desabonnement|desinscrire|desinscription|parar|pare|"
    "paren|parem|alto|detener|detengan|detenga|detenganse|no mas|ya no mas|ya basta|basta|basta ya|"
    "dar de baja|darme de baja|deme de baja|denme de baja|desuscribir|desuscribirme|desuscribirse|"
    "descadastrar|descadastre|nao quero mais|nao mais|chega|ca suffit|stop sms|"
    "stop2end|reply stop|text stop|stop to end|text stop to end|reply stop to end"
)
# The same, but only where the message is short: these words have other uses.
WEAK = _phrases(
    "cancel|end|quit|remove|delete|halt|discontinue|cancelar|cancele|cancelen|cancelenme|baja|para|fin|"
    "terminar|eliminar|borrar|quitar|remover|salir|sair|fim|annuler|annulez|quitter|retirer|cesser|"
    "cessez|anular|remova|finalizar|encerrar|deixar"
)
MISSPELLED = _phrases(
    "stpo|stp|sotp|tsop|stopp|stoop|sopt|stiop|stipo|stio|stip|stol|sto|stoo|stopo|sstop|sttop|dtop|"
    "atop|stap|staap|stahp|st0p|stoip|stopl|stpp|syop|srop|stip it|stop1|spot it|stopit|stopnow|"
    "stopplease|canel|cancle|cancell|cancl|cnacel|caancel|cencel|otp out|opout|optuot|optou|opt ot|"
    "revok|rvoke|revoek|qiut|quite it|quitt"
)

COURTESY = _phrases(
    "please|pls|plz|plse|pleas|ok|okay|just|now|thanks|thank|you|thx|ty|hey|hi|hello|sir|madam|maam|"
    "already|immediately|asap|right|yes|yeah|yep|this|it|me|all|everything|here|again|at|once|i|said|"
    "say|told|kindly|and|u|ur|oh|omg|lol|man|dude|bro|por|favor|porfavor|porfa|ya|gracias|hola|oiga|"
    "oye|senor|senora|si|todo|todos|aqui|inmediatamente|de|inmediato|s|il|vous|plait|svp|silvousplait|"
    "merci|bonjour|maintenant|tout|suite|obrigado|obrigada|gentileza|agora|ola|imediatamente|fucking|"
    "fuckin|fuck|damn|dammit|goddamn|freaking|effing|hell|bitch|bitches|asshole|assholes|shit|pinche|"
    "carajo"
)

UNCLEAR = _phrases(
    "no|nope|nah|noo|no thanks|no thank you|no thx|no ty|not interested|im not interested|"
    "i am not interested|enough|thats enough|that is enough|enough is enough|enough already|spam|"
    "this is spam|scam|this is a scam|scammer|scammers|blocked|block|reported|shut up|go to hell|"
    "whatever|not now|no gracias|no quiero|ya no|suficiente|no me interesa|no estoy interesado|"
    "no estoy interesada|nao|nao obrigado|nao obrigada|nao tenho interesse|non|non merci|pas interesse|"
    "assez|please no|no please|no no|hell no|never|nunca|jamais|dont|do not|not again|reported as spam|"
    "reporting you|im reporting you|i will report you|ill report you|im blocking you|i will block you|"
    "ill block you|blocking you|harassment|this is harassment|stop harassment|dont start|do not start|"
    "never start again|cela suffit|isso basta|ja chega|i want out|let me out|wrong|start texting me again"
)

_TEXT = r"(?P<sms>text\w*|txt\w*|sms\w*)"
_CALL = r"(?P<voice>call(?:s|ing|ed)?|phon(?:e|ing)|ring(?:ing)?|dial(?:ing)?|voice ?mails?)"
_MAIL = r"(?P<email>e ?mail(?:s|ing|ed)?)"
_WHATSAPP = r"(?P<whatsapp>whats ?app(?:s|ing)?)"
_ANY = (
    r"(?:mess?ag\w*|msg\w*|contact\w*|send(?:s|ing)?|writ(?:e|ing)|bother\w*|bugging|bug|harass\w*"
    r"|spam\w*|notif\w*|alerts?"
    r"|alerting|reach\w*|communicat\w*|disturb\w*|annoy\w*|ping\w*|hit(?:ting)? me up|blow(?:ing)? up my"
    r"|pester\w*|remind\w*)"
)
_WAYS = rf"(?:{_TEXT}|{_CALL}|{_MAIL}|{_WHATSAPP}|{_ANY})"
_OTHER_WAYS = re.sub(r"\?P<\w+>", "?:", _WAYS)
_NOUNS = (
    rf"(?:{_TEXT}|{_CALL}|{_MAIL}|{_WHATSAPP}|messages?|mesages?|msgs?|alerts?|notifications?|reminders?"
    rf"|communications?"
    r"|contact|spam|subscription|correspondence|notices?)"
)
_MY_NUMBER = (
    r"(?:my (?:\w+ )?(?:number|name|phone|cell|mobile|info\w*|contact\w*|details|line)"
    r"|this (?:\w+ )?(?:number|phone|cell|line|contact))"
)


_NEGATED = (
    r"(?P<but>(?:dont|don t|do not|cant|can not|cannot|wont|will not|didnt|did not|did you|havent|hasnt"
    r"|has not|have not|never|not"
    r"|i|ill|we|if you|when you|until you|can i|could i|may i|let me|going to) )?"
)

ALSO = re.compile(
    rf"(?: me| us| my \w+)? (?:and|or|nor|y|o|e|et|ou)(?: stop| dont| do not)? ?"
    rf"(?:{_TEXT}|{_CALL}|{_MAIL}|{_WHATSAPP})\b(?! (?:only|instead|are|is|me instead|me at))"
)
"""A second medium named right after a request: "stop calling and texting me"."""

ENGLISH = (
    re.compile(
        rf"{_NEGATED}\b(?:stop|stopp+|quit|cease|discontinue|refrain from)"
        rf"(?: (?!by\b|and\b|or\b|before\b|to\b|in\b|at\b|over\b|pay|autopay"
        rf"|working)\w+){{0,3}}? {_WAYS}\b(?! (?:payment|money|check|cash))"
    ),
    re.compile(
        rf"{_NEGATED}\b(?:end|cancel|terminate|disable|turn off|shut off|block)"
        rf"(?: (?:these|those|all|the|your|this|any|my|of|further|future|sending|getting))* {_NOUNS}\b"
    ),
    re.compile(
        r"(?P<but>(?:i|we|they|you should|why) )?\b(?:do not|dont|don t|do nt|never|no longer|not)"
        r"(?: (?:ever|again|you|u|dare|keep|even|start|continue|try|to|be|you ever|like|please))*"
        rf" {_WAYS}(?: (?:or|and|nor) {_OTHER_WAYS})*"
        rf"(?: (?:me\b(?! to\b)|us\b(?! to\b)|{_MY_NUMBER}|here\b|again\b|anymore\b|any more\b"
        rf"|any\b|ever\b|back\b|to me\b)|$)"
    ),
    re.compile(
        rf"\bno (?:more|further|mas)(?: (?:of|these|those|this|your|stupid|damn|fucking))*"
        rf" (?:{_NOUNS}|of (?:this|these|those|it)$)\b"
    ),
    re.compile(
        rf"\b(?:take|remove|delete|get|drop|erase|pull|strike|scratch|clear)\b(?: \w+){{0,2}}? (?:me|us"
        rf"|{_MY_NUMBER})"
        r"(?: \w+){0,2}? (?:off|from|out of)\b"
        r"(?! (?:(?:the|your|my|this|that|a) )?(?:\w+ )?(?:plan|autopay|auto|card|account|policy"
        r"|collections?|credit|loan|payment))"
    ),
    re.compile(
        rf"\b(?:remove|delete|erase|lose|forget|delist|unlist) (?:me$|us$"
        rf"|{_MY_NUMBER})(?! from (?:collections|credit))"
    ),
    re.compile(
        r"\bleave (?:me|us) (?:the \w+ )?alone\b|\blet me be\b|\bgo away\b|\bget lost\b|\b(?:fuck|piss"
        r"|back|bug|buzz) off\b"
        r"|\bget off my (?:phone|back)\b|\btake me off\b$"
    ),
    re.compile(
        r"\b(?:do not|dont|don t|no longer|never|didnt|did not)"
        r" (?:want|wanna|wish|like|care|need|agree|consent|ask|asked|sign up|signed up|subscribe"
        r"|subscribed)\b(?: \w+){0,4}?"
        rf" (?:receiv\w*|hear(?:ing)?|contacted|texted|messaged|bothered|{_TEXT}|{_CALL}|{_MAIL}"
        rf"|messages?|msgs?|notifications?"
        r"|from you|to hear|communications?|any contact|contact from|you to (?:contact|message|send|write"
        r"|bother)"
        r"|(?:this|these|those|it|them)(?: any ?more)?$|any ?more$)"
    ),
    re.compile(r"(?P<but>(?:dont|do not|didnt|did not|never|not) )?\bun ?su[bs]s?\w*"),
    re.compile(
        r"(?P<but>(?:dont|do not|didnt|did not|never|not) )?\bopt(?:ing|ed)?(?: ?(?:me|us|my number"
        r"|this number))? ?out\b"
        r"(?! of (?:\w+ )?(?:auto\w*|paper\w*|plan|insurance))"
    ),
    re.compile(
        r"\b(?:revok\w*|withdraw\w*|rescind\w*|retract\w*|take back|taking back)(?: \w+){0,3}? (?:consent"
        r"|permission)\b"
        r"|\b(?:revok\w*|withdraw\w*) (?:\w+ )?authori[sz]ation to (?:text|contact|call|message|email)\b"
        r"|\b(?:do not|dont|no longer|never)(?: \w+){0,3} (?:consent|permission) to (?:text|contact|call"
        r"|message|email)\b"
    ),
    re.compile(r"\bmake (?:it|this|these|them) stop\b|\byou (?:need|have|better|gotta|must)(?: to)? stop\b"),
)

SPANISH = (
    re.compile(
        r"(?P<but>(?:no|nunca) )?\b(?:dejen?|dejes?|deja|paren?|cesen?|eviten?"
        r"|terminen?)(?: ya)?(?: por favor)? (?:de |con )"
        r"(?:(?P<voice>llamar\w*|telefonear\w*)|(?:mandar|enviar|escribir|molestar|contactar|textear"
        r"|acosar|fastidiar|mensajear|"
        r"hostigar)\w*|(?:los |tantos |sus )?(?:mensajes|textos|mensajitos))"
    ),
    re.compile(
        r"\b(?:ya )?(?:no|nunca)(?: quiero que| deseo que)?(?: me"
        r"| nos)? (?:vuelvan? a )?(?:(?P<voice>llam(?:en?|es|ar\w*))"
        r"|mand(?:en?|es|ar\w*)|envi(?:en?|es|ar\w*)|escrib(?:an?|as|ir\w*)|contact(?:en?|es|ar\w*)"
        r"|molest(?:en?|es|ar)"
        r"|text(?:een?|ees)|mensaj\w+|fastidi(?:en?|es))\b"
    ),
    re.compile(
        r"\bno (?:quiero|deseo|acepto|autorizo|necesito)(?: \w+){0,3}? (?:recibir\w*|mensajes?|textos?"
        r"|sms|saber|que me|mas$|esto$)"
    ),
    re.compile(
        r"\b(?:no|ya no|sin) mas (?:mensajes?|textos?|sms|msjs?|avisos|notificaciones|(?P<voice>llamadas)"
        r"|(?P<email>correos)|por favor)"
    ),
    re.compile(
        r"\b(?:dar(?:me|nos|se)?|den(?:me|nos)?|deme|dame|quiero|solicito|pido|exijo)(?: la"
        r"| mi)? (?:de )?(?:la )?baja\b"
    ),
    re.compile(
        r"\b(?:borr|elimin|quit|remuev|remov|sac|saqu|tach|olvid)\w*(?: ya)?(?: (?:me|nos))?"
        r" (?:mi|este|el) (?:\w+ )?(?:numero|telefono|celular|contacto|nombre|datos)\b"
        r"|\b(?:borren|eliminen|quiten|saquen|borre|elimine|quite|saque|remuevan|remueva)me\b"
        r"|\bme (?:borren?|eliminen?|quiten?|saquen?)\b|\b(?:saquen|quiten|borren)(?:me)? de (?:su|la"
        r"|esta) lista\b"
    ),
    re.compile(
        r"\bdejen?(?:me|nos) (?:ya )?(?:en paz|tranquil[oa]s?)\b|\bno molest(?:ar|e|en|es)\b"
        r"|\bdejen? de molestar"
    ),
    re.compile(
        r"\b(?:cancel|deten|suspend|par|anul)\w*(?: de)?(?: (?:los|estos|sus|mis|todos|mi|la|el|estas"
        r"|las))* "
        r"(?:mensajes?|textos?|sms|suscripcion|notificaciones|avisos|envios?)\b|\balto (?:a|con)(?: los"
        r"| estos| sus)? mensajes\b"
    ),
    re.compile(r"\b(?:revoco|retiro)(?: \w+){0,2} (?:consentimiento|permiso|autorizacion para)\b"),
    re.compile(r"\bdes ?(?:sus|su|subs)cri\w+|\bbasta de (?:mensajes|textos|(?P<voice>llamadas))\b"),
)

PORTUGUESE = (
    re.compile(
        r"(?P<but>nao )?\bpar(?:e|em|a|ar)(?: ja)?(?: por favor)? de (?:me )?(?:(?P<voice>ligar)|enviar"
        r"|mandar|escrever|incomodar"
        r"|contatar|perturbar)\w*|\bpar(?:e|em)(?: com)? (?:as |estas |essas )?mensagens\b"
    ),
    re.compile(
        r"\bnao (?:quero|desejo|aceito|autorizo)(?: \w+){0,3}? (?:receber|mensage(?:m|ns)|que me|sms"
        r"|contato|isso$)"
        r"|\bnao (?:me )?(?:(?P<voice>lig(?:ue|uem))|envi(?:e|em)|mand(?:e|em)|incomod(?:e|em)|escrev(?:a"
        r"|am)|contat(?:e|em)"
        r"|perturb(?:e|em))\b"
    ),
    re.compile(
        r"\b(?:remov|retir|tir|apag|exclu)\w+(?: me)? (?:o )?(?:meu|este|esse) (?:\w+ )?(?:numero"
        r"|telefone|celular|contato|nome)\b"
        r"|\bme (?:tir|remov|descadastr|exclu)\w+|\b(?:me deix\w+|deix\w+ me) em paz\b"
        r"|\bsem mais mensagens\b|\bchega de mensagens\b"
        r"|\bmais nenhuma mensagem\b|\bcancel\w* (?:as |estas |essas )?(?:mensagens|inscricao)\b"
    ),
)

FRENCH = (
    re.compile(
        r"(?P<but>ne )?\b(?:arretez?|arreter|cessez|cesser|stoppez)(?: svp)?(?: de| d)? ?(?:(?:m|me"
        r"|nous|vos|ces|les|tous) ?)*"
        r"(?:(?P<voice>appel\w*|telephon\w*)|envo\w+|ecri\w+|text\w+|contact\w+|harcel\w+|message\w*|sms"
        r"|derang\w+)"
    ),
    re.compile(
        r"\bne (?:me |m ?|nous )?(?:(?P<voice>appelez|appelle\w*)|envoyez|ecrivez|contactez|textez"
        r"|derangez|harcelez|envoie\w*"
        r"|ecris|contacte\w*)\b"
    ),
    re.compile(
        r"\b(?:je )?(?:ne )?(?:veux|souhaite|desire) (?:plus|pas)(?: \w+){0,2}? (?:recevoir|messages?"
        r"|textos?|sms|contacte\w*|vos|ces)"
    ),
    re.compile(r"\b(?:plus|pas) (?:de|d) ?(?:autres )?(?:messages?|textos?|sms|textes)\b"),
    re.compile(r"\b(?:laissez?|fichez|foutez)(?: |-)?(?:moi|nous) (?:tranquilles?|en paix|la paix)\b"),
    re.compile(
        r"\b(?:retirez|enlevez|supprimez|effacez|rayez|retirer|enlever|supprimer) (?:moi\b|mon"
        r"|ce) ?(?:numero|nom|telephone|de|contact)?"
        r"|\b(?:me |m ?)?(?:desabonn|desinscri)\w+|\bje (?:revoque|retire) mon (?:consentement|accord)\b"
    ),
)

# In all of them, a match whose group `but` took part is the opposite, or about something else.
REQUESTS = (*ENGLISH, *SPANISH, *PORTUGUESE, *FRENCH)

# "stop" in a short message, unless it is part of another phrase.
_MONEY = r"(?:\w+ )?(?:interest|fees?|charges?|autopay|auto pay|payments?|loan|debit|garnish\w*|penalt\w*)"
LOOSE_STOP = re.compile(
    rf"(?P<but>(?:bus|full|truck|pit|one|non|door|dont|do not|cant|cannot|wont|will not|i|ill|i will"
    rf"|i can|can i"
    rf"|could i|may i|we|let me|didnt|did not|never|going to|gonna|have to|had to"
    rf"|(?:when|how|why|where) (?:do|does|did|will|would)(?: \w+){{1,3}}|{_MONEY}) )?\bstop\b"
    rf"(?! (?:by|in|at|over|pay\w*|my|working|light|sign|sale|on|off|for|and|to|if|when|until|till|charging"
    rf"|auto\w*|getting (?:paid|my)|(?:(?:the|these|those|this|any|all) )?{_MONEY})\b)"
)

# Said about a request: it holds at some times or places only.
AT_WORK = re.compile(
    r"\b(?:at|to|from|during)(?: my| the)? (?:work|job|office|workplace|shift)\b|\bwhile (?:im "
    r"|i am )?(?:at )?work"
    r"|\b(?:al|en|a|no|ao)(?: el| mi| meu)? (?:trabajo|trabalho)\b|\bau travail\b"
)
_DAYS_ES = r"(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)"
AT_TIMES = re.compile(
    r"\b(?:before|after|until|till|between|during|in the (?:mornings?|afternoons?|evenings?)|at night"
    r"|at noon"
    r"|mornings?|evenings?|weekends?|(?:on )?(?:sun|mon|tues|wednes|thurs|fri|satur)days?"
    r"|so (?:late|early|often|much)|late at night|while i\w*|when i\w*"
    rf"|(?:por|de|en) las? (?:mananas?|tardes?|noches?)|de noche|(?:antes|despues) de|los {_DAYS_ES}"
    rf"|fin(?:es)? de semana"
    r"|tan (?:tarde|temprano)|(?:a|de) (?:noite|manha|tarde)|(?:antes|depois) das|le (?:matin|soir"
    r"|dimanche)|la nuit)\b"
)
ONLY_NOW = re.compile(r"\b(?:today|tonight|this (?:week|morning|evening|afternoon)|right now im|hoy|aujourdhui)\b")
