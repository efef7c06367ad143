import { CODE_CSS } from "./style-code.js";
import { MESSAGE_CSS } from "./style-message.js";

/**
 * Colours come from the notebook or editor around the chat where it has any; the second value
 * of each is our own, chosen for a contrast of at least 4.5 to 1 in both themes.
 */
const THEME_CSS = `
:host { display: block; }
.luxx {
  color-scheme: light;
  --bg: var(--jp-layout-color1, var(--vscode-editor-background, #ffffff));
  --fg: var(--jp-ui-font-color0, var(--vscode-editor-foreground, #1d2127));
  --muted: color-mix(in srgb, var(--fg) 68%, var(--bg));
  --line: color-mix(in srgb, var(--fg) 14%, var(--bg));
  --soft: color-mix(in srgb, var(--fg) 5%, var(--bg));
  --accent: #2f5fd0;
  --on-accent: #ffffff;
  --bad: #b3261e;
  --good: #1a7343;
  --code-keyword: #8a2da5;
  --code-string: #1a6b3c;
  --code-number: #9a4a00;
  --code-title: #1f56b8;
  --code-type: #0f6674;
  --code-comment: #63696f;
  --sans: var(--jp-ui-font-family, var(--vscode-font-family, system-ui, sans-serif));
  --mono: var(--jp-code-font-family, var(--vscode-editor-font-family, ui-monospace, "SF Mono", Menlo, Consolas, monospace));
}
.luxx[data-theme="dark"] {
  color-scheme: dark;
  --bg: var(--jp-layout-color1, var(--vscode-editor-background, #16181c));
  --fg: var(--jp-ui-font-color0, var(--vscode-editor-foreground, #e4e7eb));
  --accent: #8fb2ff;
  --on-accent: #10131a;
  --bad: #ff9d94;
  --good: #7fd3a2;
  --code-keyword: #d7a3ee;
  --code-string: #94d5a8;
  --code-number: #f0b37e;
  --code-title: #93baff;
  --code-type: #7fd0dc;
  --code-comment: #989fa8;
}
`;

