"""Idioms that revoke nothing by themselves: what introduces, softens, dates or quotes the rest, and work for the agent.

Written as in idioms.py, and looked for before them.
"""

ASIDES = (
    ("son", r"\b(mensajes|avisos|textos|promos) son\b", r"\1"),
    (
        "way|forma|manera|moyen",
        (
            r"\b(?:is there |any |theres )(?:any |a |no )?way (?:to|for me to|of)\b|\bhay (?:alguna "
            r")?(?:forma|manera) de\b|\by a t il (?:un )?moyen de?\b"
        ),
        "how to",
    ),
    (
        "magic word|palabra magica|mot magique",
        (
            r"\b(?:magic word|palabra magica|mot magique)(?: (?:pour que ca|pour que vous|pour que|para "
            r"que))?\b"
        ),
        "how",
    ),
    ("2", r"(?<=\bu )2 (?=stop|quit|leave|remove|end)", "to "),
    (
        "i said|j ai dit|he dicho|digo|clair",
        r"\bstop,? (?:i said|j ai dit|he dicho|(?:les |os |te )?digo|c est clair)\b",
        "stop .",
    ),
    (
        "right stop|next stop|first stop|which stop|bus stop|my stop",
        r"\b(?:right|next|first|which|bus|my) stop\b(?! (?:text|messag|send))",
        "station",
    ),
    (
        "am|pm|matin|manana|morning",
        (
            r"\b(?:its|it is|il est|son las|es la) \d{1,2} ?(?:h|heures|am|pm|a m|in)?(?: (?:du matin|de la "
            r"manana|the morning))\b|\b(?:its|it is) \d{1,2} ?am\b"
        ),
        "nagging ,",
    ),
    (
        "third time|fourth time|fifth time|hundredth time|troisieme fois|veces",
        (
            r"\b(?:third|fourth|fifth|tenth|hundredth) time (?=i)|\b(?:c est la )?(?:troisieme|dixieme|"
            r"centieme) fois(?= que|$|[.,!])|\bya van \w+ veces\b"
        ),
        "nagging ",
    ),
    ("for me|pour moi|para mi", r"\b(?:arent|isnt|not|no es|no son|pas) (?:for|para|pour) (?:me|mi|moi)\b", "notme"),
    ("*give me|*donne", r"(?:^|(?<=[.,!?] ))(?:just |please )?(?:give me|donnez? moi)\b", ""),
    ("come|como", r"\bcomo (?=titular|cliente|duen|propietari|usuari)", ""),
    (
        "frere|hermano|he|brother",
        r"^(?:mon )?(?:frere|hermano|brother|he),? (?=l ia\b|stop|arret|moi|svp|para|deja|ya|oh|vous|les)",
        "hey ",
    ),
    ("going through|go through", r"\bgo(?:ing)? through\b", "arrived"),
    ("toujours|siempre", r"\bpour toujours\b|\bp(?:ara|or) siempre\b", "forever"),
    (
        "talking|talk|speaking",
        r"\b(?:talking|talk|speaking) to (?:me|us)\b(?! (?:like|as|in|about|with))",
        "texting me",
    ),
    ("parler", r"\bme parler\b(?! (?:de|d|comme|en)\b)", "me texter"),
    ("hablarme", r"\bhablarme\b(?! (?:de|como|en)\b)", "escribirme"),
    ("par mois|plus message|plus sms|plus texto|plus pub", r"\bplus (?:message|sms|texto|pub)s?\b", "no mas mensajes"),
    ("envie", r"\b(?:pas|plus) envie d(?:e\b)? ?", "veux pas "),
    ("baja", r"\bme di de baja\b", "unsubscribed me"),
    ("ligne|linea", r"\b(cette|ma|esta|mi) (?:ligne|linea)\b(?! (?:en|de|du))", r"\1 numero"),
    ("pub", r"(?<=\bvos )pub\b|(?<=\bde )pub\b|(?<=\btes )pub\b", "pubs"),
    (
        "but|pero|mais|donc|so|asi",
        (
            r" (?:but|pero|mais|donc|asi que) (?!do |mon |can |what |how |where |keep )"
            r"| so (?=you\b|u\b|please|pls|dont|no\b|there|i\b|just|can\b)"
        ),
        ", ",
    ),
    (
        "de una vez|bonne fois|once and",
        r"\bde una vez(?: por todas)?\b|\bune bonne fois(?: pour toutes)?\b|\bonce and for all\b",
        "now",
    ),
    (
        "*?",
        (
            r"(?:^|[,.]?\s)(?:ok|okay|k|got it|clear|is that clear|understood|compris|c est compris|c est "
            "clair|suis je (?:assez )?clair|entendido|vale|hein|queda claro|quedo claro|me explico|estamos) "
            "?[?]+"
        ),
        ". ",
    ),
    (
        "after|apres|despues|tras",
        r"\b(?:after|apres|despues de|tras) (?:\w+ ){1,2}(?:years?|months|ans|annees|mois|anos|meses)\b",
        "",
    ),
    ("somebody|someone|quelqu|alguien", r"\b(?:can )?(?:somebody|someone) (?:please )?(?=make (?:it|this|these) )", ""),
    ("*quit|*unsubscrib", r"\bunsubscribing from an? \b", "textwork "),
    (
        "*desabonn|*desinscri|darse",
        r"\b(?:veut|veulent|voudrait) se (?=desabonn|desinscri)|\b(?:quieren?|quisiera) (?=darse de)",
        "dile ",
    ),
    ("pa", r"\bpa (?=de|d|recevoir|vos|mes|un\b)(?!de? que)", "pas "),
    ("no soy", r"^(?:yo )?no soy (?:\w+ ){1,2}?(?=[.,!]|y\b)|^(?:yo )?no soy \w+(?=[.,!])", "notme "),
    (
        "not|pas",
        (
            r"^(?:im|i am|this is|its|c est|je suis|chu|chui|jsuis|suis) (?:not|pas) \w+(?=[.,!]| (?:and|pis|"
            r"et|on)\b)"
        ),
        "notme ",
    ),
    ("circumstances", r"\bunder (?:any|no) circumstances\b", ""),
    ("next time", r"\b(?:the )?next time (?=(?:you|u|i) )", "if "),
    ("prochaine fois", r"\bla prochaine fois\b", "si"),
    ("is my number|am i", r"^(?:is my number|am i) (?:still )?on\b", "textwork"),
    ("why", r"\bwhy (?:wont|dont|cant) (?:you|u|yall) (?:just |please )?(?=stop|quit|leave)", ""),
    ("when", r"\bwhen (?:will|are) (?:you|u|yall) (?:going to |gonna |ever )?(?=stop|quit)", ""),
    ("no stop|noo stop", r"^no+ (?=stop(?:\W*$| (?:it|this|texting|sending|messaging)\b))", ""),
    ("appointment", r"\bappointment (?=reminders|texts|alerts)", ""),
    ("*recordatorios de cita", r"\brecordatorios de citas?\b", "recordatorios"),
    ("rappels", r"\brappels de (?:rendez vous|rdv)\b", "rappels"),
    ("*permission slip", r"\bpermission slips?\b", "form"),
    ("cut off", r"\b(?:got|get|gets|was|is|been|were) cut off\b", "truncated"),
    ("*arret", r"\barrete[zr]? vous (?=devant|a|au|aux|chez|en|sur|ici)", "garez "),
    ("basta con", r"\bbasta con (?=un|dos|tres|lo |\d)", ""),
    ("new one|new number", r"\bnew one\b|\bnew number is\b|\bis my new number\b", "textwork"),
    ("*nuev", r"\bel nuevo es\b|\bes mi nuevo numero\b", "textwork"),
    ("*nouv", r"\ble nouveau est\b", "textwork"),
    ("old", r"\b(?:my|the) old (?:number|one|phone)\b", "other appointment"),
    ("otro numero", r"\botro numero\b", "cita"),
    (
        "what",
        (
            r"\bwhat (?:do|should|can|would) i (?:say|write|reply|tell|text)(?= (?:to )?(?:an?|my|him|her|"
            r"them|someone|back)\b)"
        ),
        "textwork",
    ),
    (
        "how&tell|how&say|how&ask",
        r"\bhow (?:(?:do|can|should|would) (?:i|you)|to) (?:\w+ )?(?:tell|say|ask)\b",
        "textwork",
    ),
    ("*que le", r"\bque les? (?:escribo|digo|respondo|contesto|pongo)\b", "textwork"),
    ("como", r"\bcomo (?:se dice|les? digo|decirle)\b", "textwork"),
    ("comment", r"\bcomment (?:on )?di[rt]e?\b", "textwork"),
    ("que repondre|que dire|que ecrire|que lui", r"\bque (?:lui )?(?:repondre|dire|ecrire)\b", "textwork"),
    (
        "tell",
        (
            "(?:^|[.,!?] ?)(?:(?:please|can you|pls|could you) )?(?:tell|remind) (?!me|us|you|the|whoever|ur|this|it|"
            r"them)\w+ (?:\w+ )?(?:to|that|im|i|id)\b"
        ),
        " dile ",
    ),
    ("let", r"\blet (?!me|us|you)(?:the )?\w+ know\b", " dile "),
    ("*dile", r"\bdiles?\b", " textwork "),
    ("hace", r"\bhace (?:\w+ ){1,3}que (?:ya )?no\b", "porque no"),
    ("wrong number", r"\b(?:an?|some|from a) wrong number\b", "a number"),
    ("*a ver si", r"\ba ver si (?=dej|par|ya)", ""),
    ("cuando", r"\bcuando (?:van|vas|piensan|piensas)(?: a)? (?=dejar|parar)", ""),
    ("which", r"\bwhich (?:one )?is (?:correct|right)\b", "textwork"),
    ("dire", r"\b(?:veut|veux|ca) dire\b|\bcomment (?:on )?dit\b", "textwork"),
    ("*signific", r"\bque significa\b|\bsignificado de\b", "textwork"),
    ("what does", r"\bwhat does .{1,40} mean\b", "textwork"),
    (
        "*email|*mail|letter|reply|response|correo|carta|respuesta|courriel|lettre|reponse|poem|speech|note|complaint|plainte|queja|denuncia",
        (
            r"\b(?:write|draft|compose|escrib\w+|ecri\w+|redact\w+|redig\w+)(?: me| us)? (?:an?|una?|une|"
            r"el|la|le|the) (?:\w+ )?(?:e?mail|letter|reply|response|correo|carta|respuesta|courriel|"
            r"lettre|reponse|poem|speech|note|complaint|plainte|queja|denuncia)\b"
        ),
        "textwork",
    ),
    ("than", r"\bno more than\b", "max"),
    ("* mas de", r"\bno mas de(?= \d| un| dos| tres)", "max"),
    ("pas plus", r"\bpas plus (?:de|que) (?=\d|un|deux|trois)", "max "),
    ("*mon 0", r"\bmon 0[67]\b", "mon numero"),
    ("*i recib", r"\bsi recib\w+", "si"),
    ("*#", r"#(?!\w)", " number "),
    ("*j ai|*jai", r"\bj ?ai (?:deja )?(?:dit|repondu|ecrit|envoye) (?=stop)", ". "),
    (
        "last time|how many times",
        (
            r"\b(?:for the|one) last time\b|\bhow many times do i (?:have|need|gotta)(?: to)? (?:say|"
            r"tell (?:you|u|yall))(?: to)?\b"
        ),
        ". ",
    ),
    ("veces", r"\bcuantas veces (?:\w+ ){1,3}(?:decir|pedir|repetir)\w*(?: que)?\b", ". "),
    ("fois", r"\bcombien de fois (?:\w+ ){1,4}(?:dire|repeter|demander)(?: de)?\b", ". "),
    ("*ultima vez", r"\bpor (?:la )?ultima vez\b", ". "),
    ("derniere", r"\bpour la derniere fois\b", ". "),
    ("*dis l", r"\bdis (?:lui|leur)\b", "dile"),
    ("*sorry", r"\bsorry,? wrong (?:person|number|chat|thread|text)\b(?=$|[,.!])", "accident"),
    ("*dije ", r"\b(?:ya )?(?:les |te |le |os )?dije (?:que )?(?=(?:alto|basta|no mas|ya no)\b)", ". "),
    (
        "appreciate if|appreciate it if|grateful if|great if|nice if|love if|love it if|glad if",
        r"\b(?:appreciate|grateful|great|nice|love|glad)(?: it)? if (?:you|u)(?: all)? (?:didnt|did not|wouldnt) ",
        ". dont ",
    ),
    ("miss", r"\b(?:dont|do not|didnt|never) (?:want to|wanna) miss\b", "enjoy"),
    ("*more questions", r"\bno more questions\b", "accident"),
    ("baja", r"^baja,? ya (?:estoy|estamos|llegue)\b", "accident"),
    (
        "appreciate if|appreciate it if|grateful if|great if|nice if|love if|love it if|thankful if|glad if|happy if",
        (
            r"\b(?:appreciate|grateful|great|nice|love|thankful|glad|happy)(?: it)? if (?:you|u)(?: guys|"
            r" all)?(?: would| could| can|d)?\b"
        ),
        ". ",
    ),
    ("*agradec", r"\bagradec\w+ (?:mucho )?(?:que|si)\b", ". "),
    ("*serai", r"\bserais? (?:tres )?(?:reconnaissante?|bien|gentil|sympa) (?:de|si vous|que vous)\b", ". "),
    ("*saurai", r"\bsaurais? gre de\b", ". "),
    ("*the future", r"\bin (?:the )?future\b", "again"),
    ("from now on", r"\bfrom now on\b", "again"),
    ("forward", r"\bgoing forward\b", "again"),
    ("adelante", r"\b(?:de ahora )?en adelante\b", "mas"),
    ("*a l avenir", r"\ba l avenir\b", "plus"),
    ("single", r"\ba single\b", "more"),
    ("soit", r"\bquoi que ce soit\b", "rien"),
    ("otra vez", r"\botra vez\b", "mas"),
    ("*servic", r"\bservicio? de (?=(?:mensajes|sms|textos|mensajeria)\b)", ""),
    (
        "mean to|querer|*par err|*por err",
        r"\bdidnt mean to\b|\bdont mean to\b|\bsin querer\b|\bp[ao]r err(?:eur|or)\b",
        "accident",
    ),
    ("*ningun", r"\bpor ningun\w*(?: \w+)?", "mas"),
    ("if you dont|if u dont|if you guys|if u guys", r"\bif (?:you|u) (?:guys )?dont (?=stop|quit)", ". "),
    (
        "if you|if u|if yall|that you|that u|that yall",
        r"\b(?:if|that) (?:you|u|yall) (stop|quit|cease)(?:ped|d)?\b",
        r"you \1",
    ),
    ("part of", r"\bwhat part of\b", ""),
    ("*dj", r"\bdj(?=[ae])", "d"),
    (
        "dije|puse|escribi|mande|dicho",
        r"\b(?:les|le|te|os) (?:dije|puse|escribi|mande|he dicho) (?:que )?(?=stop\b)",
        ". ",
    ),
    ("*y siguen|still|keep", r"\b(?:y siguen|and (?:you|u) (?:still|keep))\b", ". "),
    (
        "her|his|their|su|sa|son",
        (
            r"\b(?:her|his|their|su|sa|son) (?=(?:phone|cell|number|telephone|telefono|numero|portable|"
            r"celular)\b)"
        ),
        "this ",
    ),
    (
        "so stop|but stop|pero stop|mais stop|alors stop|then stop",
        r"\b(?:so|but|pero|mais|alors|then) (?=stop\b)",
        ". ",
    ),
    (
        "i said|i told|i asked",
        (
            r"\bi (?:already |just )?(?:said|told (?:you|u|yall|them)|asked (?:you|u|yall))(?: to| that)? "
            r"(?=(?:end|cancel|halt|terminate|suspend|remove|take|delete|dont|never|nolonger|leave|shut|turn)\b)"
        ),
        "",
    ),
)
"""What must stand in the text (`a|b` is either), the idiom as a regular expression, and what is read instead."""
