// The keyboard: from number to number, to what is known of it, and back.

function step(by) {
  const shown = shownMarks();
  const at = shown.findIndex((mark) => mark.index >= (view.selected ?? 0));
  const exact = view.selected != null && shown[at]?.index === view.selected;
  const start = view.selected == null ? (by > 0 ? 0 : shown.length - 1) : at < 0 ? shown.length - 1
    : exact || by < 0 ? at + by : at;
  go(shown[Math.min(Math.max(start, 0), shown.length - 1)]?.index);
}

function stepLine(by) {
  const here = marks[view.selected];
  if (!here) return step(by);
  const beyond = shownMarks().filter((mark) => (mark.line - here.line) * by > 0);
  const line = by > 0 ? beyond[0]?.line : beyond.at(-1)?.line;
  const near = beyond.filter((mark) => mark.line === line)
    .sort((a, b) => Math.abs(a.end - here.end) - Math.abs(b.end - here.end));
  return go(near[0]?.index);
}

function stepFinding(by) {
  const placed = sortedFindings().filter((one) => one.marks?.length);
  if (!placed.length) return;
  const at = placed.findIndex((one) => one.index === view.finding);
  const next = at < 0 ? (by > 0 ? 0 : placed.length - 1) : (at + by + placed.length) % placed.length;
  view.finding = placed[next].index;
  view.trail = [];
  go(placed[next].marks[0]);
}

function escape() {
  if (document.activeElement === query) {
    if (query.value) {
      query.value = "";
      search();
    } else if (view.selected != null) go(view.selected);
    return;
  }
  if (paper.contains(document.activeElement)) goBack();
  else if (view.selected != null) go(view.selected);
}

function enter(event) {
  if (document.activeElement === query) {
    event.preventDefault();
    go(shownMarks()[0]?.index);
  } else if (document.activeElement?.matches("a.m")) {
    event.preventDefault();
    panelOf("fact").querySelector("h2")?.focus();
  }
}

const inPaper = (action) => (event) => {
  if (!paper.contains(document.activeElement)) return;
  event.preventDefault();
  action();
};

const ACTIONS = {
  j: () => step(1), k: () => step(-1), n: () => stepFinding(1), p: () => stepFinding(-1),
  ArrowRight: inPaper(() => step(1)), ArrowLeft: inPaper(() => step(-1)),
  ArrowDown: inPaper(() => stepLine(1)), ArrowUp: inPaper(() => stepLine(-1)),
  "/": (event) => {
    event.preventDefault();
    query.select();
    query.focus();
  },
  "?": () => help.showModal(), Escape: escape, Enter: enter,
};
Object.keys(NAMES).forEach((name, n) => {
  ACTIONS[n + 1] = () => {
    openTab(name);
    document.getElementById(`tab-${name}`).focus();
  };
});

function onTabKey(event) {
  const all = [...tabs.children];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to == null) return false;
  event.preventDefault();
  const tab = all.at(to % all.length);
  openTab(tab.dataset.tab);
  tab.focus();
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (tabs.contains(event.target) && onTabKey(event)) return;
  const typing = event.target.matches("input, select, textarea");
  if (typing && !(event.target === query && ["Escape", "Enter"].includes(event.key))) return;
  ACTIONS[event.key]?.(event);
}