const FRAME_CSS = `
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.luxx {
  display: flex; flex-direction: column; overflow: hidden;
  border: 1px solid var(--line); border-radius: 12px;
  background: var(--bg); color: var(--fg);
  font: 14px/1.55 var(--sans); text-align: start; -webkit-text-size-adjust: 100%;
}
.sr-only {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; border: 0;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.log:focus-visible, pre:focus-visible, .plain:focus-visible { outline-offset: -2px; }
button {
  font: inherit; color: inherit; border: 1px solid transparent; border-radius: 8px;
  padding: 6px 14px; background: none; cursor: pointer; white-space: nowrap;
}
button:disabled { cursor: default; }
.primary { background: var(--accent); color: var(--on-accent); font-weight: 600; }
.primary:disabled { background: var(--soft); border-color: var(--line); color: var(--muted); font-weight: 500; }
.stop { border-color: var(--line); background: var(--bg); font-weight: 600; }
.stop::before { content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 7px; border-radius: 2px; background: var(--bad); }
.quiet { padding: 1px 8px; border-radius: 6px; font-size: 12px; line-height: 1.6; color: var(--muted); }
@media (hover: hover) {
  .quiet:hover, .stop:hover { background: var(--soft); color: var(--fg); }
  .primary:not(:disabled):hover { background: color-mix(in srgb, var(--accent) 88%, var(--fg)); }
}

header { padding: 9px 16px; border-bottom: 1px solid var(--line); }
.line { display: flex; align-items: baseline; gap: 8px; min-width: 0; }
.title { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.model { color: var(--muted); font-size: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; flex-shrink: 4; }
.status { margin-left: auto; padding-left: 8px; color: var(--muted); font-size: 12px; white-space: nowrap; }
.status.on { color: var(--accent); }
.room { margin-top: 8px; }
.room .bar { height: 3px; border-radius: 2px; background: var(--line); overflow: hidden; }
.room .bar::before {
  content: ""; display: block; height: 100%; border-radius: 2px; background: var(--accent);
  transform-origin: left; transform: scaleX(var(--share, 0)); transition: transform .4s ease;
}
.under { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; margin-top: 7px; font-size: 12px; color: var(--muted); }
.under .label { margin-left: auto; font-variant-numeric: tabular-nums; }
.roster { display: flex; flex-wrap: wrap; gap: 3px 12px; margin: 0; padding: 0; list-style: none; min-width: 0; }
.roster li { display: flex; align-items: center; min-width: 0; overflow-wrap: anywhere; }
.roster li::before {
  content: ""; flex: none; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%;
  background: color-mix(in srgb, var(--c, var(--muted)) 75%, var(--fg));
}

.transcript { position: relative; min-height: 0; }
.log { max-height: var(--luxx-height, 480px); overflow-y: auto; overscroll-behavior: contain; padding: 16px; }
.newest {
  position: absolute; bottom: 10px; left: 50%; transform: translateX(-50%);
  padding: 3px 14px; border-color: var(--line); border-radius: 99px;
  background: var(--bg); font-size: 12px; box-shadow: 0 2px 10px rgb(0 0 0 / .16);
}
.empty { margin: 20px 0; text-align: center; color: var(--muted); }

.composer { margin: 0; padding: 10px 12px; border-top: 1px solid var(--line); }
.notice { margin: 0 0 8px; padding: 0 4px; font-size: 12.5px; color: var(--muted); overflow-wrap: anywhere; }
.controls { display: flex; align-items: flex-end; gap: 8px; }
.controls.room { justify-content: flex-end; margin: 0; }
textarea {
  flex: 1; min-width: 0; max-height: calc(10 * 1.5em + 14px); padding: 6px 11px; resize: none;
  font: 14px/1.5 var(--sans); color: inherit; background: var(--bg);
  border: 1px solid color-mix(in srgb, var(--fg) 30%, var(--bg)); border-radius: 8px;
}
textarea::placeholder { color: var(--muted); opacity: 1; }
textarea:focus-visible { outline-offset: -1px; border-color: var(--accent); }
textarea:disabled { background: var(--soft); }
.controls button { min-height: 35px; }

/* A page that shows nothing else has titles of its own: all of its height is for the text. */
:host(.fill) { height: 100%; --gap: max(16px, (100% - 780px) / 2); }
:host(.fill) .luxx { height: 100%; border: 0; border-radius: 0; font-size: 15px; }
:host(.fill) header { padding: 0 var(--gap) 10px; }
:host(.fill) header:has(> .room[hidden]) { padding: 0; border: 0; }
:host(.fill) .line { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
:host(.fill) .title, :host(.fill) .model { display: none; }
:host(.fill) .transcript { flex: 1; }
:host(.fill) .log { height: 100%; max-height: none; padding: 20px var(--gap); }
:host(.fill) .list { gap: 12px; }
:host(.fill) .empty { margin: 18vh 0 0; }
:host(.fill) .composer { padding: 10px var(--gap) max(14px, env(safe-area-inset-bottom)); border: 0; }
:host(.fill) textarea { padding: 9px 14px; border-radius: 14px; font-size: 15px; }
@media (pointer: coarse) { :host(.fill) textarea { font-size: 16px; } }
:host(.fill) .controls button { min-height: 42px; padding-inline: 18px; border-radius: 14px; }

@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
`;

let shared: CSSStyleSheet | null = null;

/** One sheet for all views; a constructed sheet needs no exception in a content policy. */
export function styleSheet(): CSSStyleSheet {
  if (!shared) {
    shared = new CSSStyleSheet();
    shared.replaceSync(THEME_CSS + FRAME_CSS + MESSAGE_CSS + CODE_CSS);
  }
  return shared;
}
