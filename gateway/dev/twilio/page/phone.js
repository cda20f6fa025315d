// The phone: who texts whom, the composer, and a stream that says when to look again.

import { Attachments, encode } from "/attachments.js";
import { Thread, element, pretty } from "/thread.js";

const PHONES = [
  ["Ada", "+12025550143"],
  ["Ben", "+12025550156"],
  ["Chiara", "+12025550178"],
  ["Dev", "+12025550192"],
];
const OTHER = "other";
const SHOW_COUNT_FROM = 140;

const at = (id) => document.getElementById(id);
const thread = new Thread(at("thread"));
const attachments = new Attachments(at("chosen"), at("file"), complain);
const asked = new URLSearchParams(location.search);
const chosen = { phone: e164(asked.get("from")) || PHONES[0][1], number: called(asked.get("to")) };
let shown = "";
let looking = false;
let lookAgain = false;
let following = true; // the newest text, wherever it moves
let room = 0;

// a + in an address turns into a space when nobody escapes it
function e164(text) {
  const digits = (text || "").replace(/[^\d]/g, "");
  return digits ? `+${digits}` : "";
}

// a short code has no + to lose
function called(text) {
  return /^\d{3,6}$/.test(text || "") ? text : e164(text);
}

async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || `The stand-in answered ${response.status}.`);
  return answer;
}

// however many changes come in, one look is under way and at most one waits
async function look() {
  lookAgain = looking;
  if (looking) return;
  looking = true;
  try {
    showNumbers(await ask("/phone/setup"));
    await showThread();
  } catch (problem) {
    complain(problem);
  }
  looking = false;
  if (lookAgain) look();
}

function showNumbers({ numbers, real_key_hint: hint }) {
  at("hint").textContent = hint;
  const known = numbers.map((number) => number.phone_number);
  if (!known.includes(chosen.number)) chosen.number = known[0] || "";
  fill(at("number"), known.length ? numbers.map(label) : [["No number yet", ""]], chosen.number);
  at("number").disabled = !known.length;
  for (const control of document.querySelectorAll(".foot button, .foot textarea, .foot input")) control.disabled = !known.length;
  at("title").textContent = chosen.number ? pretty(chosen.number) : "No number yet";
  remember();
}

function label({ phone_number: phone, name }) {
  return [name && name !== phone ? `${pretty(phone)} · ${name}` : pretty(phone), phone];
}

function fill(select, options, value) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options !== wanted) {
    select.replaceChildren(...options.map(([text, option]) => new Option(text, option)));
    select.dataset.options = wanted;
  }
  select.value = value;
}

async function showThread() {
  const pair = `${chosen.phone} ${chosen.number}`;
  const place = new URLSearchParams({ phone: chosen.phone, number: chosen.number });
  const { messages, out, because } = await ask(`/phone/thread?${place}`);
  if (pair !== `${chosen.phone} ${chosen.number}`) return look();
  const moved = pair !== shown;
  if (moved) thread.clear();
  const atEnd = moved || isAtEnd();
  const fresh = thread.show(messages);
  shown = pair;
  showEmpty(messages.length);
  at("out").hidden = !out;
  at("because").textContent = because;
  settle(atEnd || messages.at(-1)?.mine, fresh);
}

function settle(follow, fresh) {
  following = follow;
  if (follow) scrollToEnd();
  else if (fresh) at("newer").hidden = false;
}

function isAtEnd() {
  const { scrollTop, clientHeight, scrollHeight } = at("scroller");
  return scrollHeight - scrollTop - clientHeight < 80;
}

function scrollToEnd() {
  at("scroller").scrollTop = at("scroller").scrollHeight;
  at("newer").hidden = true;
}

function showEmpty(count) {
  const empty = at("empty");
  empty.hidden = count > 0;
  const number = chosen.number && pretty(chosen.number);
  const words = number
    ? [element("strong", "", "Say something."), `Your text goes to ${number} through the gateway’s signed webhook.`]
    : [element("strong", "", "No number yet."), "Give an agent one, and it appears here:",
      element("code", "", "textgate numbers bind +1… AGENT")];
  empty.replaceChildren(...words.map((word) => (typeof word === "string" ? element("span", "", word) : word)));
}

async function send(body, files = []) {
  const text = { from: chosen.phone, to: chosen.number, body, media: await Promise.all(files.map(encode)) };
  const headers = { "content-type": "application/json" };
  await ask("/control/texts", { method: "POST", headers, body: JSON.stringify(text) });
  complain(null);
  await look();
  scrollToEnd();
}

