// Follows a run by its events: figures, curve and progress as they come; goes on when the run is over.
// Whatever is shown is set as text. Without this script the page is asked for again every few seconds.

const run = document.getElementById("run");
const place = (name) => run.querySelector(`[data-say="${name}"]`);
const digits = Number(run.dataset.digits);
const money = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const curve = run.querySelector(".curve");
const points = [];
const ALOUD_MS = 5000;
let spoken = 0;
let began = null;

function say(name, text) {
  place(name).textContent = text;
}

/** Said to screen readers, not more often than every few seconds. */
function aloud(text, always = false) {
  const now = Date.now();
  if (always || now - spoken > ALOUD_MS) {
    spoken = now;
    say("aloud", text);
  }
}

function draw() {
  if (points.length < 2) return;
  const first = points[0], last = points[points.length - 1];
  const costs = points.map((point) => point.cost);
  const low = Math.min(...costs), high = Math.max(...costs);
  const x = (point) => (600 * (point.seconds - first.seconds)) / (last.seconds - first.seconds || 1);
  const y = (point) => 8 + (104 * (high - point.cost)) / (high - low || 1);
  curve.querySelector("polyline").setAttribute("points", points.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(" "));
  curve.removeAttribute("hidden");
}

function improved(point) {
  points.push(point);
  if (began === null) began = Date.now() - 1000 * point.seconds;
  const cost = money.format(point.cost) + run.dataset.currency;
  say("cost", cost);
  say("unassigned", String(point.unassigned));
  say("improvements", String(point.number));
  say("seconds", point.seconds.toFixed(1));
  aloud(run.dataset.better.replace("{cost}", cost).replace("{left}", String(point.unassigned)));
  draw();
}

function changed(now, events) {
  const words = run.dataset[now.state];
  say("state", words);
  place("state").className = `state ${now.state}`;
  aloud(words, true);
  if (["done", "failed", "cancelled"].includes(now.state)) {
    events.close();
    if (now.state === "done" && now.schedule) {
      const onward = new URL(run.dataset.day, location.href);
      onward.searchParams.set("schedule", now.schedule);
      location.replace(onward);
    } else location.reload();
  }
}

const events = new EventSource(run.dataset.events);
events.addEventListener("progress", (event) => improved(JSON.parse(event.data)));
events.addEventListener("state", (event) => changed(JSON.parse(event.data), events));
setInterval(() => {
  if (began !== null) place("bar").value = Math.min((Date.now() - began) / 1000, Number(run.dataset.limit));
}, 250);
