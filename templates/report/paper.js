// The text of the filing with its marks; long stretches without any are folded.

const CHUNK = 60;
const WIDEST = 160;
const paper = document.getElementById("paper");
const anchors = [];

// An element; attributes that are null are left out, and text is only ever text.
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

function anchor(mark) {
  const element = el("a", {
    class: `m ${mark.state} ${mark.severity}`.trim(),
    id: `m${mark.index}`, href: `#m${mark.index}`, tabindex: "-1", "data-m": mark.index,
  }, lines[mark.line].slice(mark.start, mark.end));
  anchors[mark.index] = element;
  return element;
}

function worst(marksOfLine) {
  const graves = marksOfLine.filter(isGrave).map((mark) => mark.severity || "warning");
  return graves.includes("error") ? "error" : graves[0] ?? "";
}

// The line of the source; of mark-up, whose lines are long, only where another one begins.
function gutter(at) {
  if (!report.numbers) return at + 1;
  return report.numbers[at] === report.numbers[at - 1] ? null : report.numbers[at] || null;
}

function lineElement(at, marksOfLine) {
  const text = lines[at];
  const source = gutter(at);
  const kind = `l ${text.length > WIDEST && !marksOfLine.length ? "long " : ""}${worst(marksOfLine)}`;
  const element = el("div", { class: kind.trim(), "data-n": source });
  let from = 0;
  for (const mark of marksOfLine) {
    element.append(text.slice(from, mark.start), anchor(mark));
    from = mark.end;
  }
  element.append(`${text.slice(from)}\n`);
  return element;
}

function marksByLine() {
  const found = new Map();
  for (const mark of marks) {
    if (!found.has(mark.line)) found.set(mark.line, []);
    found.get(mark.line).push(mark);
  }
  return found;
}

// Lines first to last in chunks, so that the browser lays out only those in sight.
function chunks(first, last, found) {
  const made = [];
  for (let at = first; at <= last; at += CHUNK) {
    const end = Math.min(at + CHUNK - 1, last);
    const chunk = el("div", { class: "chunk" });
    chunk.style.containIntrinsicBlockSize = `auto ${(end - at + 1) * 1.5}em`;
    for (let line = at; line <= end; line += 1) chunk.append(lineElement(line, found.get(line) ?? []));
    made.push(chunk);
  }
  return made;
}

function foldElement(first, last) {
  const number = (at) => (report.numbers ? report.numbers[at] : at + 1);
  const places = number(first) && number(last) ? ` ${number(first)}–${number(last)}` : "";
  return el("button", { type: "button", class: "fold", "data-first": first, "data-last": last },
    `${counted(last - first + 1, "line")} without figures`, el("span", {}, `lines${places}`));
}

function unfold(button) {
  const made = chunks(Number(button.dataset.first), Number(button.dataset.last), new Map());
  made[0].tabIndex = -1;
  button.replaceWith(...made);
  made[0].focus({ preventScroll: true });
}

const SMALLEST = 10;
const USUAL_WIDTH = 80;
const LARGEST = 12.5;
const WIDTH_OF_LETTER = 0.602;

// No more than a share of some numbers is larger than this one.
const most = (numbers, share) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0;

// Wide tables in letters that are small enough to see their numbers beside their labels.
function fit() {
  const tables = most(marks.map((mark) => mark.end), 0.8);
  const text = most(lines.map((line) => line.trimEnd().length).filter(Boolean), 0.95);
  const widest = Math.max(tables, Math.min(text, USUAL_WIDTH));
  const room = paper.clientWidth / (widest + String(lines.length).length + 6) / WIDTH_OF_LETTER;
  paper.style.fontSize = `${Math.min(Math.max(room, SMALLEST), LARGEST).toFixed(1)}px`;
}

function drawPaper() {
  const found = marksByLine();
  const parts = [];
  let from = 0;
  for (const [first, last] of report.folds) {
    parts.push(...chunks(from, first - 1, found), foldElement(first, last));
    from = last + 1;
  }
  parts.push(...chunks(from, lines.length - 1, found));
  paper.style.setProperty("--digits", String(Math.max(...(report.numbers ?? [lines.length]))).length);
  paper.replaceChildren(...parts);
  new ResizeObserver(fit).observe(paper);
}
