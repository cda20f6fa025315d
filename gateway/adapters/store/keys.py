"""The one table of every Redis key: its name, its type and how long it lives.

| key                         | type   | holds                                              | lives            |
|-----------------------------|--------|----------------------------------------------------|------------------|
| tg:account:ID               | hash   | an account                                         | for good         |
| tg:accounts                 | zset   | account ids, by name of id (which is by age)       | for good         |
| tg:key:ID                   | hash   | what is kept of an API key                         | for good         |
| tg:keys / tg:keys:ACCT      | zset   | API keys' ids, all and by account                 | for good         |
| tg:key-hash:SHA256          | string | the id of the API key with that hash               | for good         |
| tg:credential:ID            | hash   | a sealed key and words about it: a BYOK record, or | until cleared,   |
|                             |        | an agent's own                                     | or with it       |
| tg:check:ID                 | hash   | a credential or tier that a worker is asked to try | a minute         |
| tg:agent:ID                 | hash   | an agent                                           | until deleted    |
| tg:agents / tg:agents:ACCT  | zset   | agent ids, all and by account                      | for good         |
| tg:sms:AGT                  | hash   | by which way an agent comes to a number            | with the agent   |
| tg:number:+E164             | hash   | a number, and the agent that answers on it         | until released   |
| tg:former-token:+E164       | string | the sealed token before, for webhooks under way    | 24 hours         |
| tg:numbers                  | zset   | our numbers                                        | for good         |
| tg:pool                     | zset   | free numbers, by the order in which they came      | until given away |
| tg:pool-queue               | zset   | agents that wait for one, by order of arrival      | while they wait  |
| tg:sandboxes                | zset   | numbers that agents share                          | until set so     |
| tg:members:+E164            | hash   | hashes of who is in a sandbox, and at which agent  | until they leave |
| tg:joined:AGT               | set    | number and hash of everybody who joined an agent   | with the agent   |
| tg:join-codes               | hash   | which agent is joined by which code                | with the agent   |
| tg:hinted:+E164:HASH        | string | that who had joined nobody was told how to         | an hour          |
| tg:rally:+E164:HASH         | hash   | when a texter and a number lately spoke, and if    | an hour          |
|                             |        | that was stopped as a loop; no words, but prints   |                  |
| tg:wish:+E164:HASH          | string | the account that a texter has asked to forget them | 10 minutes       |
| tg:unheard:ACCT:HASH        | set    | a texter's texts that no conversation has          | TEXTS            |
| tg:guests:+E164             | hash   | hashes of a number's guests, and who they are      | until released   |
| tg:agent-numbers:AGT        | set    | the numbers that an agent answers on               | until deleted    |
| tg:consent:PLACE:HASH       | hash   | a texter's standing with a number, with `*` for    | CONSENT; if out, |
|                             |        | all; also where opt-outs reach: ACCT and `all`     | for good         |
| tg:ledger:PLACE:HASH        | list   | every change of that standing, oldest first        | CONSENT          |
| tg:ledgers                  | zset   | PLACE:HASH of every ledger, by name                | with it          |
| tg:places:HASH              | set    | where a texter has a standing                      | with it          |
| tg:pepper                   | string | keyed hash by which the first pepper is known      | for good         |
| tg:consent-scopes           | zset   | how far opt-outs reach, by the moment it begins    | for good         |
| tg:message:ID               | hash   | an inbound message and what it was answered with   | TEXTS            |
| tg:trace:ID                 | hash   | how a message fared                                | TRACES           |
| tg:steps:ID                 | list   | the steps of a trace, or of a turn                 | TRACES           |
| tg:receipts:TURN            | hash   | Twilio's words on a turn's parts                   | RECEIPTS         |
| tg:conversation:ID          | hash   | who talks to whom, the open turn, when disclosed   | TEXTS            |
| tg:conversations:HASH       | set    | the conversations of a texter                      | TEXTS            |
| tg:recent / tg:recent:WHOSE | zset   | conversations, all and by account or agent, by     | with them        |
|                             |        | their last use                                     |                  |
| tg:turns:CONV               | set    | a conversation's turns                             | TEXTS            |
| tg:blocked                  | hash   | HASH of each texter whom operators have blocked,   | until unblocked  |
|                             |        | and since when                                     |                  |
| tg:inbox:CONV               | zset   | ids of messages waiting, by order of arrival       | while they wait  |
| tg:history:CONV             | list   | what was said, oldest first                        | TEXTS            |
| tg:hold:CONV                | string | the token of the worker that answers now           | HOLD             |
| tg:seats:ACCT               | zset   | an account's conversations at work, by their lapse | while they wait  |
| tg:backlog:ACCT             | zset   | those that wait for a seat, by order of arrival    | while they wait  |
| tg:seated                   | zset   | every account's conversations at work, by lapse,   | while they wait  |
|                             |        | also those whose replies wait without a seat       |                  |
| tg:apology:CONV             | string | the turn that apologised                           | an hour          |
| tg:taken:WHOSE              | hash   | turns taken under a CAP by an agent or a texter in | a day more than  |
|                             |        | a period, and who was told that it is reached      | the period       |
| tg:purse:WHOSE              | hash   | what an agent or an account has spent in a day or  | a day more than  |
|                             |        | month and may yet spend, and who was told of a CAP | the period       |
| tg:spend:ACCT:DAY           | hash   | what the turns of a day came to and cost, by agent | 400 days         |
| tg:turn:ID                  | hash   | a turn: its messages, its reply, each part's state | TEXTS            |
| tg:sid:SM                   | string | the part that Twilio knows by that SID             | TEXTS            |
| tg:throttle:+E164           | hash   | until when a number is busy sending, and when that | until then       |
|                             |        | was reserved last                                  |                  |
| tg:quota:NAME:WHOSE         | string | how much of a quota a key or an address has used   | its window       |
| tg:reply:ID                 | string | what an API message, or a check, is answered with  | REPLIES          |
| tg:promise:KEY:HASH         | hash   | the message that an Idempotency-Key stands for     | REPLIES          |
| tg:waiting                  | zset   | conversations with an inbox, by when it filled     | while they wait  |
| tg:dead                     | zset   | turns that ended in error, by when                 | until dropped    |
| tg:notices                  | stream | what operators should hear of                      | the newest 5,000 |
| tg:noticed:ACCT:WHAT        | string | that they heard of it                              | an hour          |
| tg:aging:CLASS              | zset   | what is erased one day, by the moment it began     | with it          |
| tg:arrivals                 | string | the counter that orders messages                   | for good         |
| tg:workers                  | zset   | workers, by their last sign of life                | 5 minutes        |
| tg:memory                   | zset   | samples of Redis's own memory, one an hour         | 30 days          |
| arq:…                       |        | wake-ups, see adapters/queue.py                    | a day            |

A BYOK record that is still being tried is forgotten after two minutes, unless it is put in force.
HASH is the keyed hash of a texter's number: consent is kept without the number but for the ledger's rows.
A standing that is in stays, too, while its texter is out anywhere: it may be what undoes that opt-out.
TEXTS, TRACES, RECEIPTS and CONSENT are the operator's to say (TEXTGATE_RETENTION_…); erasure.py erases what is older.
"""

