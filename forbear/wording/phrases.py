"""The phrases the linter knows, in four languages (en, es, pt, fr): stems to look for first, patterns to be sure.

Sources: 12 CFR 1006.6(e) and comment 6(e)-1 (opt-out notice), 12 CFR 1006.18(e) (disclosures), 15 U.S.C.
1692e and 12 CFR 1006.18(c) (threats and false urgency), CTIA Messaging Principles (shorteners, sender
identity).
"""

import re
from dataclasses import dataclass

from forbear.policy.content import letters


@dataclass(frozen=True, slots=True)
class Phrases:
    """A pattern that is only run when one of its stems occurs in the lower-cased text (most texts have
    none), from `reach` characters before the first of them: no match begins earlier.
    """

    stems: tuple[str, ...]
    pattern: re.Pattern[str]
    reach: int

    def find(self, lowered: str) -> re.Match[str] | None:
        first = -1
        for stem in self.stems:
            if stem in lowered:
                place = lowered.index(stem)
                first = place if first < 0 else min(first, place)
        if first < 0:
            return None
        return self.pattern.search(lowered, max(0, first - self.reach))


def _phrases(stems: str, pattern: str, reach: int = 30) -> Phrases:
    return Phrases(tuple(stems.split()), re.compile(pattern), reach)


STOP_WORDS = r"(?:stop|alto|parar|pare|baja|sair|arr[eê]t)"
OPT_OUT_BY_WORD = _phrases(
    "stop alto parar pare baja sair arret arrêt",
    rf"\b(?:repl(?:y|ies|ying)|respond[ae]?|text|txt|send|answer|conteste|env[ií][ea]|r[eé]pondez)\b"
    rf"[^.!?\n]{{0,25}}\b{STOP_WORDS}\b|\b{STOP_WORDS}\b[^.!?\n]{{0,12}}\b(?:to|para|pour)\b",
)
OPT_OUT_BY_LINK = _phrases(
    "opt unsub baja suscri inscri desabon désabon descadast",
    r"(?:opt[ -]?out|unsubscribe|darse de baja|cancelar (?:la|su) suscripci[oó]n|cancelar (?:a|sua) inscri[cç][aã]o"
    r"|descadastr|d[eé]sabonn)[^\n]{0,80}https?://"
    r"|https?://\S{1,200}[^\n]{0,40}(?:opt[ -]?out|unsubscribe|darse de baja|descadastr|d[eé]sabonn)",
    reach=240,
)
OPT_OUT_MENTIONED = _phrases(
    "opt unsub stop baja sair désabon desabon receb",
    r"\bopt(?:ing)?[ -]?out\b|\bunsubscribe\b|\bto stop (?:these|receiving|texts|e-?mails)\b"
    r"|\bdarse de baja\b|\bpara (?:sair|deixar de receber)\b|\bse d[eé]sabonner\b|\bvous d[eé]sabonner\b",
)
OPT_OUT_COSTS = _phrases(
    "social ssn birth number password fee seguro fecha nascimento naissance cpf",
    r"(?:opt[ -]?out|unsubscribe|\bstop\b|\bbaja\b|\bsair\b|d[eé]sabonner)[^\n]{0,60}"
    r"(?:social security|\bssn\b|date of birth|account number|password|\bfee\b|seguro social"
    r"|fecha de nacimiento|data de nascimento|\bcpf\b|date de naissance)",
    reach=75,
)
OPT_OUT_PAYS = _phrases(
    "opt unsub",
    r"\bto (?:opt[ -]?out|unsubscribe)\b[^.\n]{0,20}?,? (?:you (?:must |have to )?|please )?(?:pay|costs?)\b",
)

