"""How Spanish asks whether a person or a machine answers; phrasings.py tells how it is written."""

from gateway.domain.phrasings import Phrasings, before, either, pattern, some

_REAL = either("real(?:es)? humanas? de_verdad de_carne_y_hueso de_carne viva verdadera")
_SOMEBODY = either("(?:verdadera_)?personas? (?:ser(?:es)?_)?human[oa]s? alguien")
_HUMAN = rf"(?:{_SOMEBODY}(?: {_REAL})?|gente real)"
_AUTOMATIC = "(?:automatic|automatizad)[oa]s?"
_MACHINE = either(rf"""
    robot chat_?bot bot maquina ia ai inteligencia_artificial chat_?gpt computadora ordenador programa
    contestadora?(?:_automatic[oa])? asistente_virtual automatizad[oa]
    (?:mensaje|respuesta|sistema|servicio)s?_(?:es_)?{_AUTOMATIC}
""")
_NOUN = f"(?:{_HUMAN}|{_MACHINE})"
_FILL = some(
    """
    es un una unos unas el la los las realmente acaso solo solamente algun alguna no tu usted ustedes vos en verdad
    de algo asi como con a esto puro pura simple maldito
    """,
    most=5,
)
_ON = before(r"""
    o verdad vdd cierto no si jaja\w* por_favor porfa porque la_que el_que quien que_me ahi aqui alli detras
    del_otro al_otro de_verdad hola pero eh real wey bro
""")
_ARE = either("eres sos es_usted usted_es son_ustedes ustedes_son es_esto esto_es es_este este_es")
_YOU_ARE = either("eres sos es_usted son_ustedes")
_TALK = either("hablo hablando chateo chateando converso conversando escribiendo escribo texteando tratando")
_ANSWER = either("contesta responde atiende escribe habla") + "n?"
_TELL = either("dime decime digame saber confirma confirmame admite jura jurame pregunto")

SPANISH = Phrasings(
    always=pattern(
        rf"{_ARE} {_FILL}{_NOUN}{_ON}",
        rf"{_YOU_ARE} {_FILL}(?:real(?:es)?|de verdad){before('o')}",
        rf"con quien (?:hablo|chateo|estoy \w+) {_FILL}{_NOUN}{_ON}",
        rf"{_TALK} (?:con|a) {_FILL}{_NOUN}{_ON}",
        rf"(?:contestando|respondiendo|atendiendo) {_FILL}{_NOUN}{_ON}",
        rf"{_ANSWER} {_FILL}{_NOUN}{_ON}",
        rf"hay (?:alguna |una |un |algun )?{_HUMAN} (?:real |humana )?"
        r"(?:ahi|aqui|alli|detras|del otro|al otro|leyendo|respondiendo)\b",
        r"hay alguien (?:real|humano|de verdad)\b",
        rf"(?:esto es|es esto|esta es) (?:un |una |algo )?{_AUTOMATIC}{_ON}",
        rf"{_TELL} (?:\w+ ){{0,2}}(?:si|que) {_ARE} {_FILL}{_NOUN}{_ON}",
    ),
    asked=pattern(
        rf"(?<!t )(?<!tu )(?:es|son) {_FILL}"
        rf"(?:robot|bot|chatbot|ia|maquina|humano|persona real|(?:mensaje|respuesta|sistema) {_AUTOMATIC}) *$",
        rf"(?<!\w )(?:{_MACHINE}|human[oa]|persona real|respuesta automatica) *$",
    ),
    choice=pattern(rf"{_HUMAN} o {_FILL}{_MACHINE} *$", rf"{_MACHINE} o {_FILL}{_HUMAN} *$"),
    quoting=pattern(
        either("traduce traducir traduccion poema cancion pelicula libro ensayo titulad[oa] captcha pagina") + r"\b"
    ),
)
