"""Words of legal weight, in English, Spanish, Portuguese and French, over normalized text. Each calls for
a person.

Sources: 15 U.S.C. 1692c(c) and 12 CFR 1006.6(c) (cease, refusal to pay), 1006.6(b)(1) and (3) (times,
workplace), 1006.6(b)(2) (attorney), 1006.6(d) (wrong party), 1006.38 (disputes), 1006.14(h) (media), 11
U.S.C. 362 (bankruptcy).
"""

import re

CEASE = re.compile(
    r"\bcease (?:and|n) desist\b|\b(?:stop|cease|end|no more|no further)(?: (?:all|any|further|every"
    r"|your))* (?:communicat\w*|contact\w*)\b"
    r"|\b(?:do not|dont|never)(?: ever)? (?:contact|communicate with) (?:me|us)\b(?! (?:at|on|before"
    r"|after|by|during))"
    r"|\bnever (?:ever )?(?:call|text|write|message|e ?mail|bother)(?: to)? (?:me|us)\b|\bfdcpa\b|\b1692c\b"
    r"|\b(?:cese|cesen) (?:toda|todas|la|las|de) comunicaci|\bno (?:me|nos) (?:vuelvan?"
    r"|vuelva) a (?:contactar|escribir|llamar)\b"
    r"|\b(?:cessez|arretez) (?:toute|toutes) communication"
)
ATTORNEY = re.compile(
    r"(?<!are you a )(?<!are you an )(?<!you a )\b(?:attorneys?|attourney|lawyers?|lawer|law firm"
    r"|legal (?:counsel|representation|aid)"
    r"|counsel|solicitor|represented by|abogad[oa]s?|advogad[oa]s?|avocate?s?)\b"
)
BANKRUPTCY = re.compile(
    r"\bbank ?rup\w*|\bbankrupcy\b|\b(?:chapter|ch|chap) ?(?:7|11|13|seven|eleven|thirteen)\b"
    r"|\bautomatic stay\b|\binsolven\w*"
    r"|\bbancarrota\b|\bquiebra\b|\bfalencia\b|\bfaillite\b|\bsurendettement\b"
)
DECEASED = re.compile(
    r"(?P<but>\b(?:phone|battery|car|truck|laptop|cell|computer|engine|line|call|van)(?: \w+)? )?"
    r"\b(?:passed away|(?:he|she|mom|mother|dad|father|husband|wife|son|daughter|brother|sister) (?:has "
    r"|just )?passed|deceased|died"
    r"|is dead|has died|death (?:of|certificate)|late (?:husband|wife|father|mother|son|daughter)"
    r"|executor|executrix|estate of|widow(?:er)?"
    r"|fallecio|fallecid[oa]|murio|muert[oa]|difunt[oa]|faleceu|falecid[oa]|morreu|decedee?|est morte?)\b"
)
DISPUTE = re.compile(
    r"(?P<but>\b(?:not|dont|do not) )?\bdisput\w*|\bnot my (?:debt|bill|account|charge|order|purchase"
    r"|loan|balance)\b"
    r"|\b(?:isnt|is not|aint|not|wasnt|was not) mine\b|\b(?:do not|dont|never|didnt|did not) owe\w*\b"
    r"|\b(?:i )?never (?:bought|ordered|purchased|opened|signed|authorized|had an account|had this"
    r"|did business)\b"
    r"|\b(?:did not|didnt) (?:buy|order|purchase|open|authorize|sign)\b|\b(?:wrong|incorrect) (?:amount"
    r"|balance|total)\b"
    r"|\b(?:amount|balance|total|debt) is (?:wrong|incorrect|not right|not correct|not valid)\b"
    r"|\bidentity theft\b|\bid theft\b|\bfraud\w*"
    r"|\bstole my identity\b|\b(?:validate|verify|prove|proof of|validation of"
    r"|verification of)(?: \w+){0,3} (?:debt|owe|amount)\b|\bprove (?:it|this|that)\b"
    r"|\b(?:do not|dont) recogni[sz]e\b|\bstatute of limitations\b|\btime barred\b|\bdebt is (?:too |so )?old\b"
    r"|\bsend (?:me )?(?:proof|validation|verification)\b|\boriginal creditor\b"
    r"|\bno es mi (?:deuda|cuenta)\b|\b(?:la )?deuda no es mia\b|\bno es mi[oa]\b|\bno (?:les |le "
    r"|te )?debo (?:nada|eso|esa|esto|dinero)\b"
    r"|\bno reconozco\b|\bnunca (?:compre|pedi|firme)\b|\bfraude\b|\brobo de identidad\b|\bimpugn\w*"
    r"|\bno estoy de acuerdo\b"
    r"|\bnao (?:devo|reconheco)\b|\bnao e (?:minha divida|meu)\b|\bcontest(?:o|e)\b"
    r"|\bce n ?est pas ma dette\b|\bje ne dois (?:rien|pas)\b"
)
WRONG_PARTY = re.compile(
    r"\bwrong (?:number|num|nbr|no|person|party|guy|man|lady|woman|phone|contact|one|individual"
    r"|recipient)\b"
    r"|\b(?:no ?one|nobody|no (?:\w+ )?person)(?: \w+)? by (?:that|this) name\b"
    r"|\bno \w+ (?:lives )?(?:here|at this number)\b"
    r"|\b(?:doesnt|does not|no longer|never) lived? here\b|\bno vive aqui\b|\bnao mora aqui\b"
    r"|\bn ?habite (?:pas|plus) ici\b"
    r"|\b(?:im|i am|this is|this isnt|this aint) (?:not )?(?:the (?:wrong|right) person|who you (?:think"
    r"|are looking|re looking|want|need)"
    r"|whom you)\b|\b(?:im|i am|this is) not (?:him|her|that person|this person|the person|(?:mr|mrs"
    r"|ms) \w+)\b"
    r"|\bthis (?:is not|isnt|aint) \w+(?: \w+)?s? (?:number|phone|cell)\b|\b(?:this is not|this isnt"
    r"|im not|i am not) (?!(?:able|sure|working|interested|paying|home|happy|ready|sorry|employed|well"
    r"|good|available|right|fair|true|correct|ok|okay|funny|mine|it|legal|possible|real|well|there|here"
    r"|sick|rich|going|signing|doing|in|at|on)\b)\w+$|\b(?:not"
    r"|no longer) (?:his|her|their) (?:number|phone)\b"
    r"|\bdo(?: not|nt) know (?:who (?:that|this|he|she) is|this person|that person|anyone|any \w+|him|her"
    r"|a \w+)\b"
    r"|\b(?:just|recently) got (?:this|a new) (?:number|phone)\b|\bnew (?:phone|number) who\b"
    r"|\bnew owner of this number\b"
    r"|\b(?:has|had|have) (?:this|the) number (?:now|for)\b|\bnumber (?:now )?belongs to (?:me|someone"
    r"|somebody)\b"
    r"|\bhavent? (?:the )?wrong\b|\bnumero equivocado\b|\bpersona equivocada\b|\b(?:se|esta"
    r"|estan) equivoc\w+|\bno soy (?:esa|la|el|\w+$)"
    r"|\bno conozco a\b|\bnumero errado\b|\bpessoa errada\b|\bengano\b|\b(?:mauvais|faux) numero\b"
    r"|\bmauvaise personne\b"
    r"|\berreur de (?:numero|personne)\b"
)
WORKPLACE = re.compile(
    r"\b(?:dont|do not|cant|cannot|can not|stop|never|no|not|quit)\b(?: \w+){0,7} (?:at|from|to"
    r"|during)(?: my| the)? "
    r"(?:work|job|office|workplace)\b"
    r"|\b(?:contact|call|text|e ?mail|messag|writ|phon)\w*(?: to)? (?:my|his|her|our) (?:job|employer"
    r"|boss|work|office|workplace)\b"
    r"|\b(?:employer|boss|job|work|company) (?:does not|doesnt|prohibits|forbids|wont|will not|do not)\b"
    r"|\bpersonal calls\b"
    r"|\bthis is (?:my|a) (?:work|office|business|company) (?:phone|number|cell|line|e ?mail)\b"
    r"|\bmy work (?:phone|number|cell|e ?mail)\b"
    r"|\bno (?:me )?(?:llam|contact|escrib|mand|text)\w*(?: \w+){0,3} (?:en|a) (?:mi |el )?trabajo\b"
    r"|\bau travail\b|\bno meu trabalho\b"
)
MEDIA_REQUEST = re.compile(
    r"\b(?:text|e ?mail|call|mail|write)(?: to)? (?:me )?(?:instead|only)\b|\b(?:texts?|e ?mails?|calls?"
    r"|mail|letters?|writing) only\b"
    r"|\bonly (?:by|via|through|in|use) (?:text|e ?mail|mail|phone|writing|letter)\w*|\bonly (?:text|call"
    r"|e ?mail|write)\b"
    r"|\bprefer (?:to be )?(?:texts?|texted|e ?mails?|e ?mailed|calls?|called|letters?|mail)\b"
)
REFUSE_TO_PAY = re.compile(
    r"\brefus\w* to pay\b|\b(?:will not|wont|never|not going to|not gonna|aint gonna"
    r"|aint going to)(?: \w+)? (?:be )?pay(?:ing)?\b"
    r"(?! (?:until|till|today|this|before|by|late|you (?:until|till|today))\b)|\bim not paying\b"
    r"|\bi am not paying\b"
    r"|\bme niego a pagar\b|\bno (?:voy|vamos|pienso) (?:a )?pagar\b|\bno (?:te |les |le |lo )?pagare\b"
    r"|\bnao vou pagar\b"
    r"|\brecuso(?: me)? a pagar\b|\brefuse de payer\b|\bne paierai\b"
)
INCONVENIENT_TIME = re.compile(
    r"\binconvenien\w*|\b(?:not|isnt|never)(?: \w+)? (?:a )?good time\b|\bbad time\b"
    r"|\b(?:mornings?|evenings?|afternoons?|nights?|weekends?|(?:sun|mon|tues|wednes|thurs|fri|satur)days?)"
    r" (?:are|is|isnt|arent|dont work|doesnt work)"
    r"(?: \w+)? (?:bad|inconvenient|hard|difficult|not good|out|terrible|no good|work)\b"
    r"|\b(?:call|text|contact|message|write|reach|phone|e ?mail)(?: to)?(?: me)?(?: only| back)? (?:after"
    r"|before|between|in the)\b"
    r"|\bi (?:work|am on) (?:nights?|night shift)\b|\bsleep(?:ing)? (?:during|until|till|then)\b"
    r"|\bmal momento\b|\bno es (?:un )?buen(?:a)? (?:momento|hora)\b|\bmauvais moment\b"
    r"|\b(?:llam|escrib|contact|mand)\w*(?: \w+){0,2} (?:despues|antes) de las\b|\bpor las? (?:mananas?"
    r"|noches?) no\b"
)
SAYS_PAID = re.compile(
    r"\balready (?:been )?paid\b|\bpaid (?:this |it |that |you )?(?:off|already|in full)\b"
    r"|\bi (?:have )?paid (?:this|it|that)\b"
    r"|\bya (?:lo |la |le |les )?(?:pague|esta pagad[oa])\b|\bja paguei\b|\bdeja paye\b"
)
ASKS_ABOUT_SPAM = re.compile(
    r"\b(?:is this (?:a )?(?:scam|spam)|report(?:ing)? you|block(?:ing)? (?:you|this number)"
    r"|this is (?:a )?(?:scam|spam))\b"
)
PROTECTED = re.compile(
    r"\bactive duty\b|\b(?:im|i am|hes|shes|he is|she is|being) deployed\b|\bservice ?members?\b|\bscra\b"
    r"|\bmilitary (?:orders|service|duty)\b|\bservicio activo\b"
    r"|\b(?:cfpb|ftc|attorney general|regulator|ombudsman|condusef|procon|profeco)\b|\bfile a complaint\b"
)
"""Words after which a person decides: service in the armed forces (50 U.S.C. ch. 50), a complaint to a regulator."""