DEBT_COLLECTOR = {
    "en": _phrases("debt", r"\bdebt collector\b|\b(?:attempt(?:ing|s)?|trying) to collect a debt\b"),
    "es": _phrases(
        "deuda cobra", r"\bcobrador(?:es)? de deudas?\b|\b(?:intent\w* (?:de )?cobrar|cobro de) una deuda\b"
    ),
    "pt": _phrases("dívida divida", r"\bcobran[cç]a de d[ií]vidas?\b|\bcobrar uma d[ií]vida\b"),
    "fr": _phrases(
        "dette recouvr", r"\bagent de recouvrement\b|\brecouvr\w+ (?:de|d.une|une) (?:dette|cr[eé]ance)s?\b"
    ),
}
ATTEMPT_TO_COLLECT = {
    "en": _phrases(
        "debt", r"\b(?:attempt(?:ing|s)?|trying) (?:by a debt collector )?to collect (?:a|this|the|your) debt\b", 60
    ),
    "es": _phrases("deuda", r"\b(?:intent\w*|trat\w+) (?:de )?cobrar (?:una|esta|la|su) deuda\b"),
    "pt": _phrases(
        "dívida divida", r"\btenta\w* (?:de )?(?:cobrar (?:uma|esta|a|sua)|cobran[cç]a d[ea]) (?:uma )?d[ií]vida\b", 45
    ),
    "fr": _phrases(
        "dette créance creance",
        r"\b(?:recouvre(?:ment)?(?: d['’]une| de (?:cette|la|votre)| une| cette| la| votre)?"
        r"|recouvrer (?:une|cette|la|votre)) (?:dette|cr[eé]ance)\b",
        45,
    ),
}
INFORMATION_USED = {
    "en": _phrases(
        "information",
        r"\binformation (?:\w+ ){0,3}will be used for that purpose\b"
        r"|\buse any information (?:\w+ ){0,3}to (?:help )?collect (?:the|this|a) debt\b",
    ),
    "es": _phrases(
        "informaci dato",
        r"\b(?:informaci[oó]n|datos?)\b[^.]{0,40}(?:usar[aá]n?|usad[ao]s?|usar|utilizar[aá]n?|utilizad[ao]s?)"
        r" (?:para|con) (?:ese"
        r"|dicho) (?:fin|prop[oó]sito)\b",
    ),
    "pt": _phrases(
        "informaç informac dado",
        r"\b(?:informa[cç](?:[aã]o|[oõ]es)|dados?)\b[^.]{0,40}(?:usad[ao]s?|utilizad[ao]s?)"
        r" para (?:esse|este|tal) fim\b",
    ),
    "fr": _phrases(
        "renseignement information",
        r"\b(?:renseignements?|informations?)\b[^.]{0,40}utilis[eé]e?s? [aà] (?:cette|ces) fins?\b",
    ),
}

