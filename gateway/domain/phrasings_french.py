"""How French asks whether a person or a machine answers; phrasings.py tells how it is written."""

from gateway.domain.phrasings import Phrasings, before, either, pattern, some

_HUMAN = either("""
    (?:(?:vraie|veritable)_)?personnes?(?:_(?:reelle|humaine|vivante|physique|en_chair(?:_et_en_os)?))?
    (?:(?:vrai|veritable|etre)_){0,2}humaine?s? quelqu_?un(?:_(?:de_reel|de_vrai|d_humain))?
""")
_MACHINE = either("""
    robot (?:chat_?)?bot machine ia ai intelligence_artificielle chat_?gpt ordinateur programme automate automatise
    repondeur(?:_automatique)? assistante?_virtuel(?:le)?
    (?:message|reponse|systeme|service)s?_automati(?:que|see?)s?
""")
_NOUN = f"(?:{_HUMAN}|{_MACHINE})"
_FILL = some(
    """
    un une des vraiment bien juste reellement pas toi vous en fait seulement donc encore de d l la le simple
    simplement peut etre aussi stupide putain
    """,
    most=5,
)
_ON = before("""
    ou non oui hein svp stp s_il mdr lol qui_(?:me|nous|repond|ecrit|parle) derriere au_bout de_l_autre la en_face
    parce car si bonjour salut mais alors quoi du_coup en_vrai toi vous quand_meme
""")
_ARE = either("""
    es_tu tu_es t_es etes_vous vous_etes vous_n_etes tu_n_es est_ce_que_t c_est est_ce c
""")
_YOU_ARE = either("es_tu tu_es t_es etes_vous vous_etes")
_TALK = either("""
    je_(?:parle|discute|cause|ecris|communique)(?:_bien)? parle_je en_contact de_(?:parler|discuter|ecrire)
    ai_je_affaire j_ai_affaire j_ecris (?:parles?|discute)_t_on
""")
_TELL = either("dis dites savoir avoue avouez jure jurez confirme confirmez demande")

FRENCH = Phrasings(
    always=pattern(
        rf"{_ARE} {_FILL}{_NOUN}{_ON}",
        rf"{_YOU_ARE} {_FILL}(?:reel|reelle|vrai|vraie)s?{before('ou')}",
        rf"{_TALK} (?:a|avec) {_FILL}{_NOUN}{_ON}",
        rf"y a (?:t il )?(?:une |un |des )?{_HUMAN} (?:derriere|au bout|de l autre|en face)\b",
        r"y a (?:t il )?(?:une vraie personne|un vrai humain|quelquun de (?:reel|vrai))\b",
        rf"{_TELL}(?: (?:moi|nous|le))? (?:si|que) {_ARE} {_FILL}{_NOUN}{_ON}",
    ),
    asked=pattern(
        rf"qui (?:me|nous) (?:repond|ecrit|parle) {_FILL}{_NOUN}{_ON}",
        rf"(?<!\w )(?:{_MACHINE}|humaine?|vraie personne) *$",
    ),
    choice=pattern(rf"{_HUMAN} ou {_FILL}{_MACHINE} *$", rf"{_MACHINE} ou {_FILL}{_HUMAN} *$"),
    quoting=pattern(
        either("traduis traduire traduisez traduction poeme chanson film livre dissertation intitule captcha") + r"\b"
    ),
)
