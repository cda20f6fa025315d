// The thread on the screen: one list item a text, kept by its SID so that a change touches nothing else.

const CLOSE_MS = 60_000;
const PAUSE_MS = 30 * 60_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.append(text);
  return made;
}

// 202 555 0143 is easier to read aloud than 2025550143; other countries stay as they are
export function pretty(phone) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone);
  return parts ? `+1 ${parts.slice(1).join(" ")}` : phone;
}

export class Thread {
  constructor(list) {
    this.list = list;
    this.items = new Map();
  }

  clear() {
    this.list.replaceChildren();
    this.items.clear();
  }

  // answers how many texts were not there before
  show(messages) {
    const known = new Set(messages.map((message) => message.sid));
    for (const [sid, item] of this.items) if (!known.has(sid)) this.remove(sid, item);
    const fresh = messages.filter((message) => !this.items.has(message.sid));
    for (const message of fresh) this.add(message);
    messages.forEach((message, place) => this.update(message, messages[place - 1], messages[place + 1]));
    return fresh.length;
  }

  add(message) {
    const item = element("li");
    const bubble = element("div", "bubble");
    const speaker = element("span", "unseen", message.mine ? "You: " : "Reply: ");
    const words = document.createTextNode(message.body);
    const said = element("span", "words", words);
    bubble.append(speaker, ...message.media.map((media) => this.attachment(media, message.mine)), said);
    if (message.media.some((media) => media.shown)) bubble.classList.add("pictured");
    const state = element("p", "state");
    item.append(bubble, state);
    item.dataset.sid = message.sid;
    this.items.set(message.sid, { item, words, state });
    this.list.append(item);
  }

  attachment(media, mine) {
    if (!media.shown) return element("span", "file", `Attachment: ${media.type || "of no type"}`);
    const picture = element("img", "picture");
    picture.alt = mine ? "Picture that you sent" : "Picture";
    picture.src = `/phone/media/${media.sid}`;
    return picture;
  }

  update(message, before, after) {
    const { item, words, state } = this.items.get(message.sid);
    const joined = follows(before, message);
    item.className = `text ${message.mine ? "mine" : "theirs"} ${message.state}${joined ? " joined" : ""}`;
    if (words.data !== message.body) words.data = message.body;
    const line = stateLine(message);
    // of several texts in a row the last one speaks, as long as all have the same to say
    state.hidden = follows(message, after) && stateLine(after) === line && message.state !== "failed";
    if (state.textContent !== line) state.textContent = line;
    this.stamp(item, message, before);
  }

  stamp(item, message, before) {
    const due = !before || Date.parse(message.at) - Date.parse(before.at) > PAUSE_MS;
    if (due && !item.querySelector(".when")) item.prepend(element("p", "when", when(message.at)));
  }

  remove(sid, { item }) {
    item.remove();
    this.items.delete(sid);
  }
}

function follows(before, after) {
  if (!before || !after || before.mine !== after.mine) return false;
  return Date.parse(after.at) - Date.parse(before.at) < CLOSE_MS;
}

function stateLine(message) {
  return message.segments > 1 ? `${message.words} · ${message.segments} segments` : message.words;
}

function when(moment) {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  return `${today ? "Today" : day.format(date)} ${clock.format(date)}`;
}