THREATS = _phrases(
    "lawsuit sue legal arrest jail prison garnish police warrant court prosecut seize repossess sheriff "
    "lien "
    "demanda arrest cárcel carcel embarg policía policia juicio tribuna juzgado "
    "processo process judicia cadeia prisão prisao polícia penhora justiça "
    "poursui prison saisie huissier justice",
    r"\blawsuit|\bsue (?:you|them)\b|\bbe sued\b|\blegal (?:action|proceedings|consequences|steps)"
    r"|\barrest|\bjail|\bprison\b"
    r"|\bgarnish|\bpolice\b|\bwarrant for\b|\b(?:in|to|go to) court\b|\bprosecut|\bseiz(?:e|ure)"
    r"|\brepossess|\bsheriff|\blien on\b"
    r"|\bdemanda(?:rlo|rla|rle|remos)?\b|\bacci(?:[oó]n|ones) legal|\bc[aá]rcel\b|\bembarg|\bpolic[ií]a\b"
    r"|\bjuicio\b"
    r"|\btribunal|\bjuzgado"
    r"|\bprocesso judicial|\bprocess[aá]-l[oa]|\ba[cç][aã]o judicial"
    r"|\bcadeia\b|\bpris[aã]o\b|\bpenhora|\bna justi[cç]a\b"
    r"|\bpoursuites?\b|\bpoursuivre\b|\bsaisie\b|\bhuissier|\ben justice\b|\btribunaux\b",
)
HURRY = _phrases(
    "urgent final last respond immediate act now chance deadline último ultimo última ultima inmediat aviso "
    "imediat dernier dernière derniere immédiat immediat",
    r"\burgent|\bfinal (?:notice|warning|attempt|demand|reminder|chance)|\blast (?:notice|warning|attempt"
    r"|chance|reminder)\b"
    r"|\b(?:respond|reply|call|pay|act) (?:immediately|right now|at once)\b|\bimmediate (?:action"
    r"|attention|payment|response)"
    r"|\bact now\b|\bfailure to (?:pay|respond)\b|\bbefore it is too late\b"
    r"|\b[uú]ltim[oa]s? (?:aviso|intento|oportunidad|advertencia|llamada|recordatorio)|\baviso final\b"
    r"|\b(?:responda|pague|llame|conteste) (?:inmediatamente|de inmediato|ahora mismo|ya)\b"
    r"|\bacci[oó]n inmediata"
    r"|\b(?:responda|pague|ligue) (?:imediatamente|agora mesmo|j[aá])\b|\ba[cç][aã]o imediata"
    r"|\bderni[eè]re?s? (?:avis|rappel|chance|avertissement|relance)\b"
    r"|\b(?:payez|r[eé]pondez|appelez) (?:imm[eé]diatement|tout de suite|maintenant)\b",
)
MARKETING = _phrases(
    "offer promo sale free gift prize winner discount coupon % deal loan credit oferta descuento gratis "
    "premio regalo "
    "rebaja préstamo prestamo brinde empréstimo emprestimo desconto cadeau remise soldes prêt",
    r"\b(?:special|exclusive|limited|great|new) offers?\b|\bpromo(?:tion|tional|s)?\b|\bon sale\b"
    r"|\bfor free\b|\bfree (?:gift|trial)"
    r"|\bgift card|\bprize|\bwinner|\bdiscount|\bcoupon|\d ?% off\b|\bbest deal|\bnew (?:loan"
    r"|credit card)\b|\bapply (?:now|today)\b"
    r"|\boferta|\bpromoci[oó]n|\bdescuento|\bgratis\b|\bpremio|\bregalo|\brebaja|\bnuevo pr[eé]stamo"
    r"|\bnueva tarjeta|\bdesconto|\bbrinde|\bnovo empr[eé]stimo|\bnovo cart[aã]o"
    r"|\bcadeau|\bremise de \d|\bsoldes\b|\bnouveau pr[eê]t|\bnouvelle carte",
)
HARSH = _phrases(
    "debtor delinquen deadbeat refus moros caloteir inadimplent",
    r"\bdebtors?\b|\bdelinquen\w+|\bdeadbeat|\brefus(?:al|e|ed) to pay\b|\bmoros[oa]s?\b"
    r"|\bcaloteir[oa]|\binadimplentes?\b",
)
FINAL = _phrases("final", r"\bfinal\b")

SHORTENERS = _phrases(
    "bit.ly tinyurl t.co goo.gl ow.ly is.gd buff.ly rebrand.ly cutt.ly rb.gy shorturl tiny.cc t.ly bl.ink "
    "v.gd adf.ly "
    "soo.gd lnkd.in tny.im s.id dub.sh t2m.io qrco.de clck.ru",
    r"(?<![\w.-])(?<!\w/)(?:www\.)?(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly|rebrand\.ly"
    r"|cutt\.ly|rb\.gy|shorturl\.at"
    r"|tiny\.cc|t\.ly|bl\.ink|v\.gd|adf\.ly|soo\.gd|lnkd\.in|tny\.im|s\.id|dub\.sh|t2m\.io|qrco\.de"
    r"|clck\.ru)(?![\w.-]*\w)",
)
SUIT = _phrases(
    "suit sue suing litigat legal court judg attorney garnish summons demanda acci ação acao juicio judicial tribun "
    "poursui justice process",
    letters.SUIT.pattern,
)
PLAIN_HTTP = _phrases("http://", r"http://\S+")