from collections.abc import Callable
from datetime import timedelta

REPLIES = timedelta(hours=24)
"""How long the same answer is given again to the same request."""
FORMER_TOKEN = timedelta(hours=24)
"""How long webhooks may be signed with the token that a number's account had before."""
HOLD = timedelta(seconds=8)
"""How long a dead worker keeps a conversation; a living one renews its hold every two seconds."""
WAKE_UPS = timedelta(days=1)
SPEND = timedelta(days=400)
"""How long what a day cost is known; no personal data is in it."""

ACCOUNTS = "tg:accounts"
API_KEYS = "tg:keys"
AGENTS = "tg:agents"
NUMBERS = "tg:numbers"
POOL = "tg:pool"
POOL_QUEUE = "tg:pool-queue"
SANDBOXES = "tg:sandboxes"
JOIN_CODES = "tg:join-codes"
WAITING = "tg:waiting"
SEATED = "tg:seated"
DEAD = "tg:dead"
NOTICES = "tg:notices"
ARRIVALS = "tg:arrivals"
WORKERS = "tg:workers"
MEMORY = "tg:memory"
LEDGERS = "tg:ledgers"
PEPPER = "tg:pepper"
CONSENT_SCOPES = "tg:consent-scopes"
RECENT = "tg:recent"
BLOCKED = "tg:blocked"

