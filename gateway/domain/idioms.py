"""Idioms: several words that mean one, or stand for one that revocation.py knows.

Each is looked for only where one of its first strings stands in the text: that is quicker by far than looking for all.
"""

from gateway.domain.asides import ASIDES
from gateway.domain.partings import PARTINGS

IDIOMS = (
    *ASIDES,
    *PARTINGS,
    ("quitte|quitter", r"\bquitter? (?=(?:votre|la|cette|ta) liste\b)", "remove me off "),
    ("take back", r"\btake back (?=(?:my |any |the )?(?:consent|permission|authorization)\b)", "revoke "),
    ("j annule", r"\bj annule (?=(?:mon |ma |la |l )(?:consentement|accord|autorisation|permission)\b)", "je revoque "),
    ("why", r"\bwhy (?:do|are|r) (?:you|u|yall) (?:keep|still) (?=text|messag|send|contact|bother)", "annoying "),
    ("siguen|sigues", r"\bp[oe]r ?que (?:me |nos )?sigue[ns] (?=escrib|mand|envi|molest|contact)", "annoying "),
    ("hasta cuando", r"\bhasta cuando (?:van a |vas a )?(?=segui|sigue|mand|escrib|envi|molest)", "annoying "),
    ("pourquoi", r"\bpourquoi (?:vous |tu )?continue[zs]? (?:vous )?(?:a|de) ", "annoying "),
    (
        "the person|the one|the guy",
        r"\bnot the (?:person|one|guy) (?:you|u|youre|ur) (?:\w+ )?(?:looking|want|need|seek)",
        "wrong number",
    ),
    ("persona", r"\bno soy la persona que (?:\w+ )?busca\w*", "wrong number"),
    ("personne", r"\bpas la personne que vous (?:cherche|voule)z\b", "wrong number"),
    ("lista de no", r"\blista de no (?:llamar|contactar|molestar)\b", "leavealone"),
    ("law", r"\bbreaking the law\b|\bagainst the law to (?:text|message|contact)\b", "illegal"),
    ("legal", r"\blegal action\b", "lawsuit"),
    ("loi", r"\b(?:contre|enfreignez|selon) la loi\b", "illegal"),
    ("*keep m", r"\bkeep (?=(?:me|my \w+) (?:off|out)\b)", "remove "),
    (
        "puse|mande|envie|respondi|escribi|conteste",
        r"\bya (?:\w+ )?(?:puse|mande|envie|respondi|escribi|conteste) (?:stop|baja|alto)\b",
        ". leavealone .",
    ),
    ("siguen", r"\b(?:puse|mande|envie|respondi|escribi|conteste) (?:stop|baja|alto) y siguen\b", "leavealone"),
    (
        "*j ai ",
        (
            r"\bj ai (?:deja )?(?:repondu|envoye|ecrit|dit|tape) (?:stop|arret) (?=et vous|deux|trois|\d|"
            "plusieurs)"
        ),
        ". leavealone . ",
    ),
    ("*wast", r"\bwast(?:e|ing) (?:of )?my (?:time|data|battery|minutes)\b", "bothering me"),
    ("wits end|out of control|out of hand", r"\bwits end\b|\bout of (?:control|hand)\b", "annoying"),
    ("no one", r"\bno one\b", "nobody"),
    ("liste noire", r"\bliste noire\b", "blocklist"),
    ("lista negra", r"\blista negra\b", "blocklist"),
    ("*para", r"^para(?:le)? ya\b", "stop"),
    ("ma vue", r"\bhors de ma vue\b", "goaway"),
    ("*gave", r"\b(?:me|nous) gave(?:nt)?\b", "annoying"),
    ("peux plus", r"\bj en peux plus d(?:e\b)? ?", "marre de "),
    (
        "hago para|poner para|hacer para|pongo para|escribir para|mandar para",
        (
            r"\b(?:que tengo que|que hay que|como|que) (?:le )?(?:hago|poner|hacer|pongo|escribir|"
            r"mandar) para\b"
        ),
        "how i",
    ),
    (
        "mi baja|quiero la baja|solicito la baja|pido la baja|deseo la baja|tramiten la baja",
        r"\b(?:mi|quiero la|solicito la|pido la|deseo la|tramiten la) baja\b",
        "darmedebaja",
    ),
    ("count me out", r"\bcount me out (?:of|from)\b", "remove me off"),
    ("court", r"\b(?:see you in|take you to|in small claims) court\b", "lawyer"),
    ("part of", r"\b(?:what|which) part of (?:the word )?stop\b", ". leavealone ."),
    (
        "stop means|stop is|stop est|stop es|stop significa",
        r"\bstop (?:means|is|c est|es|significa) stop\b",
        "leavealone",
    ),
    (
        "forgotten|erasure|droit|derecho",
        (
            r"\bright to (?:be forgotten|erasure)\b|\bdroit (?:a l |d ?)(?:oubli|opposition|effacement)\b|"
            r"\bderecho (?:de|a|al) (?:la )?(?:supresion|olvido|oposicion|cancelacion)\b"
        ),
        "leavealone",
    ),
    ("rest", r"\bgive it a rest\b", "stop"),
    ("cool|lay|ease", r"\b(?:cool|lay|ease) (?:it|off|up) (?:with|on)\b", "stop"),
    ("*driv", r"\bdriving me (?:crazy|nuts|insane|mad|up the wall)\b", "annoying"),
    ("le camp", r"\b(?:fous|foutez|fou) le camp\b", "goaway"),
    ("ailleurs", r"\b(?:va|allez) voir ailleurs\b", "goaway"),
    ("du balai", r"\bdu balai\b", "goaway"),
    ("*gueule|tg", r"\bta gueule\b|\btg\b|\bvos gueules?\b", "goaway"),
    ("*ferme", r"\bferme[zr]? la\b(?=$|[.,!])", "goaway"),
    ("hike|kick rocks|jog on|stuffed", r"\b(?:take a hike|kick rocks|jog on|get stuffed)\b", "goaway"),
    ("get", r"\bget (?:out of|outta|out) my (?:inbox|phone|life|messages)\b", "leavealone"),
    ("nous", r"\blaisse[zr]? nous (?:en paix|tranquil(?:l?es?)?)\b", "leavealone"),
    ("la paix", r"\b(?:cri[sc]+e?|sacre|calisse)[zr]? (?:moi|nous) la paix\b", "leavealone"),
    ("*parler d", r"\bentendre parler d(?:e vous|e toi)\b", "messages"),
    (
        "* de mand|* de envi|* de escrib|* de molest|* de contact|* de texte|* de jod|* de acos|* de llam|* d ",
        (
            r"\bdej(?:an|as|a|o|en|es|ame|enme) de? (?=(?:mand|envi|escrib|molest|contact|texte|jod|acos|"
            "llam))"
        ),
        "dejen de ",
    ),
    ("na de", r"\bna de\b", "nada de"),
    ("*prohib", r"\bprohib(?:o|imos)(?: que)?\b", "no"),
    ("*interdi", r"\b(?:je|on|nous) (?:vous |t )?interdi\w+ d(?:e\b)? ?", "ne pas "),
    ("*romper", r"\brompe\w* (?:las|los) (?:bolas|pelotas|huevos|cojones)\b", "molestar"),
    ("*hinch", r"\bhinch\w+ (?:las|los) (?:bolas|pelotas|huevos)\b", "molestar"),
    ("*hasta l", r"\b(?:tene\w+|tien\w+) hasta (?:los|la|el|las) \w+", "hartos"),
    ("hasta el", r"\bhasta el (?:gorro|moño|culo|tope)\b", "hartos"),
    ("*me saoul|*nous saoul", r"\b(?:tu|vous) (?:me|nous) saoule[sz]?\b", "annoying"),
    ("*cass", r"\bcass\w+ les (?:pieds|couilles)\b", "deranger"),
    ("patience", r"\b(?:cri[sc]+\w*|sacre\w*|fiche\w*) (?:moi|nous) patience\b", "leavealone"),
    ("affaire", r"\blache[zr]? l affaire\b", "leavealone"),
    ("hace falta", r"\bno hace falta (?:que )?", "no need "),
    (
        "*i said|*i told|*i asked|*i already|*i just|*i have",
        (
            r"(?<!after )(?<!when )\bi (?:already |just |have ){0,3}(?:said|told (?:you|u|yall)|asked (?:you|"
            r"u)(?: to)?) stop\b(?=\W*\Z|[.,!?]| already| twice| \d)"
        ),
        ". leavealone",
    ),
    (
        "*ed stop|sent stop|wrote stop",
        (
            r"\bi (?:\w+ )?(?:texted|sent|replied|wrote|typed) stop (?=and (?:i |im |am )?(?:still|you|u|"
            r"keep)|but (?:still|you|u|yall)|twice|yesterday|\d)"
        ),
        ". leavealone . ",
    ),
    ("*contact list", r"\b(?:do|dont) (?:not )?contact list\b", "leavealone"),
    ("dnc", r"\bdnc\b", "leavealone"),
    ("still", r"\bwhy (?:am i|are you|are u) still (?:getting|texting|sending)\b", "messages"),
    (
        "call list|*calling list|contact list|text list|*texting list",
        (
            r"\b(?:on|to|in) (?:\w+ )?(?:national )?(?:do not|no|dont) (?:call|contact|text)\w* (?:list|"
            r"registry)\b"
        ),
        "leavealone",
    ),
    (
        "registry",
        r"\b(?:on|to|in) (?:\w+ )?(?:national )?(?:do not|dont) (?:call|contact)\w* registry\b",
        "leavealone",
    ),
    (
        "leave",
        r"\bleave (?:me|us) (?:be|in peace)\b|\bleave (?:my|this) (?:phone|number|cell) (?:alone|be)\b",
        "leavealone",
    ),
    (
        "go away|faire|vayanse|*vete a|*laisse|*casse",
        (
            r"\bgo away\b|\bva te faire \w+|\ballez vous faire \w+|\bvayanse a\b|\bvete a\b|"
            r"\blaissez? moi\Z|\bcasse[zr]? (?:toi|vous)\b"
        ),
        "goaway",
    ),
    (
        "bug off|buzz off|f off|fk off|fck off|fuck off|piss off|sod off|eff off|back off|bugger off",
        r"\b(?:bug|buzz|f|fk|fck|fuck|piss|sod|eff|back|bugger) off\b",
        "goaway",
    ),
    (
        "get lost|get bent|screw|fuck",
        r"\bget (?:lost|bent)\b(?! in)|\bscrew (?:you|u|off)\b|\bfuck (?:you|u|y?all)\b",
        "goaway",
    ),
    ("as spam", r"\bas spam\b", "annoying messages"),
    (
        "spam|scam",
        r"\b(?:this|it|these|ce|c|esto) (?:is|s|are|est|es)(?: just| du| un)? (?:spam|scam)\b",
        "annoying messages",
    ),
    (
        "too many|too much|demasiado|demasiados|trop|tanto|tantos|tanta|tantas|tant de|trop de",
        (
            r"\b(?:(?:way )?too (?:many|much)|tant[oa]s?|tant de|trop de|demasiad[oa]s?|"
            r"(?<=ecrivez )trop|(?<=textez )trop)\b"
        ),
        "toomuch",
    ),
    ("to yourself", r"\bkeep \w+ (?:\w+ )?(?:messages|texts|msgs|txts) to yourself\b", "stop messages"),
    (
        "*para de|*parad de|*parate de",
        (
            r"\bpara(?:d|te)? de (?=(?:mandar|enviar|escribir|molestar|contactar|textear|joder|hostigar|"
            "acosar))"
        ),
        "stop de ",
    ),
    ("como", r"\bcomo (?:dejo|hago para dejar|puedo dejar|le hago para dejar) de\b", "how i stop de"),
    ("fin", r"\bfin (?:a|de|des|aux|con) (?=(?:\w+ )?(?:messages|sms|textos?|mensajes|msgs))", "stop "),
    ("stay", r"\bstay (?:out of|off|away from) my (?:inbox|phone|messages|line)\b", "leavealone"),
    (
        "wrong",
        (
            r"\bwrong (?:guy|person|dude|man|woman|lady|chick|kid|girl)\b(?=\W*$|[,.!;]| (?:so|and|pl|"
            r"stop|quit|dude|bro|remove|take|for|here|lol|man)\w*)"
        ),
        "wrong number",
    ),
    ("*person", r"\b(?:equivoc\w+|tromp\w+) de (?:persona|personne)\b", "wrong number"),
    ("ya dije stop", r"\bya dije stop\b", ". stop"),
    ("*bother", r"\bbother(?= (?:me|us|this)\b)", "text"),
    (
        "leave|leaving|exit|exiting|quit|quitting",
        (
            r"\b(?:leav(?:e|ing)|exit(?:ing)?|quit(?:ting)?)(?: out)?(?: of| from)? (?=(?:your|this|the|"
            r"these|ur|all) (?:\w+ )?(?:list|group|texts?|messages|thread|chat|database|program|sms)\b)"
        ),
        "remove me off ",
    ),
    (
        "the last",
        r"\b(?:let|make|better be|should be|must be)(?: this| that| it)?(?: be)? the last(?: of)?\b",
        "no more",
    ),
    ("another", r"\bnot another\b", "no more"),
    ("rid of|throw", r"\bget rid of\b|\bthrow (?:away|out)\b", "forget"),
    ("nouvelles", r"\b(?:vos|tes) nouvelles\b", "messages"),
    ("quite", r"\bquite (?=(?:mi|este|mis|me)\b)", "quiten "),
    ("nada de", r"\bnada de (?=mensaj|sms|text|msj)", "no mas "),
    ("sin", r"\bsin (?=mensajes|sms|textos|msjs?)", "no mas "),
    (
        "*do not|*es not|*id not|*ll not|*ld not|*ca not|*can not|*wo not",
        r"\b(do|does|did|will|would|should|ca|can|wo) ?not\b",
        "dont",
    ),
    ("longer", r"\bno longer\b", "nolonger"),
    ("opt&out|opting&out|opted&out|*optout|*optedout", r"\bopt(?:ing|ed)?(?: (?:me|us))?[ -]?out\b", "optout"),
    ("*un sub", r"\bun sub", "unsub"),
    ("alone", r"\bleave (?:me|us|my family)(?: \w+){0,2}? alone\b", "leavealone"),
    (
        "moi",
        (
            r"\b(?:laisse[zr]?|fiche[zr]?|foute[zr]?|fous) (?:moi|nous) (?:en paix|tranquil(?:l?es?)?|"
            "la paix)"
        ),
        "leavealone",
    ),
    ("*lache", r"\blache[zr]? moi\b", "leavealone"),
    ("*en pa|*tranquil", r"\bd[ei]j[ae]\w{1,5} (?:ya )?(?:en pa[zs]|tranquil\w+)(?! al?\b)", "leavealone"),
    (
        "* baja|* vaja|*debaja",
        r"\b(?:d[aeo]r?n?d?|deme|denme|darme|dame|dadme)(?:me|nos)? ?(?:ya )?de? [bv]aja\b",
        "darmedebaja",
    ),
    ("doy de", r"\bdoy de baja\b", "darmedebaja"),
    ("fin", r"\bmet(?:tez|tre|s) (?:y )?fin\b", "stop"),
    (
        "knock it|knock off|lay it|lay off|back off|back it|cut it|cut out|pack it",
        r"\b(?:knock|lay|back|cut|pack) (?:it )?(?:off|out|in)\b",
        "stop",
    ),
    (
        "*over |done with|sick of|tired of|fed up|bored of",
        (
            r"\b(?:(?:so )?over|done with|sick of|tired of|fed up (?:with|of)|sick and tired of|"
            "bored of) (?=(?:the|these|this|your|ur|u|you|all|it|getting|receiving|hearing|being|"
            r"those)\b)"
        ),
        "enough ",
    ),
    ("*quit it", r"\bquit it\b", "stop"),
    ("stop end|*stop2end|*stoptoend", r"\bstop ?(?:to|2) ?end\b", "stop"),
    ("plait", r"\bs il (?:vous|te) plait\b", "svp"),
    ("*blow", r"\bblow(?:ing)? up\b", "blowup"),
    ("dont use", r"\bdont use (?:it|this|my number) (?:again|any ?more)\b", "dont text again"),
    ("inutile|besoin", r"\b(?:inutile|plus besoin|pas besoin) d(?:e\b)? ?", "no need "),
    ("*aucun", r"\bplus aucun\w* (?:de )?(?:messages?|textos?|sms)\b", "no mas mensajes"),
    ("prohibido", r"\bprohibido\b", "no"),
    ("*🛑|*✋|*⛔", "(?:🛑|✋|⛔)+", " stop "),
    ("ne thing|nething", r"\bne ?thing\b", "anything"),
    ("peine", r"\b(?:plus|pas) la peine d(?:e\b)? ?", "no need "),
    ("*laiss", r"\bme laiss\w+ (?:donc )?tranquil\w*", "leavealone"),
    ("*reach", r"\breach(?:ing)? out\b", "contact"),
    ("*hit", r"\bhit\w* (?:me |us )?up\b|\bhit\w* (?=my phone)", "texting "),
    ("if you keep|if u keep|if you continue|if u continue", r"\bif (?:you|u) (?:keep|continue)\b", ". stop"),
    ("plainte|registry", r"\bporter? plainte\b|\b(?:do|dont) (?:not )?call registry\b", "plainte"),
    ("bol", r"\bras le bol\b", "marre"),
    ("suffit", r"\bca suffit\b", "marre"),
    ("soy", r"^(?:yo )?no soy \w+\b", "wrongperson "),
    (
        "*i said|*i told|*i asked|*i already",
        r"(?<!after )\bi (?:already )?(?:said|told (?:you|u|yall)|asked (?:you|u)(?: to)?) (?=stop\b)",
        ". ",
    ),
)
"""What must stand in the text (`a|b` is either), the idiom as a regular expression, and what is read instead."""