async function sendComposed() {
  const field = at("body");
  try {
    // who types faster than the numbers come waits for them
    if (!chosen.number) showNumbers(await ask("/phone/setup"));
  } catch (problem) {
    return complain(problem);
  }
  const words = field.value;
  if ((!words.trim() && !attachments.files.length) || !chosen.number) return;
  field.value = "";
  const files = attachments.take();
  count();
  try {
    await send(words, files);
  } catch (problem) {
    // what was typed is not lost with the connection, unless something new was typed meanwhile
    field.value = field.value || words;
    attachments.add(files);
    count();
    complain(problem);
  }
}

function complain(problem) {
  at("problem").hidden = !problem;
  if (!problem) return;
  const offline = problem instanceof TypeError;
  at("problem").textContent = offline ? "The stand-in doesn’t answer. Is textgate dev still running?" : problem.message;
}

function count() {
  const { length } = at("body").value;
  at("count").textContent = length >= SHOW_COUNT_FROM ? `${length} of 1600` : "";
}

function choosePhones() {
  const options = PHONES.map(([name, phone]) => [`${pretty(phone)} · ${name}`, phone]);
  const known = PHONES.some(([, phone]) => phone === chosen.phone);
  fill(at("phone"), [...options, ["Someone else…", OTHER]], known ? chosen.phone : OTHER);
  at("other").hidden = known;
  if (!known) at("own-phone").value = pretty(chosen.phone);
}

function pickPhone() {
  const picked = at("phone").value;
  at("other").hidden = picked !== OTHER;
  if (picked === OTHER) return at("own-phone").focus();
  chosen.phone = picked;
  look();
}

async function typePhone() {
  const typed = e164(at("own-phone").value);
  const note = at("own-note");
  try {
    const { phone } = await ask(`/phone/thread?${new URLSearchParams({ phone: typed, number: "" })}`);
    note.textContent = phone ? `You are ${pretty(phone)}.` : "No phone has that number. Write it as +1 202 555 0143.";
    if (!phone) return;
    chosen.phone = phone;
    await look();
  } catch (problem) {
    note.textContent = problem.message;
  }
}

function remember() {
  const place = new URLSearchParams({ from: chosen.phone });
  if (chosen.number) place.set("to", chosen.number);
  history.replaceState(null, "", `/?${place}`);
}

async function copyHint() {
  try {
    await navigator.clipboard.writeText(at("hint").textContent);
    at("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(at("hint"));
    at("copied").textContent = "Selected: copy it with Ctrl+C.";
  }
}

function watch() {
  const changes = new EventSource("/phone/changes");
  changes.addEventListener("open", () => link("live", false));
  changes.addEventListener("error", () => {
    link("connection lost, trying again", true);
    // a server that answers nonsense while it starts ends the stream for good; begin a new one
    if (changes.readyState === EventSource.CLOSED) setTimeout(watch, 1000);
  });
  changes.addEventListener("change", () => {
    complain(null);
    look();
  });
}

function link(words, lost) {
  at("link").textContent = words;
  at("link").classList.toggle("lost", lost);
}

function tick() {
  const time = new Date();
  at("clock").textContent = `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendComposed();
});
at("body").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendComposed();
});
at("body").addEventListener("input", count);
at("body").addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  attachments.add(files);
});
for (const button of document.querySelectorAll("[data-word]")) {
  button.addEventListener("click", () => send(button.dataset.word).catch(complain));
}
at("pickers").addEventListener("submit", (event) => event.preventDefault());
at("phone").addEventListener("change", pickPhone);
at("own-phone").addEventListener("change", typePhone);
at("number").addEventListener("change", () => {
  chosen.number = at("number").value;
  look();
});
at("newer").addEventListener("click", scrollToEnd);
// a picture that is loaded, or one more line below, moves the end away from who looks at it
const sizes = new ResizeObserver(() => following && scrollToEnd());
sizes.observe(at("scroller"));
sizes.observe(at("thread"));
at("scroller").addEventListener("scroll", () => {
  const { clientHeight, scrollHeight } = at("scroller");
  const moved = scrollHeight - clientHeight !== room;
  room = scrollHeight - clientHeight;
  following = isAtEnd() || (moved && following);
  if (isAtEnd()) at("newer").hidden = true;
});
at("copy").addEventListener("click", copyHint);

choosePhones();
tick();
setInterval(tick, 5000);
watch();
at("body").focus({ preventScroll: true });