ACCOUNT_PREFIX = "tg:account:"
AGENT_PREFIX = "tg:agent:"
NUMBER_PREFIX = "tg:number:"
FORMER_PREFIX = "tg:former-token:"
SMS_PREFIX = "tg:sms:"
CONVERSATION_PREFIX = "tg:conversation:"
CONVERSATIONS_PREFIX = "tg:conversations:"
INBOX_PREFIX = "tg:inbox:"
HISTORY_PREFIX = "tg:history:"
SID_PREFIX = "tg:sid:"
STEPS_PREFIX = "tg:steps:"
RECEIPTS_PREFIX = "tg:receipts:"
RALLY_PREFIX = "tg:rally:"
CONSENT_PREFIX = "tg:consent:"
LEDGER_PREFIX = "tg:ledger:"
PLACES_PREFIX = "tg:places:"
HOLD_PREFIX = "tg:hold:"
SEATS_PREFIX = "tg:seats:"
BACKLOG_PREFIX = "tg:backlog:"
MESSAGE_PREFIX = "tg:message:"
TRACE_PREFIX = "tg:trace:"
TURN_PREFIX = "tg:turn:"
TURNS_PREFIX = "tg:turns:"
TAKEN_PREFIX = "tg:taken:"
PURSE_PREFIX = "tg:purse:"
SPEND_PREFIX = "tg:spend:"
REPLY_PREFIX = "tg:reply:"


def _by(prefix: str) -> Callable[[str], str]:
    """Make the keys of things that are told apart by one name."""

    def name(whose: str) -> str:
        return prefix + whose

    return name


account = _by(ACCOUNT_PREFIX)
api_key = _by("tg:key:")
api_keys_of = _by(API_KEYS + ":")
api_key_hash = _by("tg:key-hash:")
credential = _by("tg:credential:")
check = _by("tg:check:")
agent = _by(AGENT_PREFIX)
agents_of = _by("tg:agents:")
sms = _by(SMS_PREFIX)
number = _by(NUMBER_PREFIX)
former_token = _by(FORMER_PREFIX)
numbers_of = _by("tg:agent-numbers:")
members = _by("tg:members:")
joined = _by("tg:joined:")
guests = _by("tg:guests:")
aging = _by("tg:aging:")
places = _by(PLACES_PREFIX)
message = _by(MESSAGE_PREFIX)
trace = _by(TRACE_PREFIX)
steps = _by(STEPS_PREFIX)
receipts = _by(RECEIPTS_PREFIX)
conversation = _by(CONVERSATION_PREFIX)
conversations_of = _by(CONVERSATIONS_PREFIX)
recent_of = _by(RECENT + ":")
turns_of = _by(TURNS_PREFIX)
throttle = _by("tg:throttle:")
inbox = _by(INBOX_PREFIX)
history = _by(HISTORY_PREFIX)
hold = _by(HOLD_PREFIX)
apology = _by("tg:apology:")
turn = _by(TURN_PREFIX)
sid = _by(SID_PREFIX)
reply = _by(REPLY_PREFIX)
replies_channel = _by("tg:replies:")


def hinted(number: str, texter_hash: str) -> str:
    return f"tg:hinted:{number}:{texter_hash}"


def rally(number: str, texter_hash: str) -> str:
    return f"{RALLY_PREFIX}{number}:{texter_hash}"


def wish(number: str, texter_hash: str) -> str:
    return f"tg:wish:{number}:{texter_hash}"


def unheard(account_id: str, texter_hash: str) -> str:
    return f"tg:unheard:{account_id}:{texter_hash}"


def consent(place: str, texter_hash: str) -> str:
    return f"{CONSENT_PREFIX}{place}:{texter_hash}"


def ledger(place: str, texter_hash: str) -> str:
    return f"{LEDGER_PREFIX}{place}:{texter_hash}"


def noticed(account_id: str, what: str) -> str:
    return f"tg:noticed:{account_id}:{what}"


def promise(key_id: str, digest: str) -> str:
    return f"tg:promise:{key_id}:{digest}"


def quota(name: str, whose: str) -> str:
    return f"tg:quota:{name}:{whose}"


def spend(account_id: str, day: str) -> str:
    return f"{SPEND_PREFIX}{account_id}:{day}"
