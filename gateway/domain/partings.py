"""Idioms of those who part: farewells, being no more there, not their matter, somebody else's phone, more than enough.

Written as in idioms.py, and looked for after the asides. Many are weak: they lead to a question, or add to a weight.
"""

PARTINGS = (
    (
        "list|lista|liste",
        (
            r"\b(?:hop|hopping|jump|jumping|bow|bowing|drop|dropping|me (?:bajo|borro|quito|retiro|voy)|je "
            "(?:descends|sors|pars|me retire)) (?:off|out|from|out of|de|del) (?=(?:this|your|the|la|esta|su|"
            "votre|cette|ta) list)"
        ),
        "remove me off ",
    ),
    (
        "see|voir|ver",
        (
            r"\b(?:never|not|jamais|plus|nunca|volver a) (?:have to |again |de |a )?(?:see|voir|ver) (?:this|"
            "your|these|ce|vos|este|sus|tu) (?:number|numero|messages?|mensajes?|sms|texts?|name|nom|"
            r"nombre)\b"
        ),
        "no more messages",
    ),
    (
        "list|lista|liste",
        (
            r"\b(?:list|lista|liste)\b[^.?!]{0,25} (?:i dont want to be|no quiero estar|je ne veux pas y "
            r"etre)\b"
        ),
        "remove me off list",
    ),
    ("trop", r"\btrop c est trop\b", "marre"),
    (
        "qu|que",
        r"\bfai(?:te)?s qu (?:il|ils|ca|elle)s? (?=cess|arret|stop)|\bha(?:gan|ga|z) que (?=dej|par|ces)",
        "make it ",
    ),
    ("finit|dejamos|quits", r"\bon en finit la\b|\baqui lo dejamos\b|\bcall it quits\b", "partways"),
    ("sin|sans", "(?:^|(?<=[.,!] ))(?:sin|sans) (?:mas |plus de )?(?=mensajes|sms|textos|messages)", "no mas "),
    ("lache|lachez|lacher", r"\blache[zr]? (?=avec (?:vos|tes|les) )", "stop "),
    ("means nothing", r"\bstop means nothing\b", "leavealone"),
    (
        "isnt|not|no es|est pas",
        (
            r"\b(?:my|mi|mon|ma) (?:inbox|phone|number|cell|bandeja|telefono|celular|numero|boite|telephone|"
            r"portable) (?:isnt|is not|no es|n est pas) (?:your|su|tu|votre|ton) \w+"
        ),
        "goaway ,",
    ),
    ("stop", r"\bstop (?:or (?=i\b|im|ill|else)|ou (?=je?\b)|o (?=voy|cambi|los|les)|sinon)", "stop . "),
    ("stop", r"\bstop ?= ?stop\b", "leavealone"),
    ("take back", r"\btake back (?=my opt in)my opt in", "revoke consent"),
    ("opt", r"\bopt me (?:\w+ ){1,3}out\b", "optout"),
    ("ocurra", r"\b(?:ni|no) se (?:les?|te|os) ocurra\b", "no"),
    ("word|palabra|mot", r"^(?:ni una palabra mas|plus un mot|not (?:another|one more) word from you)\b", "goaway"),
    (
        "les garder|gardez|garde|guardar|quedense",
        (
            r"\bvous (?:pouvez )?(?:vous )?les garder\b|\bgardez? (?=(?:les|vos|tes) )(?:vos|tes|les) "
            r"(?:pubs?|sms|textos?|messages|offres)\b|\bse los pueden guardar\b|\bquedense con sus "
            "(?:mensajes|promos|sms|avisos)"
        ),
        "goaway",
    ),
    ("fill|dose|soupe", r"\b(?:had|got) my fill of\b|\bai ma dose de\b|\ben ai soupe de\b", "enough "),
    ("people|everyone|everybody|folks", r"\bleave (?:people|everyone|everybody|folks) alone\b", "leavealone"),
    ("*call|*named", r"\b(?:nobody|no one|noone) (?:called|named) \w+ (?:here|at|on|has)\b", "wrong number ,"),
    ("ningun|ninguna|pas de", r"\bno (?:hay|vive|esta) ningun[oa]? \w+|\by a pas de \w+ ici\b", "notme "),
    (
        "warning|avertissement|aviso|advertencia",
        (
            r"\b(?:last|final) warning (?=before|i|$)|\bdernier avertissement avant (?:signalement|plainte)?|"
            r"\bultim[oa] (?:aviso|advertencia) antes de (?=denun|report|bloq)"
        ),
        "goaway ",
    ),
    ("siguen", r"\bpor que (?:me |nos )?siguen (?=lleg)", "annoying "),
    ("paso de", r"\bpaso de (?=(?:vuestr|sus|tus|esos)\w* (?:mens|sms|text|aviso|promo))", "no quiero "),
    ("*cort", r"\bcort[ae]\w{0,3} con (?=(?:los|tus|sus|esos) )", "stop "),
    ("count me out", r"\bcount me out\b(?! (?:for|on|of|from))", "partways"),
    ("*f*", r"\bf\*+(?:ck|k)?(?= off)", "fuck"),
    ("keep", r"\bkeep (?:me|us) (?:posted|updated|informed|in the loop)\b", "send me messages"),
    ("courant|informe|informee", r"\b(?:me|nous) tenir (?:au courant|informee?s?)\b", "me envoyer messages"),
    ("informado|informada", r"\bmantenerme informad[oa]\b", "mandarme mensajes"),
    ("keep", r"\b(?:cant|cannot|can not) (?:keep|go on) (?=get|receiv|hav)", "dont want to "),
    (
        "getting|receiving|receive|get",
        (
            r"\b(?:(?:cant|cannot) be (?=getting|receiv)|(?:(?:should|must)(?:nt| not)) (?:be )?(?=getting|"
            r"receiv|get\b))"
        ),
        "dont want to ",
    ),
    ("recibiendo", r"\bno puedo seguir (?=recib)", "no quiero "),
    ("doit", r"\bdoit (?:rien|plus|pas) (?=recevoir)", "veut plus "),
    ("debe", r"\bno debe (?=recib)", "no quiere "),
    ("any longer", r"\bany longer\b", "anymore"),
    ("falta", r"\bno (?:me|nos) hacen? falta\b", "no quiero"),
    ("good on", r"\b(?:im|we re|were) (?:all )?good on (?=(?:the|these|this|your|ur|all) )", "dont want "),
    (
        "done w|done getting|done receiving",
        r"\bdone (?:w|getting|receiving|hearing from) (?=(?:the|these|this|your|ur|you|all)\b)",
        "enough ",
    ),
    (
        "chole|hasta aqui|estuvo|coronilla",
        (
            r"\bya chole (?:con )?|\bhasta aqui con |\bya estuvo (?:bueno|suave) (?:de|con) |\bhasta la "
            r"coronilla\b(?: de )?"
        ),
        "hartos ",
    ),
    (
        "exist|existo|existe|existais",
        (
            r"\bforget (?:that )?i (?:even |ever )?exist\w*|\b(?:pretend|act like|act as if) i (?:dont|never) "
            r"exist\w*|\bolvid\w+(?: de)? que (?:yo )?existo|\bha(?:z|gan?) (?:como|de cuenta) que (?:yo )?no "
            r"existo|\boubli\w+ que j existe|\bfai(?:tes|s) comme si je n existais (?:pas|plus)"
        ),
        "goaway",
    ),
    ("pretend|act", r"\b(?:pretend|act like) (?:i never gave|you (?:dont|never) (?:know|had|knew|met))\b", "lose"),
    ("lache|lachez|lacher", r"\blache[zr]? (?=(?:mon|notre) (?:num|tel|portable))", "oubliez "),
    ("lacher", r"\b(?:me|nous) lacher\b", "leavealone"),
    (
        "tranquille|paix|laissez|laisser|laisse",
        r"\blaisse[zr]? (?:mon|ce|this) (?:num\w*|tel\w*|portable) (?:tranquille|en paix|(?=$|[.,!]))",
        "leavealone",
    ),
    (
        "cross|scratch|strike",
        r"\b(?:cross|scratch|strike) (me|us|(?:my|this) (?:number|phone|cell|line)) (?:off|out)\b",
        r"remove \1 off",
    ),
    ("fuera", "(?:^|(?<=[.,:!] ))fuera (?=(?:de )?(?:mi|este|nuestro) (?:num|tel|cel|movil))", "quiten "),
    (
        ("me&quitan|me&borran|me&sacan|me&eliminan|me&retiran|me&borren|me&saquen|me&quiten|me&eliminen|me&retiren"),
        r"\bme (?:quit|borr|sa(?:c|qu)|elimin|retir)[ae]n\b",
        "borrenme",
    ),
    ("lo|la", r"\bl[oa] (?:quit|borr|sa(?:c|qu)|elimin|retir)[ae]n\b", "borren eso"),
    (
        "silence|silencio",
        (
            r"\bsilence from (?:you|u|yall|this number)\b|\bsilence (?:de votre|radio de) \w+|\b(?:quiero|"
            r"pido) silencio\b"
        ),
        "stop messages",
    ),
    (
        ("part|breaking|through|goodbye|reste|restons|arrete|reverence|adieu|aqui|resignation|terminada|salgo|casse"),
        (
            r"\b(?:we|to) part ways\b|\bbreaking up with (?:you|u)\b|\b(?:were|we are) through\b|\b(?:say|is) "
            r"goodbye\b|\b(?:on|restons) en reste la\b(?: pour)?|\brestons en la\b|\bon s arrete la\b|\btire "
            r"ma reverence\b|\b(?:dis|fais) (?:mes )?adieux?\b|\bhasta aqui llegamos\b|\bmy resignation "
            r"from\b|\bdoy por terminad\w+\b|\b(?:me|je me) (?:salgo|casse)\b"
        ),
        "partways",
    ),
    ("peace and quiet|la paix|paz", r"\bpeace and quiet\b|\bveux la paix\b|\b(?:quiero|dejen?me en) paz\b", "partways"),
    (
        "part of|parte|partie",
        (
            r"\b(?:what|which) part of (?:no|quit|leave|not)\b|\bque parte de (?:no|basta|que no|alto)\b|"
            r"\bquelle partie de non\b"
        ),
        ". goaway .",
    ),
    (
        "word stop|mot stop|palabra stop|palabra alto|palabra basta",
        (
            r"\b(?:comprene[zr]|understand|know|entiend\w+|conoce\w*|connaisse[zr]|comprend\w*)(?: \w+){1,3} "
            r"(?:word|mot|palabra) (?:stop|alto|basta)\b|\b(?:word|mot|palabra) (?:stop|alto|basta)(?: "
            r"\w+){1,4} (?:understand|entiend\w+|compren\w+)"
        ),
        "leavealone",
    ),
    ("combien|cuantos", r"\bcombien de stop\b|\bcuantos (?:stop|alto)\b", "leavealone"),
    (
        "*ed stop|sent stop|said stop",
        (
            r"(?:^|(?<=[.,!] )|(?<=\bi ))(?:\w+ )?(?:texted|sent|replied|typed|said) stop (?=(?:\d|two|three|"
            "four|five|several|multiple|many|like) |twice)"
        ),
        ". leavealone . ",
    ),
    ("hors de", r"\bhors de question (?:de |d |que )?", "veux pas "),
    ("nouvelles", r"\bnouvelles de (?:vous|toi)\b", "messages"),
    ("querer|vouloir", r"\b(?:querer|moi vouloir)\b", "veux"),
    ("plus un|plus une", r"\bplus (?:un|une) seule? (?=sms|message|texto|notif|pub|alerte)", "aucun plus "),
)
"""What must stand in the text (`a|b` is either), the idiom as a regular expression, and what is read instead."""
