"""Phrases that take consent back, written in the names of vocabulary.py's classes.

`a|b` is either, `{0,3}` how often, `_` any word, `~` any word or comma, `0` a figure, `-` a word of no class; `^` and
`$` are where a part of a sentence begins and ends. No gap is without a limit, so that reading stays linear.
"""

STOPPING = (
    # stop texting me; stop w the msgs; stop sending these
    "stop soft|polite|off|my|me|more{0,4} texting",
    "stop text me",
    "want my|these{1,2} messages soft{0,1} stop",
    "stop soft{1,2} texted",
    "stop soft|polite|off|my|me{0,4} annoying",
    "stop polite|soft{0,3} text polite{0,2} $",
    "make these stop polite{0,4} $",
    "stop soft|polite|off{2,4} these",
    "stop polite|soft{0,2} text text",
    "stop soft|off{0,2} get soft|more|my|these{0,3} messages|notices|these",
    "stop soft|polite|off|my|me{0,3} sending soft|me|my|more|off|text|these|-{0,4} messages|notices",
    "stop soft|polite|off|me|my{0,4} sending soft|me|more|these|off|polite|my|number{0,5} $",
    "stop soft|polite|off|my|these|text{0,4} messages",
    "stop soft|my|these{1,2} notices",
    "^ polite{0,3} stop notices",
    "end soft|off|my|these|polite|text{0,4} messages",
    "end soft|polite|my{0,3} texting on|off|my|me|these",
    "end soft|my|text{0,2} text{1,1} notices",
    "end my{0,1} notices polite|soft|off my|these{0,1} text|messages",
    "switch soft|my|these{0,2} messages|notices soft|my{0,1} off",
    "switch off soft|my|these|text{1,3} messages|notices",
    "make|how _{0,4} messages stop",
    "messages|texting ~{0,3} make these stop",
    "i _{0,2} you _{0,3} stop $",
    "i polite{0,1} texting stop",
    "i _{0,4} stop _{0,1} times",
    "^ polite{0,2} stop _{0,1} times",
    "stop ~{0,4} legal",
    "^ polite|more{0,3} i said stop",
)
"""Have it stop."""
LEAVING = (
    # take me off your list; lose my number
    "remove soft{0,1} me polite{1,4} $",
    "want soft{1,3} remove off{0,2} polite{0,2} $",
    "^ remove me{0,1} $",
    "remove me|these off{1,3} soft|my|these|messages|notices|text|polite|texting|-{0,4} list|messages",
    "remove me|these off{1,3} my{0,1} text notices",
    "remove off{1,2} my|these text|texting|soft{0,2} list|messages",
    "remove my name off off{0,1} polite{0,2} $",
    "remove my name off{1,2} my|these|texting|text|messages{0,3} list|messages",
    "remove 0{2,4} off",
    "get me off{1,3} polite|these{1,2} $",
    "remove me these $",
    "wrong number ~{0,3} remove",
    "my number ~{0,1} remove my|these $",
    "me remove off soft|my|these{0,3} list|messages",
    "remove me off{1,3} polite{0,3} $",
    "remove me off{1,2} these",
    "remove soft|my|these{0,2} number",
    "number _{0,1} remove",
    "remove-me off{0,1} _{0,1} polite{0,3} $",
    "remove-me off soft|my|these|off{0,4} list|messages",
    "lose soft|my|these|you|more|off|-{1,4} number",
    "block me|my number{0,1} polite|off|my|end{0,4} $",
    "get me{0,1} my{0,1} _{0,1} off these|my texting|text|notices|polite|-{0,2} list|messages",
    "me off{1,2} soft|my|these text{0,1} messages|list",
    # unsubscribe; dame de baja
    "unsubscribe me|polite|more|my|number{0,4} $",
    "unsubscribe my|these{1,1} number",
    "unsubscribe me{0,1} off polite{1,2}",
    "unsubscribe these polite|not{0,2} $",
    "my baja ~{0,6} number|messages|list",
    "unsubscribe me{0,1} soft|off{1,2} get{0,1} soft|my|these|more|off|polite|text{0,4} messages|notices|list|these",
    "unsubscribe me{0,1} polite{1,3}",
    "unsubscribe me time",
    "^ i{0,1} revoke $",
    "alone",
    "^ polite{0,2} baja polite{0,3} $",
    "baja off{0,1} my{0,1} messages",
    "me _{0,1} remove off soft|my{0,2} list|messages",
    "enough soft|my|off|more|polite{0,4} messages",
)
"""Leave, be taken off, be left alone."""
REFUSING = (
    # don't text me; no me escriban más; ne m'écrivez plus
    "not soft|more{0,1} text soft{0,1} me|number|my|these{0,1} number{0,1} polite|more{0,3} $",
    "not soft|more|me|you{0,3} text _{0,5} more",
    "not soft|more|me{0,2} text polite{0,3} $",
    "more me texting|sending",
    "not not me{0,1} texting|sending|text|give",
    "not soft|me{0,2} give|sending me{0,1} these polite|more{1,2}",
    "not soft|more{0,1} text my|these number",
    "not me{0,1} again-to _{0,2} texting|sending|text",
    "not want|polite{0,2} soft|my{0,3} texting",
    "not want soft|me{1,2} texting",
    "not want me sending",
    "soft not soft{0,1} texted",
    "not texted polite|more|-{0,2} $",
    "not more me{0,1} time{0,1} these{0,1} texting|sending",
    "not time{0,1} give more polite|these{0,2} $",
    "give more these",
    "not me{0,1} give more these",
    "not me{0,1} give soft|more|me|my|off|sending{0,4} messages|notices",
    "^ text me more polite{0,2} $",
    "me text more polite|these{0,3} $",
    "not soft|me{0,2} give|sending me{0,1} polite|more|these|number|i{0,4} $",
    "not more off sending|texting",
)
"""Forbid the next text."""
DECLINING = (
    # no more texts; I don't want your messages
    "not more soft|my|these|off{0,2} messages",
    "^ polite{0,2} not more off these polite{0,2} $",
    "^ polite{0,3} more soft|my|off{0,2} messages soft{0,1} polite{0,3} $",
    "not messages polite{0,3} $",
    "not messages soft my|these{0,2} number",
    "not want these more off these",
    "how _{0,2} i stop|end soft|my|these{1,3} messages",
    "^ not _ messages more",
    "^ polite|stop{0,3} not more polite|stop{0,3} $",
    "^ polite{0,2} more not off{0,2} messages",
    "not get more my|these{0,1} messages",
    "not want get|soft|my|more|off|these|text{0,6} messages",
    "not want soft|get|more|my|these{1,4} notices",
    "not want soft{0,1} get these",
    "not want soft{0,2} me text|give|get",
    "not want soft|polite{0,2} text me|my|these",
    "not want these|get{1,2} off you",
    "not want these polite{0,2} $",
    "not more off these polite{0,2} $",
    "want more these get",
    "want more get my|these",
    "not want soft{0,3} texted",
    "messages ~{0,6} want more",
    "want off{1,3} my|these text{0,1} messages|notices|list",
    "not want _{0,2} more off you",
    "want|how _{0,3} not _{0,3} get _{0,3} messages|these",
    "not me get more|my|these{0,3} messages|these",
    "^ not more get $",
    "not more get my|these{1,2} messages",
    "want more off my messages",
    "not want|soft{0,3} get off my|you|these",
    "want soft{0,3} not soft{0,3} texting|texted",
)
"""Not want the texts, or none any more."""
WITHDRAWING = (
    "not _{0,3} consent _{0,3} text|texting|sending|messages",
    "revoke|remove my{0,2} consent",
    "revoke _{0,6} consent",
    "consent soft{0,3} revoke",
    "consent soft{0,1} text|texting me _{0,3} not",
    "block you ~{0,3} text|texting",
    "legal ~{0,14} text|messages|number",
    "text|messages|number ~{0,14} legal",
)
"""Take consent back, or go to law."""
DOUBTING = (
    "^ polite{0,3} stop polite|these{1,2} $",
    "^ polite{1,3} end polite{0,2} $",
    "^ end polite{1,3} $",
    "^ wrong number polite{0,3} $",
    "^ not|polite{0,2} enough polite{0,2} $",
    "^ polite|i|me{1,3} want off polite{0,2} $",
    "^ polite{0,2} messages|notices off polite{0,2} $",
    "^ polite{0,2} stop|end my|polite{0,1} list polite{0,2} $",
    "^ polite|soft{0,3} end|switch these off{0,1} polite{0,2} $",
    "^ polite|soft|me{0,3} dismiss polite|you{0,2} $",
    "^ polite{1,2} not want polite{0,2} $",
    "^ i time want not|more{1,2} polite|these{0,2} $",
)
"""What may be meant so, as a whole text."""
ASKING = (
    "^ polite{0,2} you{0,1} can you|my|i|polite|third{0,3} stop my{0,1} these polite{0,2} $",
    "^ polite{0,2} can you|my|i|polite|third{0,3} switch my{0,1} these off polite{0,2} $",
    "^ polite{0,2} can you|my|i|polite|third{0,3} make my{0,1} these stop polite{0,2} $",
    "^ can you|polite{0,3} switch off soft{0,1} my{0,2} text{0,1} messages|notices",
    "^ can you|my|i|polite|third{0,3} switch off my{0,2} text{0,1} messages|notices soft my|these number",
)
"""What may be meant so, as a whole question."""
_END_IT = "polite|can|you|me{0,4} stop|end|switch polite|soft{0,1} my{0,1} these off{0,1} polite{0,3} $"
COMPLAINING = (
    "^ polite{0,2} stop|switch my{0,1} these off{0,1} ~{1,1} ^ _{0,3} messages|notices polite{0,2} $",
    "^ polite{1,2} remove me polite{0,2} $",
    "my|these text{0,1} messages ~{1,14} ^ " + _END_IT,
    "messages ~{1,14} ^ " + _END_IT,
    "notices ~{0,8} burden|arrive ~{0,10} " + _END_IT,
    "me|you arrive ~{0,2} messages|notices ~{1,10} stop|end these polite{0,3} $",
    "these soft{0,2} burden ~{0,8} stop|end|switch polite|soft{0,1} my{0,1} these off{0,1} polite{0,3} $",
    "messages|notices ~{1,9} not want my{0,1} these time|more|polite{1,3} $",
    "messages|notices ~{1,9} not my want polite{0,2} $",
    "messages|notices ~{1,9} not in want more polite|-{0,2} $",
)
"""What may be meant so, across the parts of a text: of texts first, then to have it stop."""
ALONE = "^ polite|soft|you|i|time|text{0,4} stop polite|soft|you|stop|my|me{0,4} $"
"""STOP, with nothing around it but courtesies."""
STOP_YOU = "^ stop you _"
