"""How English asks whether a person or a machine answers; phrasings.py tells how it is written."""

from gateway.domain.phrasings import Phrasings, before, either, pattern, some

_BOT = either("robot chat_?bot bot ai artificial_intelligence chat_?gpt gpt llm language_model")
_MADE = either("ai automated automatic auto artificial virtual digital computer robotic canned")
_MADE_UP = rf"{_MADE} (?:generated )?" + either("""
    assistant agent model system service program person responder voice operator chat repl(?:y|ies) generated
    chat_?bot responses? messages? texts? answers? bot thing line number
""")
_REAL = either("real actual live living genuine true breathing proper")
_REAL_PERSON = rf"(?:{_REAL} ){{1,3}}person"
_HUMAN = either(rf"""
    (?:{_REAL}_){{0,3}}(?:human(?:_being)?s?|person)
    (?:{_REAL}_){{1,3}}(?:people|man|woman|guy|girl|lady|dude|agent|rep|representative|operator|employee|individual|one)
    (?:someone|somebody|anyone|anybody)_(?:real|human)
""")
_PROGRAM = either("computer machine program software algorithm cyborg automated not_real")
_MACHINE = f"(?:{_MADE_UP}|{_BOT}|{_PROGRAM})"
_NOUN = f"(?:{_HUMAN}|{_MACHINE})"
_FILL = some(
    """
    a an really actually even just still like only literally honestly seriously truly legit maybe perhaps possibly
    not all guys some kind sort of one those these by any chance definitely clearly obviously probably fully
    completely secretly also stupid dumb damn fucking freaking fake
    """,
    most=6,
)
_ADVERBS = some("even really actually just", most=3)
_ON = before("""
    or and_(?:not|am|is|are|if) but not right lol lmao haha tho though bro man dude please plz pls thanks texting
    talking answering replying responding typing writing reading sending here there on_the_other at_all then really
    by_any honestly just because cuz bc cause if too instead now again hello hi hey asking yes no are am i_am
    that_i_am you_are behind from rn nah fr
""")
_ON_THIS = before("""
    or_(?:(?:an?|is|am|are|just|some)_){0,3}(?:real|human|person|live|actual|not|what|you|bot|robot|nah) i_am right
    lol too please
""")
_TAG = " " + either("(?:or_)?(?:right|correct|huh|eh|no|yes|are_(?:you|i)|am_i|is_it)") + r"\b"
_YOU_ARE = r"(?:you are|your(?= (?:an?|not|just|really|actually|all)\b))"
_TO = some("to with", most=2)
_TALKING = either("""
    talking speaking chatting texting messaging writing communicating dealing interacting talk speak text chat
""")
_I_TALK = rf"i am {_TALKING}(?: to| with)?"
_ANSWERS = either("""
    answer repl[yi] read text writ respond typ send behind there here on_the_other at_the_other talking_to_me
""")
_TELL = either("tell know wonder wondering ask asking sure curious admit confess confirm swear promise prove")
_TEXT = either("texts? messages? repl(?:y|ies) responses? answers? chat line conversation")

ENGLISH = Phrasings(
    always=pattern(
        rf"are you {_FILL}{_NOUN}{_ON}",
        rf"you {_FILL}(?:{_NOUN}|real) or (?:nah|not|what|no)\b",
        rf"are you {_FILL}(?:real|alive){before('or lol tho though bro man dude')}",
        rf"are you (?:\w+ ){{1,5}}or {_FILL}(?:{_REAL_PERSON}|human(?: being)?|{_BOT}|not human){_ON}",
        rf"(?:am i|do i|are we) {_FILL}{_TALKING} {_TO}{_FILL}{_NOUN}{_ON}",
        rf"is this {_FILL}(?:{_BOT}|{_MADE_UP}|automated|human){_ON_THIS}",
        rf"is this {_ADVERBS}(?:an? {_HUMAN}|(?:a )?{_REAL_PERSON}|a machine|a computer){_ON_THIS}",
        rf"(?:are|is) (?:these|there) {_ADVERBS}(?:an? |any |some )?{_HUMAN} {_ANSWERS}",
        rf"do you have (?:an? |any )?{_HUMAN} (?:there|here)\b",
        rf"is (?:any|some)(?:one|body) (?:real|human)\b(?: (?:there|here)| {_ANSWERS}|$)",
        rf"is (?:an?|any|some|the) {_NOUN} {_ADVERBS}{_ANSWERS}",
        rf"did (?:an? |some )?{_NOUN} {_ADVERBS}(?:write|type|send|text|say|answer)\b",
        rf"(?:was|were|is|are) (?:this|that|it|these|those)(?: {_TEXT})? (?:just )?"
        rf"(?:written|sent|typed|generated|answered|texted) by (?:an? |some )?{_NOUN}\b",
        rf"(?:are|is) (?:these|those|that|it) {_FILL}{_MADE_UP}{_ON_THIS}",
        rf"(?:are|is) (?:these|this|those|the) {_TEXT} {_FILL}"
        rf"(?:{_BOT}|{_MADE_UP}|automated|automatic|human|{_REAL_PERSON}){_ON_THIS}",
        rf"{_TELL} (?:\w+ ){{0,3}}(?:{_YOU_ARE}|{_I_TALK}|this is) {_FILL}(?:{_NOUN}|real){_ON}",
        rf"(?:who|what) (?:is this|are you|am i {_TALKING}(?: to| with)?|is (?:texting|answering)(?: me)?)"
        rf" (?:is it |are you )?(?:an? {_NOUN}|{_BOT}){_ON}",
        rf"(?:{_YOU_ARE}|this is|{_I_TALK}) {_FILL}(?:{_NOUN}|real){_TAG}",
    ),
    asked=pattern(
        rf"(?:you|{_YOU_ARE}|{_I_TALK}|this is) {_FILL}(?:{_NOUN}|real) *$",
        rf"is (?:it|that) {_ADVERBS}an? (?:bot|chat ?bot|{_REAL_PERSON}|person|human) *$",
        rf"(?<!\w )(?:a )?(?:{_BOT}|(?:{_REAL} )?human|{_REAL_PERSON}) *$",
    ),
    choice=pattern(rf"{_HUMAN} or {_FILL}{_MACHINE} *$", rf"{_MACHINE} or {_FILL}{_HUMAN} *$"),
    quoting=pattern(
        either("translate translation poem song lyrics movie film book essay story titled called captcha website spell")
        + r"\b"
    ),
)
