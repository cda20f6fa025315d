"""Idioms of those whom texts burden: who are woken or charged, asked before, mean it, and send us to somebody else.

Written as in idioms.py, and looked for after the partings.
"""

BURDENS = (
    (
        (
            "stop&mean|stop&serious|stop&begging|stop&done|stop&joking|stop&kidding|stop&serio|sto"
            "p&serieux|stop&playing|stop&joke|stop&jugando|stop&plaisante|stop&juego|paren&serio|b"
            "asta&serio"
            "|stop&broma|stop&rigole"
        ),
        (
            r"\bi (?:really |do )?mean it\b|\b(?:im|i am) (?:dead |so )?(?:serious|done|begging(?: you| u)?|not "
            r"(?:joking|kidding))\b|\b(?:(?:va|hablo|digo|lo digo) )?en serio\b|\bno es (?:broma|un"
            r" juego|juego)\b|\bno estoy jugando\b|\bje (?:ne )?plaisante pas\b|\b(?:not a|no) joke"
            r"\b|\bim not playing(?: around)?\b|\bje (?:suis|rigole) "
            r"(?:serieux|serieuse|pas)\b"
        ),
        "seriously",
    ),
    ("no|non", r"\b(?:no|non) (?:thanks|thank you|thx|ty|merci|gracias),? (?=stop|basta|alto|paren)", "thanks , "),
    ("stop", r"(?:^|(?<=[.,!] ))(?:ya )?(?:les |te |le )?(?:dije|digo|je dis|j ai dit|he dicho),? (?=stop\b)", ""),
    (
        "bother|bug|annoy|pester|text|harass|spam",
        r"\bgo (?:and )?(?:bother|bug|annoy|pester|text|harass|spam) (?:some(?:body|one) else|other people|others)\b",
        "goaway ,",
    ),
    (
        "molestar|fastidiar|joder|chingar|molesten|molesta|moleste",
        (
            r"\b(?:(?:vayan?|vete|anda|ve) a )?(?:molest|fastidi|jod|ching)\w{1,3} a "
            r"(?:otr[oa]s?(?: (?:persona|gente|lado)s?)?|alguien mas)\b"
        ),
        "goaway ,",
    ),
    (
        "embeter|deranger|emmerder|embetez|embete|derangez|achaler|harceler",
        r"\b(?:allez |va )?(?:embete|derange|emmerde|achale|harcele)[zr]? (?:quelqu ?un d autre|d autres(?: gens)?)\b",
        "goaway ,",
    ),
    (
        "turn|turned|turning|switch|switched|switching",
        r"\b(?:turn|switch)(?:ed|ing)? (?:((?:\w+ ){1,3}?)back on|(?:back )?on)\b",
        r"activate \1",
    ),
    (
        "sign|check|cut|drop",
        (
            r"\b(?:sign|check|cut|drop) me (?:out of|out from|off of|off|from) (?=(?:\w+ ){0,3}(?:text|message|sms|"
            r"alert|notif|list|promo|remind))"
        ),
        "remove me off ",
    ),
    (
        "hear|hearing",
        (
            r"\b(?:appreciate|prefer|rather|happ\w+|love|like|forward to|better off|glad|nice|great|best) not "
            r"(?:to )?(?:have to )?hear(?:ing)? (?:anything )?from (?:you|u|yall|your \w+|this number)\b"
            r"(?! (?:before|until|till|on|in|during|after|while|at))"
        ),
        "no more messages",
    ),
    ("not hearing", r"^not hearing from (?:you|u|yall) (?:again|ever again|any ?more)\b", "no more messages"),
    ("never hear", r"\bi never hear from (?:you|u)\b", "i miss you"),
    (
        "asked&still|told&still|requested&still|begged&still",
        (
            r"\b(?:asked|told|requested|begged) [^.?!]{0,25}\b(?:(?:taken?|get|got) (?:me |us )?off"
            r"(?! (?:of )?(?:the|my|a|his|her|our) (?!(?:\w+ )?(?:list|text|alert|sms)))|removed?|"
            r"unsubscribed?|opted out)\b[^.?!]{0,40}\bstill (?:getting|receiving|get|receive|see|seeing) "
            r"(?=them|these|this|text|message|msg|alert|your|sms|promo|notif)"
        ),
        ". leavealone , get ",
    ),
    (
        "pedi|pedimos|solicite",
        (
            r"\b(?:pedi|pedimos|solicite) [^.?!]{0,20}\b(?:(?:quit|borr|sac|elimin|desuscri)\w+|baja)\b[^.?!]{0,40}"
            r"\b(?:me siguen|siguen|sigo) (?=lleg|recib|mand|envi|escrib)"
        ),
        ". leavealone , ",
    ),
    (
        "encore|toujours",
        (
            r"\bj ai (?:deja )?demande [^.?!]{0,15}\b(?:retir|enlev|desabon|desinscri|ray|supprim)\w+[^.?!]{0,40}"
            r"\b(?:recois|recoive|envoyez) (?:encore|toujours)\b"
        ),
        ". leavealone , ",
    ),
    (
        "prefiero|preferiria|prefiere|gustaria|quisiera|queremos",
        (
            r"\b(?:pref(?:iero|iere|eriria|erimos)|gustaria|quisiera|queremos) (?:ya )?no "
            r"(?:volver a |seguir |continuar )?recib(?:ir|iendo)\b"
        ),
        "no quiero recibir",
    ),
    (
        "prefer|rather",
        (
            r"\b(?:prefer not to|rather not|prefer to not) (?:keep |continue |go on |be )?(?:on )?("
            r"?:receiv|gett?)(?:ing|e)?\b"
        ),
        "dont want to get",
    ),
    (
        "comment",
        r"\bcomment (?:on (?:fait|peut faire)|faire|je fais|fait on|je peux faire)(?: pour)?(?= (?:ne|plus)\b)",
        "comment",
    ),
    (
        "despiertan|reveillent|wake|wakes|waking|wakeup|despertando|despierta|reveille",
        r"\b(?:me|nos|nous) (?:despierta|estan desperta|reveille)\w*|\bw[ao]k(?:e|es|ing) (?:me|us|the|my)\b(?: up)?",
        "burdening",
    ),
    (
        (
            "cost|costs|costing|coute|coutent|coutait|cuesta|cuestan|costando|gasta|gastan|consume|consumen|bouffe|bouffent"
            "|mange|mangent|eat|eats|eating|use|uses|using|drain|drains|draining"
        ),
        (
            r"\b(?:me|nos|nous) (?:cost|cout|cuest)\w+|\bcost(?:s|ing)? (?:me|us)\b|\b(?:gasta|consume|bouffe|"
            r"mange|eat|use|drain)\w{0,3} (?:up )?(?:mi|mon|my|todo mi|tout mon|all my) (?:saldo|da"
            r"tos|plan|bateria|forfait|"
            r"data|battery|minutes|credit)\b"
        ),
        "burdening",
    ),
    (
        "coming|pouring",
        (
            r"\b(these|them|texts?|alerts|messages|they|notifications|it) (?:keeps? |are |still )?("
            r"?:on )?(?:coming|pouring)(?: in)?\b"
        ),
        r"\1 burdening",
    ),
    (
        (
            "cortenlos|cortenlas|cortenlo|cortenla|suspendanlos|suspendanlas|"
            "suspendanlo|suspendanla|interrumpanlos|interrumpanlas|interrumpanlo|interrumpanla|"
            "detenganlos|detenganlas|detenganlo|detenganla|apaguenlos|apaguenlas|"
            "apaguenlo|apaguenla|desactivenlos|desactivenlas|desactivenlo|desactivenla"
        ),
        r"\b(?:cort|suspend|interrump|deteng|apagu|desactiv)[ea]n?(?:l[oae]s?)\b(?! (?:en|por|con))",
        "dejen eso",
    ),
    (
        "les|ca",
        (
            r"\b(?:arrete|coupe|stoppe|eteigne|interrompe)z les(?=$|[.,!?]| svp| s il| merci| maintenant| tout)|"
            r"\b(?:de |veuillez |pouvez vous |vous )(?:les )(?:interrompre|arreter|couper|cesser|stopper|eteindre)\b|"
            r"\binterrompez (?:ca|ceci|cela)\b|\b(?:l |d )?interrompre (?:ca|ceci|cela)\b"
        ),
        "arretez ca",
    ),
    (
        "1am|2am|3am|4am|5am|am|madrugada|matin|nuit|night|manana",
        (
            r"\b(?:(?:at|a las?|a) (?:[1-5]|dos|tres|cuatro|cinco) ?(?:am\b|a m\b|h du matin|heures du matin|de la "
            r"(?:manana|madrugada)\b)|de madrugada\b|en pleine nuit\b|(?:in the middle of|during) t"
            r"he night\b|all night\b)"
        ),
        "burdening",
    ),
    ("interrupt", r"\binterrupt (?=(?:these|your|the|this) (?:text|messag|alert|sms))", "stop "),
    ("msg|msgs", r"\b(vos|tes|sus|tus|your|ur|these|les|los|ces|estos|ces) msgs?\b", r"\1 messages"),
    ("envio", r"\bel envio\b(?! de (?:mens|sms|text|prom|notif|publi|aviso))", "el pedido"),
    ("demasiados|demasiadas|muchos|muchas", r"\bson (?=(?:demasiad|much)[oa]s\b)", ""),
    ("blocking", r"\bstop blocking (?=me|my)", "unlock "),
    (
        "no reply|no response|no answer",
        r"\b(?:got|get|had|have|received|with|still) no (?:reply|response|answer)\b",
        "waiting",
    ),
    ("deje mi", r"\bdeje mi (?=\w+ (?:en|sobre|ahi|alli|junto)\b)", "extravie mi "),
)
"""What must stand in the text (`a|b` is either), the idiom as a regular expression, and what is read instead."""
